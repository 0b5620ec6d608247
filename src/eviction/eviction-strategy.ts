import type { Finding } from "../base/finding.ts";

/**
 * Decides which record leaves memory next. A strategy knows slots and identities, and nothing of what they stand for. A slot is where a record
 * is now (the storage's slot), and stands for another one once it is free again. An identity is the record itself, the same whenever it comes in
 * again: what a strategy remembers of those that left, it remembers by identity. Both are small integers without large gaps, so that lists and
 * memories are flat arrays.
 *
 * Two records may share an identity: a strategy may then choose a worse victim, and must be right all the same. How many slots the cache holds when it is
 * full is not told, since either bound may be the one that is reached: a strategy goes by how many it tracks.
 *
 * Contract (`test/contracts/eviction-strategy-contract.ts` runs over every strategy):
 * - It tracks exactly the slots that were admitted and neither forgotten nor named a victim (law 7).
 * - Every call but `clear` and `verify` is O(1), or O(1) on average over the calls before it, and allocates nothing but longer
 *   arrays.
 * - The order is exact: it follows the sequence of calls, not a clock that could tie.
 * - Victims are asked for before the record is admitted that they make room for, one or a whole batch.
 */
export interface EvictionStrategy {
  readonly size: number;
  has(slot: number): boolean;
  /** Begins to track `slot`, which counts as its first use. Precondition, asserted: it is not tracked. */
  admit(slot: number, identity: number): void;
  /** Notes one use of a tracked slot. */
  touch(slot: number): void;
  /** Ends tracking a slot that left for another reason than eviction; unknown slots are ignored. */
  forget(slot: number): void;
  /** Names the slot that should leave next and ends tracking it; `undefined` where there is none. */
  takeVictim(): number | undefined;
  /** Forgets all slots, and all that it remembers. */
  clear(): void;
  /** What is wrong with its structure; empty where nothing is. */
  verify(): Finding[];
}
