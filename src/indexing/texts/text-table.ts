import { assert } from "../../base/assert.ts";
import { uint32Column } from "../lists/growing-column.ts";

/** The lower bits of an entry are a number + 1, the upper ones a part of its text's hash: most other texts differ in that. */
const NUMBER_BITS = 26;
const NUMBER_MASK = (1 << NUMBER_BITS) - 1;

/**
 * Finds the number of a text, where the texts themselves are kept elsewhere: one array of integers with open addressing,
 * at most four fifths full, and the hashes, so that growing reads no text. 9 to 10 bytes an entry, where a `Map` takes 37
 * to 74.
 */
export class TextTable {
  readonly #hashes = uint32Column();
  #entries = new Uint32Array(16);
  #capacity = 16;
  #count = 0;

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#entries.byteLength + this.#hashes.byteLength;
  }

  /**
   * The first slot from `slot` on that may hold the text with this hash, or -1. A search begins at `slotOf(hash)` and
   * goes on at `after(slot)` where the text at hand (`numberAt`) turns out to be another one.
   */
  candidate(hash: number, slot: number): number {
    const entries = this.#entries;
    const tag = hash >>> NUMBER_BITS;
    for (let at = slot; ; at = this.after(at)) {
      const entry = entries[at] ?? 0;
      if (entry === 0) return -1;
      if (entry >>> NUMBER_BITS === tag) return at;
    }
  }

  numberAt(slot: number): number {
    return ((this.#entries[slot] ?? 0) & NUMBER_MASK) - 1;
  }

  slotOf(hash: number): number {
    return (hash >>> 1) % this.#capacity;
  }

  after(slot: number): number {
    return slot + 1 === this.#capacity ? 0 : slot + 1;
  }

  /** Precondition: no entry has this text. */
  add(number: number, hash: number): void {
    assert(number < NUMBER_MASK, "a project has less than 67 million paths, and terms");
    if ((this.#count + 1) * 5 > this.#capacity * 4) this.#grow();
    this.#hashes.set(number, hash);
    this.#place(number);
    this.#count++;
  }

  /** Gives every text the number that `order` lists its present number at. Precondition: all numbers in the table are listed. */
  reorder(order: Uint32Array): void {
    this.#hashes.reorder(order);
    this.#entries.fill(0);
    for (let number = 0; number < order.length; number++) this.#place(number);
  }

  /** Precondition, asserted: `number` is in the table. */
  delete(number: number): void {
    let hole = this.slotOf(this.#hashes.get(number));
    while (this.numberAt(hole) !== number) {
      assert(this.#entries[hole] !== 0, "a number leaves a table that it is in");
      hole = this.after(hole);
    }
    // Entries behind the hole that would stand nearer to their slot there move up, so that no search ends too early.
    for (let slot = this.after(hole); this.#entries[slot] !== 0; slot = this.after(slot)) {
      const home = this.slotOf(this.#hashes.get(this.numberAt(slot)));
      if (this.#distance(home, slot) < this.#distance(hole, slot)) continue;
      this.#entries[hole] = this.#entries[slot] ?? 0;
      hole = slot;
    }
    this.#entries[hole] = 0;
    this.#count--;
  }

  #distance(from: number, to: number): number {
    return to >= from ? to - from : to + this.#capacity - from;
  }

  #place(number: number): void {
    const hash = this.#hashes.get(number);
    let slot = this.slotOf(hash);
    while (this.#entries[slot] !== 0) slot = this.after(slot);
    this.#entries[slot] = (hash & ~NUMBER_MASK) | (number + 1);
  }

  #grow(): void {
    const before = this.#entries;
    this.#capacity += this.#capacity >>> 2;
    this.#entries = new Uint32Array(this.#capacity);
    for (const entry of before) if (entry !== 0) this.#place((entry & NUMBER_MASK) - 1);
  }
}
