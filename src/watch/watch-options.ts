import type { TreeStatus } from "../calls/tree-freshness.ts";
import type { IndexOptions } from "../extraction/run/index-source-tree.ts";

/** What one look has changed. */
export interface WatchBatch {
  /** Files that have a record now and had none before. */
  readonly added: number;
  /** Files whose record was replaced. */
  readonly changed: number;
  /** Files whose record is gone. */
  readonly removed: number;
  /** Why everything was looked at; `undefined` if only the paths that events named were. */
  readonly lookReason: string | undefined;
  /** The cache's revision afterwards. */
  readonly revision: number;
  /** How long it took, in milliseconds. */
  readonly elapsedMs: number;
}

/** How to watch a tree, and what to tell of it. */
export interface WatchOptions extends Omit<IndexOptions, "force" | "onProgress"> {
  /**
   * Called after each look that changed something, and each look at everything. What it throws is
   * logged.
   */
  readonly onBatch?: ((batch: WatchBatch) => void) | undefined;
  /** Called when the state changes, or why it is so. What it throws is logged. */
  readonly onStatus?: ((status: TreeStatus) => void) | undefined;
  /** Called while files are looked at. */
  readonly onProgress?: IndexOptions["onProgress"];
  /**
   * Everything is looked at after so many seconds without another reason, as a net: 1 to 86,400. A
   * large tree has longer pauses. Default: 300.
   */
  readonly lookSeconds?: number | undefined;
  /**
   * One watch for the whole tree instead of one for each directory. Default: true on macOS and
   * Windows, where the system has such.
   */
  readonly recursive?: boolean | undefined;
  /**
   * How many directories may be watched; of more, everything is looked at every few seconds.
   * Default: as many as the system grants.
   */
  readonly maxWatches?: number | undefined;
  /**
   * So many events at once count as an overflow of the system's queue. Default: a quarter of the
   * queue.
   */
  readonly overflowAt?: number | undefined;
}
