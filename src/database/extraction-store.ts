import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { StoredRow, StorePosition } from "./metadata-database.ts";

/**
 * A file, and the fields that determine its record apart from its path and times: the digest of its
 * bytes, the language in which they are read, and the version of the extractor.
 */
export type FileToCopy = Pick<FileMetadata, "path" | "size" | "modifiedAt" | "digest" | "language" | "extractorVersion">;

/** A file that now has a row of its content. */
export interface CopiedFile extends Pick<FileMetadata, "path" | "problems"> {
  /** False if its row already said the same. */
  readonly isChanged: boolean;
}

/** What the index has of a row apart from what follows from the row's content. */
export interface OwnFacts {
  /** The revision of the row's last change. */
  readonly revision: number;
  /** When the file changed last, in milliseconds since the Unix epoch. */
  readonly modifiedAt: number;
}

/** The index of another project, as far as it is right for the rows of this one. */
export interface SiblingIndex {
  /** The image of the other project's index. It may have paths that this project does not have. */
  readonly bytes: SharedArrayBuffer;
  /** The position of this project in the snapshot in which everything here was read. */
  readonly position: StorePosition;
  /**
   * The rows of this project that say the same as the other project's row of their path, which has
   * not changed since the image was made.
   */
  readonly same: ReadonlyMap<ProjectPath, OwnFacts>;
  /** All other rows of this project, by revision. */
  readonly others: readonly StoredRow[];
}

/**
 * Finds records by the content that they were made from. A record follows from the bytes of its
 * file, the language in which the bytes are read, and the version of the extractor. So no parsing
 * is needed for a worktree, a renamed file, or a branch that is checked out again (decision 33). No
 * call raises a revision or creates a project.
 */
export interface ExtractionStore {
  /**
   * True if the database may have records that `ProjectStore.copy` can copy. Costs a lookup in two
   * indexes.
   */
  hasOthers(): Promise<boolean>;
  /**
   * Keeps the content of these files' records for a while, because the records will be overwritten
   * or removed. Keeps at most `KEPT_BYTES` in total, and drops the oldest content first.
   */
  keep(paths: readonly ProjectPath[]): Promise<void>;
  /**
   * Returns the checkpoint of another project of this database whose rows are mostly the same, if
   * it is undamaged, of this format, and on the history of its rows. Otherwise `undefined`.
   * Compares the whole rows of both projects in one snapshot: a digest alone proves nothing,
   * because any program may write rows. Missing in a database that does not compare rows.
   */
  readSibling?(format: number): Promise<SiblingIndex | undefined>;
}

/**
 * The maximum number of bytes that are kept of records that are gone: about 30,000 files of a usual
 * size.
 */
export const KEPT_BYTES: number = 64 << 20;

/** A larger record is not kept, so that one record cannot displace all others. */
export const MAX_KEPT_RECORD_BYTES: number = 1 << 20;
