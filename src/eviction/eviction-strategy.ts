import type { Finding } from "../base/finding.ts";

/**
 * Chooses which record leaves memory next. A strategy knows slots and identities, and nothing of
 * the records behind them. A slot is the place where a record is now. After the record has left,
 * another record may take the slot. An identity belongs to the record itself, and is the same each
 * time the record comes into memory. What a strategy remembers of records that left, it remembers
 * by identity. Both are small integers without large gaps, so lists and memories are flat arrays.
 *
 * Two records may share an identity. A strategy may then choose a worse victim, but must still be
 * correct. A strategy does not know how many slots the cache holds when it is full, because either
 * bound may be reached first. A strategy uses the number of slots that it tracks.
 *
 * Contract (`test/contracts/eviction-strategy-contract.ts` runs over every strategy):
 * - It tracks exactly the slots that were admitted and were neither forgotten nor taken as victims
 * (law 7).
 * - Every call except `clear` and `verify` is O(1), or O(1) on average over the calls before it. It
 * allocates nothing except longer arrays.
 * - The order is exact: it follows the sequence of calls, not a clock that could tie.
 * - Victims are taken before the record is admitted for which they make room, one at a time or a
 * whole batch.
 */
export interface EvictionStrategy {
  readonly size: number;
  has(slot: number): boolean;
  /**
   * Starts to track `slot`, which counts as its first use. Precondition, asserted: the slot is not
   * tracked.
   */
  admit(slot: number, identity: number): void;
  /** Notes one use of a tracked slot. */
  touch(slot: number): void;
  /**
   * Stops tracking a slot whose record left for another reason than eviction. Ignores unknown
   * slots.
   */
  forget(slot: number): void;
  /**
   * Returns the slot whose record should leave next, and stops tracking it. Returns `undefined` if
   * no slot is tracked.
   */
  takeVictim(): number | undefined;
  /** Forgets all slots, and everything that the strategy remembers. */
  clear(): void;
  /** Checks the strategy's structure. Returns a finding for each problem. */
  verify(): Finding[];
}
