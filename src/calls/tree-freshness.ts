import type { ProjectPath } from "../record/project-path.ts";

/**
 * What a watcher could prove about the tree. `fresh`: the cache has every change of the tree that
 * was made before the call (law 15).
 */
export type TreeFreshness =
  | { readonly fresh: true; readonly revision: number }
  | {
      readonly fresh: false;
      readonly revision: number;
      /**
       * Files that changed and whose records are not up to date yet, or cannot be brought up to
       * date.
       */
      readonly behind: readonly ProjectPath[];
      /** True if every file that is not in `behind` is proved. If false, any file may be behind. */
      readonly onlyThese: boolean;
      readonly reason: string;
    };

/** How much of one answer is proved. */
export type AnswerFreshness =
  | { readonly fresh: true }
  | {
      readonly fresh: false;
      /**
       * The files of this answer that are behind or not proved. If the answer has no paths, all
       * files that are behind.
       */
      readonly behind: readonly ProjectPath[];
      /**
       * True if files that are behind may be missing in this answer, or may be in it by mistake.
       */
      readonly mayLackOthers: boolean;
      readonly reason: string;
    };

/** An answer to a question that may ask for consistency `"tree"`. */
export interface ProvedAnswer {
  /**
   * Only with consistency `"tree"`: says if the answer is proved and, if it is not, which of its
   * files are behind.
   */
  readonly tree?: AnswerFreshness;
}

/** What the watcher of a source tree does now, and what it did since the watch began. */
export interface TreeStatus {
  /** The real path of the tree. */
  readonly root: string;
  /**
   * `watching`: the system's events tell of changes. `looking`: they cannot, and the watcher looks
   * at everything every `everySeconds`. `off`: the watcher is closed.
   */
  readonly state: "watching" | "looking" | "off";
  /** Why the watcher is not watching. `remedy` says what to do about that. */
  readonly reason: string | undefined;
  /** What to do about it. */
  readonly remedy: string | undefined;
  /**
   * The seconds between two looks at everything. The watcher also takes such looks while it is
   * watching.
   */
  readonly everySeconds: number;
  /**
   * True if this watcher holds the lease and takes over changes at once. If false, another watcher
   * of the same tree and database does, in this process or another one.
   */
  readonly isHolder: boolean;
  /** How many directories the watcher watches. */
  readonly directories: number;
  /** How many paths are known to have changed and are not in the cache yet. */
  readonly pending: number;
  /**
   * The counts since the watch began: events that came, batches that were applied, looks at
   * everything, overflows that were found.
   */
  readonly events: number;
  /** Batches of changes that were applied, since the watch began. */
  readonly batches: number;
  /** Looks at everything, since the watch began. */
  readonly looks: number;
  /** Overflows of the system's queue that were found, since the watch began. */
  readonly overflows: number;
  /**
   * When the watcher last looked at everything, in milliseconds since the Unix epoch.
   * `lastLookReason` says why.
   */
  readonly lastLookAt: number | undefined;
  /** Why everything was looked at last. */
  readonly lastLookReason: string | undefined;
}

/** The part of a change of a project's records that a watcher needs. */
export interface NotedChange {
  /** The file that changed. */
  readonly path: ProjectPath;
  /** The digest in the new record. `undefined` if there is no record that can be read. */
  readonly digest: string | undefined;
}

/** The calls that a cache makes to the watcher of its tree. */
export interface AttachedTree {
  /** Resolves when every earlier change of the tree is in the cache, or at the time limit. */
  settled(options: { readonly timeoutMs: number }): Promise<TreeFreshness>;
  /** What the watcher does now. */
  status(): TreeStatus;
  /**
   * Called when any program changed the records. Without `changes`, any record may have
   * changed.
   */
  noteStoreChange(changes: readonly NotedChange[] | undefined): void;
  /** Ends the watch. */
  close(): Promise<void>;
}

/** The calls that a watcher makes to the cache that it is attached to. */
export interface TreeAttachment {
  /** Identifies the project, and the data of the database as it is now. */
  readonly identity: string;
  /** Makes the cache reflect every commit that ended before the call. */
  catchUp(): Promise<void>;
  /** Makes the cache forget the watcher. */
  detach(): void;
}

/**
 * Returns a text that identifies a project in one database. `epoch` is the identity of the stored
 * data.
 */
export function treeIdentity(project: string, epoch: string | undefined): string {
  return `${epoch ?? ""} ${project}`;
}
