import { assert } from "../../src/base/assert.ts";

/**
 * How many of `accesses` any cache of `capacity` keys that takes in every key it misses can answer at most: Belady's
 * algorithm, which knows the future and evicts what is used again last.
 *
 * L. A. Belady, "A study of replacement algorithms for a virtual-storage computer", IBM Systems Journal 5(2), 1966.
 *
 * A resident is known by the position of its next use, and every position is the next use of one key at most: so the
 * residents are a set of positions, and the victim is the highest one.
 */
export function optimalHits(accesses: Int32Array, nextUses: Int32Array, capacity: number): number {
  const residents = new PositionSet(accesses.length);
  /** Residents that are never used again: they go first. */
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

/** For each access the position of the next one of the same key, -1 where there is none. Keys are from 0 up. */
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

/** A set of small integers that finds its highest member in a few steps: each level has a bit for each word of the one below. */
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

  /** False where it was not in the set. */
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
      assert(word !== 0, "a set that is asked for its highest member has one");
      index = index * 32 + 31 - Math.clz32(word);
    }
    return index;
  }
}
