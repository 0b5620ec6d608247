import type { GitDirectories } from "../../extraction/tree/git-excludes.ts";

/** What the thread is to watch. */
export interface WatchTask {
  /** The real path of the tree. */
  readonly root: string;
  /** The top of the work tree that holds the root, or the root: rules from there on hold. */
  readonly top: string;
  readonly leavesOutInstalled: boolean;
  /** Patterns to leave out besides the tree's own rules. */
  readonly exclude: readonly string[];
  readonly git: GitDirectories | undefined;
  /** Where cookies are written; watched if it is there. */
  readonly cookies: string | undefined;
  /** One watch for the whole tree, where the system has such, instead of one for each directory. */
  readonly recursive: boolean;
  /** How many watches may be set. One more counts as refused by the system. */
  readonly maxWatches: number;
  /** So many events in one turn count as an overflow of the system's queue. */
  readonly overflowAt: number;
}

/**
 * Watch these directories too, now and whenever they come, although a rule leaves them out: a file
 * in them, or further below, belongs to the tree. Relative to the root.
 */
export interface CoverRequest {
  readonly directories: readonly string[];
  /** Whether these are all; if not, they are added to what was asked before. */
  readonly isWhole: boolean;
}

/** What a turn of the thread's loop has brought, in paths relative to the root. */
export interface EventBatch {
  readonly kind: "batch";
  readonly events: number;
  /**
   * Names that may have changed: files, directories that came or went, with what is in those that
   * came.
   */
  readonly paths: readonly string[];
  /**
   * The same, of files that a rule leaves out: of interest only if they belong to the tree in spite
   * of it.
   */
  readonly ignored: readonly string[];
  /** Cookies whose event has come; all earlier events are in this batch or an earlier one. */
  readonly cookies: readonly string[];
  /** A rule may have changed. */
  readonly rules: boolean;
  /** Git is at another commit or branch. */
  readonly head: boolean;
  /** What git tracks may have changed. */
  readonly index: boolean;
  /** The root itself was moved or removed. */
  readonly root: boolean;
  readonly overflow: boolean;
  readonly directories: number;
}

export type WatchReply =
  | EventBatch
  /** The whole tree is watched. */
  | { readonly kind: "armed"; readonly directories: number }
  /**
   * The answer to each request, after the batch with what may have changed in directories that had
   * no watch.
   */
  | { readonly kind: "covered"; readonly directories: number }
  /** The tree cannot be watched: the thread ends. `code` is the system's. */
  | { readonly kind: "failed"; readonly code: string; readonly message: string };
