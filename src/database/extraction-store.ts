import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** What the record of a file follows from, besides its path and times. */
export type ExtractedContent = Pick<FileMetadata, "digest" | "language" | "extractorVersion">;

/**
 * The records of a database by what they were made of. A record follows from the bytes of its file, the language that they are read as, and the
 * version of the extractor: so a worktree, a renamed file, and a branch that is checked out again need no parsing (decision 33).
 * No call draws a revision or makes a project known.
 */
export interface ExtractionStore {
  /** Whether the database has anything that an indexing run of this project could take over. Cost: a look into two indexes. */
  hasOthers(): Promise<boolean>;
  /**
   * Returns a record for each content that any project of the database has, or had lately: at most one each, in no order. Path, size and time
   * are another file's. Leaves out those that ran out of time. At most 1,000 contents a call. Cost: an index lookup each.
   */
  find(contents: readonly ExtractedContent[]): Promise<readonly FileMetadata[]>;
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
