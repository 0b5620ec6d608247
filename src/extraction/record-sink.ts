import type { FileMetadata } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";

/** What is already known of a file: enough to tell whether it has to be extracted again. */
export type KnownFile = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "extractorVersion">;

/**
 * Where an indexing run reads what is known and sends what it found. A `MetadataCache` is one; extraction
 * does not know more of it than this.
 */
export interface RecordSink {
  /** What is known of every file of the project, in pages. */
  fingerprints(): AsyncIterable<readonly KnownFile[]>;
  /** Stores the records, all or none. */
  update(records: readonly FileMetadata[]): Promise<unknown>;
  /** Removes what is known of these files, all or none. */
  remove(paths: readonly ProjectPath[]): Promise<unknown>;
}
