import { assert } from "../../base/assert.ts";
import { type ByteArena, offsetOf } from "./byte-arena.ts";
import { uint16Column, uint32Column } from "./growing-column.ts";
import { VarintReader, varintLength, writeVarint } from "./varint.ts";

/** No member, and no gap. */
const NONE = -1;

/** A member of a list, and where its varint stands in the block. */
interface Place {
  from: number;
  to: number;
  /** The next higher member, `NONE` before the highest. */
  higher: number;
  member: number;
  /** How many members are lower. */
  left: number;
}

/**
 * Short lists of integers, each under a small integer key, in one or two bytes a member where an array would take four.
 * A block of the arena holds the highest member and then the gaps down to each next one, all as varints. A list of one
 * member is kept in place of an address and takes no block at all.
 *
 * From the highest down, because ids grow: a load adds each record's id in front, and need not decode the list for that.
 * Everything else decodes it down to the place in question, which is why lists beyond a thousand members belong elsewhere.
 * A list does not know its length: callers pass the `count` that it has.
 */
export class GapLists {
  readonly #arena: ByteArena;
  /** The member itself of a list of one, else the address of its block. */
  readonly #places = uint32Column();
  readonly #lengths = uint16Column();
  readonly #reader = new VarintReader();
  readonly #place: Place = { from: 0, to: 0, higher: NONE, member: NONE, left: 0 };

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    return this.#places.byteLength + this.#lengths.byteLength;
  }

  /** The members, ascending: a copy. */
  decode(key: number, count: number): number[] {
    if (count === 1) return [this.#places.get(key)];
    const members: number[] = [];
    members.length = count;
    if (count === 0) return members;
    const address = this.#places.get(key);
    const slab = this.#arena.slabOf(address);
    let at = offsetOf(address);
    let member = 0;
    for (let left = count; left > 0; left--) {
      let byte = slab[at++] ?? 0;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = slab[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
      }
      member = left === count ? value : member - value;
      members[left - 1] = member;
    }
    return members;
  }

  has(key: number, count: number, id: number): boolean {
    return count <= 1 ? count === 1 && this.#places.get(key) === id : this.#seek(key, count, id).member === id;
  }

  /** Makes a list of `members`, which are ascending. Precondition: the key has no list. */
  create(key: number, members: ArrayLike<number>): void {
    const highest = members[members.length - 1];
    assert(highest !== undefined, "a list has a member");
    if (members.length === 1) {
      this.#places.set(key, highest);
      return;
    }
    let length = varintLength(highest);
    for (let at = members.length - 1; at > 0; at--) length += varintLength((members[at] ?? 0) - (members[at - 1] ?? 0));
    const address = this.#arena.allocate(length);
    const slab = this.#arena.slabOf(address);
    let end = writeVarint(slab, offsetOf(address), highest);
    for (let at = members.length - 1; at > 0; at--) end = writeVarint(slab, end, (members[at] ?? 0) - (members[at - 1] ?? 0));
    this.#places.set(key, address);
    this.#lengths.set(key, length);
  }

  /** Ends the list of `count` members. */
  release(key: number, count: number): void {
    if (count > 1) this.#arena.release(this.#places.get(key), this.#lengths.get(key));
  }

  /** Adds `id` to the list of `count` members; false where it is in it already. */
  add(key: number, count: number, id: number): boolean {
    if (count === 0) {
      this.#places.set(key, id);
      return true;
    }
    if (count === 1) {
      const only = this.#places.get(key);
      if (only !== id) this.create(key, only < id ? [only, id] : [id, only]);
      return only !== id;
    }
    const { from, to, higher, member } = this.#seek(key, count, id);
    if (member === id) return false;
    if (member > id) this.#replace(key, to, to, member - id);
    else this.#replace(key, from, to, higher === NONE ? id : higher - id, id - member);
    return true;
  }

  /** Takes `id` out of the list of `count` members; false where it is not in it. */
  delete(key: number, count: number, id: number): boolean {
    if (count <= 1) return this.has(key, count, id);
    const { from, to, higher, member, left } = this.#seek(key, count, id);
    if (member !== id) return false;
    if (left === 0) {
      if (count === 2) this.#keepOnly(key, higher);
      else this.#replace(key, from, to, NONE);
      return true;
    }
    const start = this.#moveTo(key, to);
    const lower = member - this.#reader.next();
    if (count === 2) this.#keepOnly(key, lower);
    else this.#replace(key, from, this.#reader.at - start, higher === NONE ? lower : higher - lower);
    return true;
  }

  #keepOnly(key: number, member: number): void {
    this.release(key, 2);
    this.#places.set(key, member);
  }

  /** Moves the reader to a byte of the key's block, and returns where the block begins. */
  #moveTo(key: number, at: number): number {
    const address = this.#places.get(key);
    const start = offsetOf(address);
    this.#reader.moveTo(this.#arena.slabOf(address), start + at);
    return start;
  }

  /** The first member from the highest down that is not more than `id`, or the lowest. The answer is overwritten by the next one. */
  #seek(key: number, count: number, id: number): Readonly<Place> {
    const place = this.#place;
    const address = this.#places.get(key);
    const slab = this.#arena.slabOf(address);
    const start = offsetOf(address);
    let at = start;
    let from = start;
    let higher = NONE;
    let member = NONE;
    let left = count;
    do {
      from = at;
      let byte = slab[at++] ?? 0;
      let value = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = slab[at++] ?? 0;
        value |= (byte & 0x7f) << shift;
      }
      higher = member;
      member = higher === NONE ? value >>> 0 : higher - value;
      left--;
    } while (left > 0 && member > id);
    place.from = from - start;
    place.to = at - start;
    place.higher = higher;
    place.member = member;
    place.left = left;
    return place;
  }

  /** Puts one varint, two, or none (`NONE`) in place of the list's bytes from `from` to `to`. */
  #replace(key: number, from: number, to: number, first: number, second: number = NONE): void {
    const before = this.#lengths.get(key);
    const added = (first === NONE ? 0 : varintLength(first)) + (second === NONE ? 0 : varintLength(second));
    const after = before + added - (to - from);
    let address = this.#places.get(key);
    // The tail moves while the block is at its longer length.
    if (after < before) this.#moveTail(address, from + added, to, before);
    address = this.#arena.resize(address, before, after);
    if (after > before) this.#moveTail(address, from + added, to, before);
    const slab = this.#arena.slabOf(address);
    let at = offsetOf(address) + from;
    if (first !== NONE) at = writeVarint(slab, at, first);
    if (second !== NONE) writeVarint(slab, at, second);
    this.#places.set(key, address);
    this.#lengths.set(key, after);
  }

  #moveTail(address: number, target: number, from: number, to: number): void {
    const start = offsetOf(address);
    this.#arena.slabOf(address).copyWithin(start + target, start + from, start + to);
  }
}
