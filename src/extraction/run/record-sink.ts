import type { FileMetadata } from "../../record/file-metadata.ts";
import type { Fingerprint, NotedState } from "../../record/fingerprint.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/**
 * The place where an indexing run reads known fingerprints and sends its records. A `MetadataCache`
 * is a sink. Extraction knows nothing more about the cache than this interface.
 */
export interface RecordSink {
  /** Yields the fingerprint of every file of the project, in pages. */
  fingerprints(): AsyncIterable<readonly Fingerprint[]>;
  /**
   * Stores all the records, or none of them. If it resolves to an object with a number `changed`,
   * only that many of the records were new or different.
   */
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Removes the records of all these files, or of none. */
  remove(paths: readonly ProjectPath[]): Promise<unknown>;
  /** Missing if the sink keeps only records. */
  readonly source?: SourceNotes;
}

/** What a sink keeps about the tree besides records. */
export interface SourceNotes {
  /** Called when a run begins. */
  begin(run: { readonly root: string; readonly begunAt: number }): Promise<unknown>;
  /** Called only if the whole tree was read. */
  end(run: FinishedRun, skipped: readonly SkippedPath[]): Promise<unknown>;
  /**
   * Notes states of files. `fingerprints` returns the state of a file as long as its record stays.
   */
  noteStates(states: readonly NotedState[]): Promise<unknown>;
  /** True if `copy` may find records. */
  hasOthers(): Promise<boolean>;
  /**
   * Stores the records that were made from the same contents, from any worktree, branch or path.
   * Does not change the records of other files.
   */
  copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]>;
  /**
   * Returns those of the files whose record cannot be read. A copy is only as good as its original.
   */
  unreadable(paths: readonly ProjectPath[]): Promise<readonly ProjectPath[]>;
  /**
   * Keeps the content of these files' records for `copy`, because they will be replaced or removed.
   */
  keep(paths: readonly ProjectPath[]): Promise<unknown>;
  /** Stores a new modification time for files whose bytes did not change. */
  touch(files: readonly { readonly path: ProjectPath; readonly digest: string; readonly modifiedAt: number }[]): Promise<unknown>;
}

/** A file, and everything that determines its record. */
export type FileToCopy = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "language" | "extractorVersion">;

/** A file that now has a record. */
export type CopiedFile = Pick<FileMetadata, "path" | "problems"> & {
  /** False if the file already had the same record. */
  readonly isChanged: boolean;
};

/** A run that read the whole tree. */
export interface FinishedRun {
  /** The real path of the tree's root. */
  readonly root: string;
  /** Milliseconds since the Unix epoch. */
  readonly begunAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly endedAt: number;
  /** What listed the files: git, or metacache itself by the `.gitignore` files. */
  readonly lister: "git" | "walk";
  /** True if the list of files was known to be complete. */
  readonly isTrusted: boolean;
  /** How many files of the tree have a record. */
  readonly files: number;
  /** How many files of the tree were skipped with a reason. */
  readonly skipped: number;
}
