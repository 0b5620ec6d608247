import type { Moment } from "../base/clock.ts";
import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";

/** Every change in (`from.revision`, `position.revision`], the newest of each path, oldest first; both are of one history. */
export interface Advance {
  readonly from: StorePosition;
  readonly position: StorePosition;
  readonly changes: readonly StoredChange[];
  /** The number of the question that this answers (`Standpoint.question`). */
  readonly question: number;
  /** Whether the question made `position`, as a write does: then the store came to be there after it was put. */
  readonly isWrite?: boolean;
}

/** What a step of synchronisation did, in records. */
export interface SyncCounts {
  /** Records that were not there before. */
  readonly added: number;
  /** Records that replaced older ones. */
  readonly changed: number;
  /** Records that are gone. */
  readonly removed: number;
}

/** A committed write that the sink does not show yet, and why. */
export interface Debt {
  readonly revision: number;
  readonly cause: unknown;
}

/** Where the sink stands when somebody asks the store something. */
export interface Standpoint {
  readonly position: StorePosition | undefined;
  /** Another number after the sink has learnt that the store is on another history. */
  readonly history: number;
  /** What the sink owes by then: an answer that is asked for from here on includes it. */
  readonly debt: Debt | undefined;
  /** A later question has a greater number. Answers may come in another order than the one that they were made in. */
  readonly question: number;
}

/** What a sink that was found equal to the database has made up for. */
export type Confirmed = Pick<Standpoint, "question"> & Partial<Pick<Standpoint, "debt">>;

/** What every answer of the store says of its place. */
export interface StoreAnswer {
  readonly position: StorePosition;
  /** Whether the position that was asked from lies on the history of this one. Left out by an answer that cannot tell. */
  readonly continues?: boolean;
}

/** What an answer means for the sink: it is there already; it is not; or the sink's revisions mean nothing to the store. */
export type Verdict = "same" | "ahead" | "another-history";

/** What a synchroniser fills: declared here by its user, implemented by the cache's state. */
export interface SyncSink {
  /** Where the sink stands; `undefined` until a first load was committed. */
  readonly position: StorePosition | undefined;
  /** Whether the store is on another history: then only a full load helps. */
  readonly isOutdated: boolean;
  /** The store was where the sink stands at some moment after this question was put. Does not go back while the sink is not outdated. */
  readonly knownSince: number;
  /** To be called before the store is asked something. */
  ask(): Standpoint;
  /** To be called with every answer of the store, before anything is done with it. */
  seen(asked: Standpoint, answer: StoreAnswer): Verdict;
  /**
   * Moves the sink from `advance.from` to `advance.position`, all at once. Returns `undefined` and changes nothing if the sink is not at
   * exactly `from`, or is outdated: changes in between would be missed, or two histories be mixed. The same if the store was at `from` after this was
   * asked for: `position` may be of a history that was undone by then.
   */
  apply(advance: Advance): SyncCounts | undefined;
  /** Begins to build a whole new state aside, from `answer`; the present one is served until `commit`. Counts as `seen`. */
  beginLoad(asked: Standpoint, answer: StoreAnswer): PendingLoad;
  /** Notes that the sink equalled the database after `asked`, which was at the time `at`, and includes what it owed by then. */
  confirm(at: Moment, asked: Confirmed): void;
}

/** A state in the making. Drop it to abandon it, after `abandon()`. */
export interface PendingLoad {
  readonly position: StorePosition;
  /** Like the sink's. */
  readonly knownSince: number;
  add(rows: readonly StoredRow[]): void;
  /** What is due before more rows come, in steps of about a millisecond. */
  tidy(): Generator<void, void, undefined>;
  /** What is left to do once all rows have come, in steps of about a millisecond: to be run to its end before `apply` or `commit`. */
  settle(): Generator<void, void, undefined>;
  /** Like the sink's, on the state in the making. */
  apply(advance: Advance): void;
  /**
   * Puts the new state in the place of the present one, at once. `continues`: whether it is proved to continue the history of the present
   * one, so that what that one knows still counts.
   */
  commit(continues: boolean): SyncCounts;
  abandon(): void;
}
