import type { Moment } from "../base/clock.ts";
import type { StoredChange, StoredRow, StorePosition } from "../database/metadata-database.ts";

/** Every change in (`from.revision`, `position.revision`], the newest of each path, oldest first; both are of one history. */
export interface Advance {
  readonly from: StorePosition;
  readonly position: StorePosition;
  readonly changes: readonly StoredChange[];
}

/** What a step of synchronisation did, in records. */
export interface SyncCounts {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

/** What a synchroniser fills: declared here by its user, implemented by the cache. */
export interface SyncSink {
  /** Where the sink stands; `undefined` until a first load was committed. */
  readonly position: StorePosition | undefined;
  /** Changes with every `distrust`. */
  readonly lineage: number;
  /** Whether the sink has learnt that its revisions mean nothing any more (`distrust`): only a full load helps then. */
  readonly isDistrusted: boolean;
  /**
   * To be called when the store turns out to be on another history than the sink, or cannot prove that it is on the same. It stays true
   * however far others write on, until a load that began afterwards is committed.
   */
  distrust(): void;
  /**
   * Moves the sink from `advance.from` to `advance.position`, all at once. Returns `undefined` and changes nothing if the sink is not at
   * exactly `from`, or is distrusted: changes in between would be missed, or two histories be mixed.
   */
  apply(advance: Advance): SyncCounts | undefined;
  /**
   * Begins to build a whole new state aside; the present one is served until `commit`. `lineage` is the sink's from before
   * the rows were looked at: what came before a `distrust` does not end it.
   */
  beginLoad(position: StorePosition, lineage: number): PendingLoad;
  /** Notes that at the time `at` the sink equalled the database. */
  confirm(at: Moment): void;
}

/** A state in the making. Drop it to abandon it, after `abandon()`. */
export interface PendingLoad {
  readonly position: StorePosition;
  add(rows: readonly StoredRow[]): void;
  /** What is left to do once all rows have come, in steps of about a millisecond: to be run to its end before `apply` or `commit`. */
  settle(): Generator<void, void, undefined>;
  /** Like the sink's, on the state in the making. */
  apply(advance: Advance): void;
  /**
   * Puts the new state in the place of the present one, at once. `continues`: whether it is proved to continue the history of the present one, so
   * that what that one knows still counts.
   */
  commit(continues: boolean): SyncCounts;
  abandon(): void;
}
