import { assert } from "../base/assert.ts";
import { DenseSet } from "./dense-set.ts";
import { uint32Column } from "./growing-column.ts";
import { type IdArena, MAX_BLOCK, offsetOf } from "./id-arena.ts";
import type { RecordId } from "./record-id.ts";

/** A list becomes dense when at least one in 32 ids is in it (a bit is then cheaper than a word), and sparse again below one in 128. */
const DENSE_SHARE = 32;
const SPARSE_SHARE = 128;
/** Below this many members a list is never worth a bit set. */
const MIN_DENSE = 64;

/**
 * For each term (by its number) the set of records that have it. A set takes one of three forms by its size: one
 * member is kept in place of an address; a few to many are a sorted block of the arena; a large share of all
 * records is a `DenseSet`. Costs: `has` is O(log n) at worst, `add` and `delete` move at most one block.
 */
export class PostingLists {
  readonly #arena: IdArena;
  readonly #counts = uint32Column();
  /** The member itself where the count is 1, else the block's address; unused while dense. */
  readonly #places = uint32Column();
  readonly #dense = new Map<number, DenseSet>();
  #idLimit = 0;

  constructor(arena: IdArena) {
    this.#arena = arena;
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    let bytes = this.#counts.byteLength + this.#places.byteLength;
    for (const set of this.#dense.values()) bytes += set.byteLength;
    return bytes;
  }

  count(term: number): number {
    return this.#counts.get(term);
  }

  denseSet(term: number): DenseSet | undefined {
    return this.#dense.get(term);
  }

  has(term: number, id: number): boolean {
    const count = this.#counts.get(term);
    if (count === 0) return false;
    if (count === 1) return this.#places.get(term) === id;
    const dense = this.#dense.get(term);
    if (dense !== undefined) return dense.has(id);
    const address = this.#places.get(term);
    const slab = this.#arena.slabOf(address);
    const position = lowerBound(slab, offsetOf(address), count, id);
    return position < offsetOf(address) + count && slab[position] === id;
  }

  /** Calls `visit` with every member, in ascending order. */
  forEach(term: number, visit: (id: RecordId) => void): void {
    const count = this.#counts.get(term);
    if (count === 0) return;
    const dense = this.#dense.get(term);
    if (dense !== undefined) dense.forEach(visit as (id: number) => void);
    else if (count === 1) visit(this.#places.get(term) as RecordId);
    else {
      const address = this.#places.get(term);
      const slab = this.#arena.slabOf(address);
      const start = offsetOf(address);
      for (let position = start; position < start + count; position++) visit(slab[position] as RecordId);
    }
  }

  /** Precondition, asserted: the list of `term` does not have `id`. */
  add(term: number, id: RecordId): void {
    if (id >= this.#idLimit) this.#idLimit = id + 1;
    const count = this.#counts.get(term);
    const dense = this.#dense.get(term);
    if (dense !== undefined) assert(dense.add(id), `term ${term} already has record ${id}`);
    else if (count === 0) this.#places.set(term, id);
    else if (this.#shouldBeDense(count + 1)) this.#makeDense(term, id);
    else if (count === 1) this.#addSecond(term, id);
    else this.#insert(term, id, count);
    this.#counts.set(term, count + 1);
  }

  /** Precondition, asserted: the list of `term` has `id`. Returns how many are left. */
  delete(term: number, id: RecordId): number {
    assert(this.has(term, id), `term ${term} does not have record ${id}`);
    const left = this.#counts.get(term) - 1;
    const dense = this.#dense.get(term);
    if (dense !== undefined) {
      dense.delete(id);
      this.#counts.set(term, left);
      if (left < MIN_DENSE || left * SPARSE_SHARE < this.#idLimit) this.#makeSparse(term, dense);
    } else {
      if (left > 0) this.#remove(term, id, left);
      this.#counts.set(term, left);
    }
    return left;
  }

  #shouldBeDense(count: number): boolean {
    return count > MAX_BLOCK || (count >= MIN_DENSE && count * DENSE_SHARE >= this.#idLimit);
  }

  #makeDense(term: number, id: RecordId): void {
    const set = new DenseSet(this.#idLimit);
    this.forEach(term, (member) => set.add(member));
    assert(set.add(id), `term ${term} already has record ${id}`);
    this.#arena.release(this.#places.get(term), this.#counts.get(term));
    this.#dense.set(term, set);
  }

  /** Called once the count is the set's own again. */
  #makeSparse(term: number, set: DenseSet): void {
    if (set.count > MAX_BLOCK) return;
    this.#dense.delete(term);
    const address = this.#arena.allocate(set.count);
    const slab = this.#arena.slabOf(address);
    let position = offsetOf(address);
    set.forEach((member) => {
      slab[position++] = member;
    });
    this.#places.set(term, address);
  }

  #addSecond(term: number, id: RecordId): void {
    const first = this.#places.get(term);
    assert(first !== id, `term ${term} already has record ${id}`);
    const address = this.#arena.allocate(2);
    const slab = this.#arena.slabOf(address);
    const start = offsetOf(address);
    slab[start] = Math.min(first, id);
    slab[start + 1] = Math.max(first, id);
    this.#places.set(term, address);
  }

  #insert(term: number, id: RecordId, count: number): void {
    const address = this.#arena.resize(this.#places.get(term), count, count + 1);
    this.#places.set(term, address);
    const slab = this.#arena.slabOf(address);
    const start = offsetOf(address);
    const position = lowerBound(slab, start, count, id);
    assert(position === start + count || slab[position] !== id, `term ${term} already has record ${id}`);
    slab.copyWithin(position + 1, position, start + count);
    slab[position] = id;
  }

  #remove(term: number, id: RecordId, left: number): void {
    const address = this.#places.get(term);
    const slab = this.#arena.slabOf(address);
    const start = offsetOf(address);
    const position = lowerBound(slab, start, left + 1, id);
    slab.copyWithin(position, position + 1, start + left + 1);
    if (left > 1) {
      this.#places.set(term, this.#arena.resize(address, left + 1, left));
      return;
    }
    const last = slab[start];
    assert(last !== undefined, "a block has a first member");
    this.#arena.release(address, 2);
    this.#places.set(term, last);
  }
}

/** The first position within `count` members from `start` that holds at least `id`. */
function lowerBound(slab: Uint32Array, start: number, count: number, id: number): number {
  let low = start;
  let high = start + count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slab[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
