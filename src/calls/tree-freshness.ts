import type { ProjectPath } from "../record/project-path.ts";

/**
 * What a watcher could prove of the tree. `fresh`: every change of the tree that was made before the call is in the cache (law 15).
 */
export type TreeFreshness =
  | { readonly fresh: true; readonly revision: number }
  | {
      readonly fresh: false;
      readonly revision: number;
      /** Files that have changed and whose records have not been brought up yet, or cannot be. */
      readonly behind: readonly ProjectPath[];
      /** Whether every file that is not among `behind` is proved. If not, any file may be behind. */
      readonly onlyThese: boolean;
      readonly reason: string;
    };

/** How much of one answer is proved. */
export type AnswerFreshness =
  | { readonly fresh: true }
  | {
      readonly fresh: false;
      /** The files of this answer that are behind, or that are not proved; of an answer without paths, all files that are behind. */
      readonly behind: readonly ProjectPath[];
      /** Whether files that are behind may be missing in this answer, or may be in it wrongly. */
      readonly mayLackOthers: boolean;
      readonly reason: string;
    };

/** An answer to a question with consistency `"tree"`. */
export interface ProvedAnswer {
  /** Only with consistency `"tree"`: whether the answer is proved, and which of its files are behind if it is not. */
  readonly tree?: AnswerFreshness;
}

/** What the watcher of a source tree does now, and what it did since the watch began. */
export interface TreeStatus {
  /** The real path of the tree. */
  readonly root: string;
  /**
   * `watching`: events tell of changes. `looking`: they cannot, and everything is looked at every `everySeconds`. `off`: closed.
   */
  readonly state: "watching" | "looking" | "off";
  /** Why it is not watching, and what to do about it. */
  readonly reason: string | undefined;
  /** What to do about it. */
  readonly remedy: string | undefined;
  /** How often everything is looked at, while it is watching too. */
  readonly everySeconds: number;
  /** Whether this watcher takes over changes at once, or another one of the same tree and database does, in whatever process. */
  readonly isHolder: boolean;
  /** How many directories have a watch. */
  readonly directories: number;
  /** Paths that are known to have changed and are not in the cache yet. */
  readonly pending: number;
  /** Since the watch began: events that came, batches that were applied, looks at everything, overflows that were found. */
  readonly events: number;
  /** Batches of changes that were applied, since the watch began. */
  readonly batches: number;
  /** Looks at everything, since the watch began. */
  readonly looks: number;
  /** Overflows of the system's queue that were found, since the watch began. */
  readonly overflows: number;
  /** When everything was looked at last, in milliseconds since the Unix epoch, and why. */
  readonly lastLookAt: number | undefined;
  /** Why everything was looked at last. */
  readonly lastLookReason: string | undefined;
}

/** A change of a project's records, as far as a watcher has to know of it. */
export interface NotedChange {
  /** The file that changed. */
  readonly path: ProjectPath;
  /** Of the record as it is now; `undefined` if there is none that can be read. */
  readonly digest: string | undefined;
}

/** What a cache asks of the watcher of its tree. */
export interface AttachedTree {
  /** Resolves when every earlier change of the tree is in the cache, or at the time limit. */
  settled(options: { readonly timeoutMs: number }): Promise<TreeFreshness>;
  /** What the watcher does now. */
  status(): TreeStatus;
  /** The records have changed, whoever did it; without `changes`, all of them may have. */
  noteStoreChange(changes: readonly NotedChange[] | undefined): void;
  /** Ends the watch. */
  close(): Promise<void>;
}

/** What a watcher asks of the cache that it is attached to. */
export interface TreeAttachment {
  /** Tells the project, and the database as it is now, from all others. */
  readonly identity: string;
  /** Makes the cache reflect every commit that ended before the call. */
  catchUp(): Promise<void>;
  /** The cache forgets the watcher. */
  detach(): void;
}

/** Tells a project of one database from all others, by the identity of the stored data. */
export function treeIdentity(project: string, epoch: string | undefined): string {
  return `${epoch ?? ""} ${project}`;
}
