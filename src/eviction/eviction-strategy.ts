/**
 * Decides which record leaves memory next. A strategy knows keys and weights, and nothing of what they stand for.
 * Keys are small integers without large gaps (the storage's slots), so that its lists are flat arrays.
 *
 * Contract (`test/contracts/eviction-strategy-contract.ts` runs over every strategy):
 * - It tracks exactly the keys that were admitted and neither forgotten nor named a victim (law 7).
 * - Every call but `clear` and `verify` is O(1), or O(1) on average where it grows an array.
 * - The order is exact: it follows the sequence of calls, not a clock that could tie.
 */
export interface EvictionStrategy {
  readonly name: string;
  readonly size: number;
  has(key: number): boolean;
  /** Begins to track `key`. Precondition, asserted: it is not tracked. */
  admit(key: number, weight: number): void;
  /** Notes one use of a tracked key. */
  touch(key: number): void;
  /** Ends tracking a key that left for another reason than eviction; unknown keys are ignored. */
  forget(key: number): void;
  /** Names the key that should leave next and ends tracking it; `undefined` where there is none. */
  takeVictim(): number | undefined;
  clear(): void;
  /** What is wrong with its structure; empty where nothing is. */
  verify(): string[];
}
