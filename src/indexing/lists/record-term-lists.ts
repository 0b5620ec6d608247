import { type ByteArena, offsetOf } from "./byte-arena.ts";
import { uint32Column } from "./growing-column.ts";
import type { RecordId } from "../record-id.ts";
import { VarintReader, varintLength, writeVarint } from "./varint.ts";

/** The place of a record without terms. */
const NONE = 0;

/**
 * For each record the numbers of its terms: what makes it possible to change the index by difference, or to
 * remove a record from it, although the record itself is no longer in memory.
 *
 * A list is a block of the arena: its length in bytes, then the gaps between the ascending numbers, all as varints.
 * The addresses are kept one higher, so that 0 can mean that there is no list.
 */
export class RecordTermLists {
  readonly #arena: ByteArena;
  readonly #places = uint32Column();
  readonly #reader = new VarintReader();

  constructor(arena: ByteArena) {
    this.#arena = arena;
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    return this.#places.byteLength;
  }

  /** Gives every list the id that `order` lists its present id at. */
  reorder(order: Uint32Array): void {
    this.#places.reorder(order);
  }

  /** The numbers of a record's terms, ascending: a copy. */
  get(id: RecordId): number[] {
    const numbers: number[] = [];
    const place = this.#places.get(id);
    if (place === NONE) return numbers;
    const end = this.#open(place) + this.#reader.at;
    for (let number = 0; this.#reader.at < end;) {
      number += this.#reader.next();
      numbers.push(number);
    }
    return numbers;
  }

  /** Precondition: `numbers` are ascending. */
  set(id: RecordId, numbers: readonly number[]): void {
    this.delete(id);
    if (numbers.length === 0) return;
    let length = 0;
    let previous = 0;
    for (const number of numbers) {
      length += varintLength(number - previous);
      previous = number;
    }
    const address = this.#arena.allocate(varintLength(length) + length);
    const slab = this.#arena.slabOf(address);
    let at = writeVarint(slab, offsetOf(address), length);
    previous = 0;
    for (const number of numbers) {
      at = writeVarint(slab, at, number - previous);
      previous = number;
    }
    this.#places.set(id, address + 1);
  }

  delete(id: RecordId): void {
    const place = this.#places.get(id);
    if (place === NONE) return;
    const length = this.#open(place);
    this.#arena.release(place - 1, varintLength(length) + length);
    this.#places.set(id, NONE);
  }

  /** Moves the reader behind the list's length in bytes, and returns that. */
  #open(place: number): number {
    this.#reader.moveTo(this.#arena.slabOf(place - 1), offsetOf(place - 1));
    return this.#reader.next();
  }
}
