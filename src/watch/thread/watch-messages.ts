import type { GitDirectories } from "../../extraction/tree/git-excludes.ts";

/** What the thread must watch. */
export interface WatchTask {
  /** The real path of the tree. */
  readonly root: string;
  /**
   * The top of the work tree that contains the root, or the root. The rules from there down apply.
   */
  readonly top: string;
  readonly leavesOutInstalled: boolean;
  /** Patterns of files to leave out, besides the rules of the tree. */
  readonly exclude: readonly string[];
  readonly git: GitDirectories | undefined;
  /** The folder where cookies are written. It is watched if it exists. */
  readonly cookies: string | undefined;
  /**
   * True for one watch of the whole tree instead of one for each directory, on systems that support
   * it.
   */
  readonly recursive: boolean;
  /** How many watches may be set. One more fails as if the system had refused it. */
  readonly maxWatches: number;
  /** How many events in one turn of the event loop count as an overflow of the system's queue. */
  readonly overflowAt: number;
}

/**
 * Asks to watch these directories, now and whenever they come back, although a rule leaves them
 * out: a file in them, or further below, belongs to the tree. Paths are relative to the root.
 */
export interface CoverRequest {
  readonly directories: readonly string[];
  /** True if the list is complete. If false, it is added to earlier requests. */
  readonly isWhole: boolean;
}

/** What came in one turn of the thread's event loop. Paths are relative to the root. */
export interface EventBatch {
  readonly kind: "batch";
  readonly events: number;
  /**
   * Names that may have changed: files, directories that came or went, and the files in directories
   * that came.
   */
  readonly paths: readonly string[];
  /**
   * The same for files that a rule leaves out. They matter only if they belong to the tree in spite
   * of the rule.
   */
  readonly ignored: readonly string[];
  /** Cookies whose event came. All earlier events are in this batch or in an earlier one. */
  readonly cookies: readonly string[];
  /** True if a rule may have changed. */
  readonly rules: boolean;
  /** True if git switched to another commit or branch. */
  readonly head: boolean;
  /** True if the list of files that git tracks may have changed. */
  readonly index: boolean;
  /** True if the root itself was moved or removed. */
  readonly root: boolean;
  readonly overflow: boolean;
  readonly directories: number;
}

export type WatchReply =
  | EventBatch
  /** The whole tree is watched. */
  | { readonly kind: "armed"; readonly directories: number }
  /**
   * The answer to a `CoverRequest`. It comes after the batch with what may have changed in
   * directories that had no watch.
   */
  | { readonly kind: "covered"; readonly directories: number }
  /** The tree cannot be watched, and the thread ends. `code` is the error code of the system. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string };
