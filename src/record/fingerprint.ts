import type { FileMetadata } from "./file-metadata.ts";
import type { ProjectPath } from "./project-path.ts";

/**
 * What is known of a stored file without reading its record: enough to tell if it is up to date.
 */
export type Fingerprint = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "extractorVersion" | "language" | "problems"> & {
  /**
   * The state that was noted last (`NotedState`). Absent if none was noted since the row was
   * stored.
   */
  readonly state?: string;
};

/** The state of a file at a moment when its record was right, in words of the record's maker. */
export interface NotedState {
  /** The file, which has a row. */
  readonly path: ProjectPath;
  /** The state, as text that only its writer understands. */
  readonly state: string;
}
