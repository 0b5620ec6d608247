import { MAX_RECENT } from "../indexing/index-manager.ts";
import { MAX_INCREMENTAL_CHANGES } from "../sync/database-synchronizer.ts";

/** When a checkpoint is worth what it costs to write. */
export interface CheckpointPolicy {
  /** The rows of fewer records are read in less time than a checkpoint is worth. */
  readonly leastRecords: number;
  /** A new checkpoint is due when it would save the next reader so many changes, or this share of the records if that is more. */
  readonly leastChanges: number;
  readonly changedShare: number;
  /** It is due after so many changes in any case: what has changed too much since is not brought up, but read anew. */
  readonly mostChanges: number;
}

/** When the index is put in order, and when it is kept. */
export interface IndexUpkeep {
  /** So many records change before they are frozen, and become an image. */
  readonly maxRecent: number;
  readonly checkpoints: CheckpointPolicy;
}

export const INDEX_UPKEEP: IndexUpkeep = {
  maxRecent: MAX_RECENT,
  checkpoints: { leastRecords: 200, leastChanges: 100, changedShare: 1 / 50, mostChanges: MAX_INCREMENTAL_CHANGES / 2 },
};
