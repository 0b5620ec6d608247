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
   * Distinguishes these bytes from all others that may take their place, by the times and the
   * identity of the file, which tools cannot restore. Missing if these cannot tell: then only the
   * bytes can.
   */
  readonly state?: string;
}
