import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/** What is already known of a file: enough to tell whether it has to be extracted again. */
export type KnownFile = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "extractorVersion" | "language" | "problems"> & {
  /** As it was noted last: see `SourceNotes`. */
  readonly state?: string;
};

/** What `state` names is the file as it was when its record was right. */
export interface NotedState {
  readonly path: ProjectPath;
  readonly state: string;
}

/**
 * Where an indexing run reads what is known and sends what it found. A `MetadataCache` is one; extraction
 * does not know more of it than this.
 */
export interface RecordSink {
  /** What is known of every file of the project, in pages. */
  fingerprints(): AsyncIterable<readonly KnownFile[]>;
  /** Stores the records, all or none. If it resolves to an object with a number `changed`, so many were not there already. */
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Removes what is known of these files, all or none. */
  remove(paths: readonly ProjectPath[]): Promise<unknown>;
  /** Missing in a sink that keeps records alone. */
  readonly source?: SourceNotes;
}

/** What a sink keeps of the tree besides records. */
export interface SourceNotes {
  begin(run: { readonly root: string; readonly begunAt: number }): Promise<unknown>;
  /** Only called if the whole tree was read. */
  end(run: FinishedRun, skipped: readonly SkippedPath[]): Promise<unknown>;
  /** To be handed out with the fingerprints of the same files, as long as their records stay. */
  noteStates(states: readonly NotedState[]): Promise<unknown>;
  /** Whether `copy` may find anything. */
  hasOthers(): Promise<boolean>;
  /** Stores the records that were made of the same contents, whoever's they are. Those of other files are left as they are. */
  copy(files: readonly FileToCopy[]): Promise<readonly CopiedFile[]>;
  /** Of these files those whose record cannot be read: a copy is as good as what was copied. */
  unreadable(paths: readonly ProjectPath[]): Promise<readonly ProjectPath[]>;
  /** Keeps what the records of these files say for `copy`: they are about to be replaced or removed. */
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

export interface FinishedRun {
  readonly root: string;
  readonly begunAt: number;
  readonly endedAt: number;
  readonly lister: "git" | "walk";
  readonly isTrusted: boolean;
  readonly files: number;
  readonly skipped: number;
}
