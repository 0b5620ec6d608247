import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";

/** The fields that determine the record of a file, apart from its path and times. */
export type ExtractedContent = Pick<FileMetadata, "digest" | "language" | "extractorVersion">;

/**
 * Finds records by the content that they were made from. A record follows from the bytes of its
 * file, the language in which the bytes are read, and the version of the extractor. So no parsing
 * is needed for a worktree, a renamed file, or a branch that is checked out again (decision 33). No
 * call raises a revision or creates a project.
 */
export interface ExtractionStore {
  /**
   * True if the database may have records that a run of this project can take over. Costs a lookup
   * in two indexes.
   */
  hasOthers(): Promise<boolean>;
  /**
   * Returns one record for each content that any project of the database has, or had lately, in no
   * particular order. Path, size and time are those of another file. Leaves out records whose
   * extraction ran out of time. Takes at most 1,000 contents. Costs one index lookup for each.
   */
  find(contents: readonly ExtractedContent[]): Promise<readonly FileMetadata[]>;
  /**
   * Keeps the content of these files' records for a while, because the records will be overwritten
   * or removed. Keeps at most `KEPT_BYTES` in total, and drops the oldest content first.
   */
  keep(paths: readonly ProjectPath[]): Promise<void>;
}

/**
 * The maximum number of bytes that are kept of records that are gone: about 30,000 files of a usual
 * size.
 */
export const KEPT_BYTES: number = 64 << 20;

/** A larger record is not kept, so that one record cannot displace all others. */
export const MAX_KEPT_RECORD_BYTES: number = 1 << 20;
