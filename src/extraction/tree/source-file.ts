import type { ProjectPath } from "../../record/project-path.ts";

/**
 * A file as it was read from disk. Extraction depends on nothing else, so the same file gives the
 * same record.
 */
export interface SourceFile {
  readonly path: ProjectPath;
  readonly bytes: Uint8Array;
  /** Milliseconds since the Unix epoch, with the fraction that the file system gives. */
  readonly modifiedAt: number;
  /** SHA-256 of `bytes`, in hexadecimal. */
  readonly digest: string;
  /**
   * Identifies these bytes, by the times and the identity of the file that tools cannot restore.
   * Another file in the same place has another `state`. Missing if that is not certain: then only
   * the bytes tell.
   */
  readonly state?: string;
}
