import { grown } from "../../base/grown.ts";

/** A set of integers as one bit each: for terms that a good part of all records have. */
export class DenseSet {
  #words: Uint32Array;
  #count = 0;

  constructor(idLimit: number) {
    this.#words = new Uint32Array(Math.max(1, Math.ceil(idLimit / 32)));
  }

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#words.byteLength;
  }

  has(id: number): boolean {
    return ((this.#words[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }

  /** False where the set had `id` already. */
  add(id: number): boolean {
    const word = id >>> 5;
    if (word >= this.#words.length) this.#words = grown(this.#words, word + 1);
    const before = this.#words[word] ?? 0;
    const after = before | (1 << (id & 31));
    if (before === after >>> 0) return false;
    this.#words[word] = after;
    this.#count++;
    return true;
  }

  /** False where the set did not have `id`. */
  delete(id: number): boolean {
    if (!this.has(id)) return false;
    const word = id >>> 5;
    this.#words[word] = (this.#words[word] ?? 0) & ~(1 << (id & 31));
    this.#count--;
    return true;
  }

  /** Calls `visit` with every member, in ascending order. */
  forEach(visit: (id: number) => void): void {
    const words = this.#words;
    for (let index = 0; index < words.length; index++) {
      for (let word = words[index] ?? 0; word !== 0; word &= word - 1) {
        visit(index * 32 + (31 - Math.clz32(word & -word)));
      }
    }
  }

  /** Adds every member of `other`, 32 at a time. */
  addAll(other: DenseSet): void {
    this.#words = grown(this.#words, other.#words.length);
    for (let index = 0; index < other.#words.length; index++) {
      const before = this.#words[index] ?? 0;
      const after = (before | (other.#words[index] ?? 0)) >>> 0;
      this.#count += bitCount(after ^ before);
      this.#words[index] = after;
    }
  }

  /** How many members this set has in common with all others; the cost follows the range of ids, 32 at a time. */
  intersectionCount(others: readonly DenseSet[]): number {
    let count = 0;
    for (let index = 0; index < this.#words.length; index++) {
      let word = this.#words[index] ?? 0;
      for (const other of others) word &= other.#words[index] ?? 0;
      if (word !== 0) count += bitCount(word);
    }
    return count;
  }
}

/** The number of one bits in 32 (Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
