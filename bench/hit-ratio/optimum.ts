import { assert } from "../../src/base/assert.ts";

/**
 * The most of `accesses` that any cache of `capacity` keys can answer if it takes in every key that
 * it misses: Belady's algorithm, which knows the future and evicts the record whose next use is the
 * latest.
 *
 * L. A. Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems
 * Journal 5(2), 1966.
 *
 * A resident is identified by the number of the access that uses it next. Each access is the next
 * use of at most one key. So the residents are a set of these numbers, and the victim is the
 * highest one.
 */
export function optimalHits(accesses: Int32Array, nextUses: Int32Array, capacity: number): number {
  const residents = new PositionSet(accesses.length);
  /** Residents that are never used again. They leave first. */
  let useless = 0;
  let count = 0;
  let hits = 0;
  for (let position = 0; position < accesses.length; position++) {
    if (residents.delete(position)) {
      hits++;
      count--;
    } else if (count === capacity) {
      if (useless > 0) useless--;
      else residents.delete(residents.highest());
      count--;
    }
    const next = nextUses[position] ?? NEVER;
    if (next === NEVER) useless++;
    else residents.add(next);
    count++;
  }
  return hits;
}

const NEVER = -1;

/**
 * For each access, the number of the next access to the same key; -1 if there is none. Keys are
 * integers from 0 up.
 */
export function nextUsesOf(accesses: Int32Array, keys: number): Int32Array {
  const nextUses = new Int32Array(accesses.length);
  const latest = new Int32Array(keys).fill(NEVER);
  for (let position = accesses.length - 1; position >= 0; position--) {
    const key = accesses[position] ?? 0;
    nextUses[position] = latest[key] ?? NEVER;
    latest[key] = position;
  }
  return nextUses;
}

/**
 * A set of small integers that finds its highest member in a few steps: each level has one bit for
 * each word of the level below.
 */
class PositionSet {
  readonly #levels: Uint32Array[] = [];

  constructor(bound: number) {
    let words = bound;
    do {
      words = Math.ceil(words / 32) || 1;
      this.#levels.push(new Uint32Array(words));
    } while (words > 1);
  }

  add(member: number): void {
    let bit = member;
    for (const level of this.#levels) {
      level[bit >>> 5] = (level[bit >>> 5] ?? 0) | (1 << (bit & 31));
      bit >>>= 5;
    }
  }

  /** Returns false if the number was not in the set. */
  delete(member: number): boolean {
    let bit = member;
    if (((this.#levels[0]?.[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    for (const level of this.#levels) {
      const word = (level[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
      level[bit >>> 5] = word;
      if (word !== 0) break;
      bit >>>= 5;
    }
    return true;
  }

  highest(): number {
    let index = 0;
    for (const level of this.#levels.toReversed()) {
      const word = level[index] ?? 0;
      assert(word !== 0, "a set must not be empty to have a highest member");
      index = index * 32 + 31 - Math.clz32(word);
    }
    return index;
  }
}
