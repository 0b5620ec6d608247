import type { ProjectPath } from "../../record/project-path.ts";

/** One file as it was read from disk: all that extraction may depend on, so that the same file gives the same record. */
export interface SourceFile {
  readonly path: ProjectPath;
  readonly bytes: Uint8Array;
  /** Milliseconds since the Unix epoch, with the file system's fraction. */
  readonly modifiedAt: number;
  /** SHA-256 of `bytes`, in hexadecimal. */
  readonly digest: string;
  /**
   * Tells these bytes from what others may put in their place, by the times and the identity that tools cannot restore. Missing if it
   * cannot: then only the bytes tell.
   */
  readonly state?: string;
}
