import type { TreeStatus } from "../calls/tree-freshness.ts";
import type { IndexOptions } from "../extraction/run/index-source-tree.ts";

/** What one look changed. */
export interface WatchBatch {
  /** Files that have a record now and had none before. */
  readonly added: number;
  /** Files whose record was replaced. */
  readonly changed: number;
  /** Files whose record is gone. */
  readonly removed: number;
  /**
   * Why the watcher looked at everything. `undefined` if it looked only at the paths that events
   * named.
   */
  readonly lookReason: string | undefined;
  /** The revision of the cache after the look. */
  readonly revision: number;
  /** How long the look took, in milliseconds. */
  readonly elapsedMs: number;
}

/** How to watch a tree, and what to report about it. */
export interface WatchOptions extends Omit<IndexOptions, "force" | "onProgress"> {
  /**
   * Called after each look that changed a record, and after each look at everything. If the
   * callback throws, the error is logged.
   */
  readonly onBatch?: ((batch: WatchBatch) => void) | undefined;
  /**
   * Called when the state changes, or the reason for it. If the callback throws, the error is
   * logged.
   */
  readonly onStatus?: ((status: TreeStatus) => void) | undefined;
  /** Called during a look. */
  readonly onProgress?: IndexOptions["onProgress"];
  /**
   * How many seconds pass before the watcher looks at everything even without another reason, to
   * find what events missed: 1 to 86,400. A large tree has longer pauses. Default: 300.
   */
  readonly lookSeconds?: number | undefined;
  /**
   * True for one watch of the whole tree instead of one for each directory. Default: true on macOS
   * and Windows, because these systems support it.
   */
  readonly recursive?: boolean | undefined;
  /**
   * How many directories may be watched. If there are more, the watcher looks at everything every
   * few seconds. Default: as many as the system allows.
   */
  readonly maxWatches?: number | undefined;
  /**
   * How many events at once count as an overflow of the system's queue. Default: a quarter of the
   * queue.
   */
  readonly overflowAt?: number | undefined;
}
