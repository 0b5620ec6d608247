import type { Moment } from "../base/clock.ts";
import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";

/**
 * Every change after `from.revision` up to `position.revision`: the newest of each path, oldest
 * first. Both positions are of one history.
 */
export interface Advance {
  readonly from: StorePosition;
  readonly position: StorePosition;
  readonly changes: readonly StoredChange[];
  /** The number of the question that this is the answer to (`Standpoint.question`). */
  readonly question: number;
  /**
   * True if the question was a write that made `position`. Then the store reached `position` after
   * the question was asked.
   */
  readonly isWrite?: boolean;
}

/** How many records a sync added, changed and removed. */
export interface SyncCounts {
  /** Records that were not there before. */
  readonly added: number;
  /** Records that replaced older ones. */
  readonly changed: number;
  /** Records that are gone. */
  readonly removed: number;
}

/** A committed write that the sink does not show yet, and the reason. */
export interface Debt {
  readonly revision: number;
  readonly cause: unknown;
}

/** The position of the sink at the moment when somebody asks the store something. */
export interface Standpoint {
  readonly position: StorePosition | undefined;
  /** Gets another number when the sink learns that the store is on another history. */
  readonly history: number;
  /** What the sink owes at this moment. An answer to a later question includes it. */
  readonly debt: Debt | undefined;
  /**
   * A later question has a greater number. Answers may arrive in another order than their
   * questions.
   */
  readonly question: number;
}

/** Which question showed that the sink equals the database, and which debt that settles. */
export type Confirmed = Pick<Standpoint, "question"> & Partial<Pick<Standpoint, "debt">>;

/** What every answer of the store says about the store's position. */
export interface StoreAnswer {
  readonly position: StorePosition;
  /**
   * Whether the position of the question lies on the history of this position. `undefined` if the
   * answer cannot tell.
   */
  readonly continues?: boolean;
}

/**
 * What an answer means for the sink. "same": the sink is already there. "ahead": the store is
 * further. "another-history": the sink's revisions mean nothing to the store.
 */
export type Verdict = "same" | "ahead" | "another-history";

/**
 * The state that a synchronizer fills. The synchronizer declares it, because it uses it; the
 * cache's state implements it.
 */
export interface SyncSink {
  /** `undefined` until the first load is committed. */
  readonly position: StorePosition | undefined;
  /** True if the store is on another history. Then only a full load helps. */
  readonly isOutdated: boolean;
  /**
   * The number of a question: the store was at the sink's position at some moment after it was
   * asked. Does not decrease while the sink is not outdated.
   */
  readonly knownSince: number;
  /** Call this before each question to the store. */
  ask(): Standpoint;
  /** Call this with every answer of the store, before anything else is done with it. */
  seen(asked: Standpoint, answer: StoreAnswer): Verdict;
  /**
   * Moves the sink from `advance.from` to `advance.position`, all at once. Returns `undefined` and
   * changes nothing if the sink is not exactly at `from` or is outdated, because changes in between
   * would be missed, or two histories mixed. Does the same if the store was at `from` at some
   * moment after this question was asked: then `position` may be of a history that was undone.
   */
  apply(advance: Advance): SyncCounts | undefined;
  /**
   * Begins to build a whole new state aside, at the position of `answer`. The present state answers
   * until `commit`. Also does what `seen` does.
   */
  beginLoad(asked: Standpoint, answer: StoreAnswer): PendingLoad;
  /**
   * Notes that the sink equals the database after `asked`, which was asked at the time `at`. The
   * debt of `asked` is settled.
   */
  confirm(at: Moment, asked: Confirmed): void;
}

/** A new state that is being built. To abandon it, call `abandon()` and drop the object. */
export interface PendingLoad {
  readonly position: StorePosition;
  /** The same as the sink's `knownSince`. */
  readonly knownSince: number;
  add(rows: readonly StoredRow[]): void;
  /** The work that is due before more rows come, in steps of about a millisecond. */
  tidy(): Generator<void, void, undefined>;
  /**
   * The work that is left when all rows are here, in steps of about a millisecond. Run it to its
   * end before `apply` or `commit`.
   */
  settle(): Generator<void, void, undefined>;
  /** The same as the sink's `apply`, on the new state. */
  apply(advance: Advance): void;
  /**
   * Replaces the present state by the new one, at once. Pass true for `continues` if the new state
   * is proved to continue the history of the present one. Then what is known of the present state
   * still counts.
   */
  commit(continues: boolean): SyncCounts;
  abandon(): void;
}
