import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** A file with what its record follows from: its bytes, the language that they are read as, and the version of the extractor. */
export type FileToCopy = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "language" | "extractorVersion">;

/** A file that has now a row of its content. */
export interface CopiedFile extends Pick<FileMetadata, "path" | "problems"> {
  /** False if its row said the same already. */
  readonly isChanged: boolean;
}

/**
 * The records of a database by what they were made of. A record follows from the bytes of its file, the language that they are read as, and the
 * version of the extractor: so a worktree, a renamed file, and a branch that is checked out again need no parsing (decision 33).
 * No call draws a revision or makes a project known.
 */
export interface ExtractionStore {
  /** Whether the database has anything that `ProjectStore.copy` could copy. Cost: a look into two indexes. */
  hasOthers(): Promise<boolean>;
  /**
   * Keeps what the records of these files say for a while, although they will be overwritten or removed. Keeps at most `KEPT_BYTES` in all: the
   * oldest goes first.
   */
  keep(paths: readonly ProjectPath[]): Promise<void>;
}

/** How much is kept of records that are gone: some 30,000 files of a usual size. */
export const KEPT_BYTES: number = 64 << 20;

/** A larger record is not kept: one must not push out all others. */
export const MAX_KEPT_RECORD_BYTES: number = 1 << 20;
