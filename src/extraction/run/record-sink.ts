import type { FileMetadata } from "../../record/file-metadata.ts";
import type { Fingerprint, NotedState } from "../../record/fingerprint.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/**
 * Where an indexing run reads what is known and sends what it found. A `MetadataCache` is one;
 * extraction does not know more of it than this.
 */
export interface RecordSink {
  /** What is known of every file of the project, in pages. */
  fingerprints(): AsyncIterable<readonly Fingerprint[]>;
  /**
   * Stores the records, all or none. If it resolves to an object with a number `changed`, so many
   * were not there already.
   */
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Removes what is known of these files, all or none. */
  remove(paths: readonly ProjectPath[]): Promise<unknown>;
  /** Missing in a sink that keeps records alone. */
  readonly source?: SourceNotes;
}

/** What a sink keeps of the tree besides records. */
export interface SourceNotes {
  /** Called when a run begins. */
  begin(run: { readonly root: string; readonly begunAt: number }): Promise<unknown>;
  /** Only called if the whole tree was read. */
  end(run: FinishedRun, skipped: readonly SkippedPath[]): Promise<unknown>;
  /** To be handed out with the fingerprints of the same files, as long as their records stay. */
  noteStates(states: readonly NotedState[]): Promise<unknown>;
  /** Whether `copy` may find anything. */
  hasOthers(): Promise<boolean>;
  /**
   * Stores the records that were made of the same contents, whoever's they are. Those of other
   * files are left as they are.
   */
  copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]>;
  /** Of these files those whose record cannot be read: a copy is as good as what was copied. */
  unreadable(paths: readonly ProjectPath[]): Promise<readonly ProjectPath[]>;
  /**
   * Keeps what the records of these files say for `copy`: they are about to be replaced or removed.
   */
  keep(paths: readonly ProjectPath[]): Promise<unknown>;
  /** The bytes are those of the record, but the time is another one. */
  touch(files: readonly { readonly path: ProjectPath; readonly digest: string; readonly modifiedAt: number }[]): Promise<unknown>;
}

/** A file with what its record follows from. */
export type FileToCopy = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "language" | "extractorVersion">;

/** A file that has a record now. */
export type CopiedFile = Pick<FileMetadata, "path" | "problems"> & {
  /** False if it had the same record already. */
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
  /** Whether the list of files was known to be whole. */
  readonly isTrusted: boolean;
  /** How many files of the tree have a record. */
  readonly files: number;
  /** How many files of the tree have no record for a reason. */
  readonly skipped: number;
}
