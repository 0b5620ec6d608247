import { MAX_RECENT } from "../indexing/index-manager.ts";
import { MAX_INCREMENTAL_CHANGES } from "../sync/database-synchronizer.ts";

/** When a checkpoint is worth what it costs to write. */
export interface CheckpointPolicy {
  /** With fewer records, reading the rows costs less than a checkpoint. */
  readonly leastRecords: number;
  /**
   * A new checkpoint is due if it saves the next reader this many changes. The fraction of the
   * records counts instead if that is more.
   */
  readonly leastChanges: number;
  readonly changedShare: number;
  /**
   * After this many changes a checkpoint is due in any case: a reader that finds too many changes
   * after a checkpoint loads everything.
   */
  readonly mostChanges: number;
}

/** When layers of the index are frozen, and when a checkpoint is written. */
export interface IndexUpkeep {
  /** After this many changed records, a layer is frozen and becomes an image. */
  readonly maxRecent: number;
  readonly checkpoints: CheckpointPolicy;
}

export const INDEX_UPKEEP: IndexUpkeep = {
  maxRecent: MAX_RECENT,
  checkpoints: { leastRecords: 200, leastChanges: 100, changedShare: 1 / 50, mostChanges: MAX_INCREMENTAL_CHANGES / 2 },
};
