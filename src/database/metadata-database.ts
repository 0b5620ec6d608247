import type { Fingerprint } from "../record/fingerprint.ts";
import type { Finding } from "../base/finding.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { CopiedFile, ExtractionStore, FileToCopy } from "./extraction-store.ts";
import type { SourceStore } from "./source-store.ts";
import type { TombstoneStore } from "./tombstone-store.ts";

/**
 * The interface to a database. Every implementation passes the same contract suite
 * (`test/contracts/metadata-database-contract.ts`).
 *
 * Every implementation guarantees:
 * - Projects are isolated: a call for one project never returns, counts or changes anything of
 *   another (law 8).
 * - Each committed change of a row raises the project's revision by one, in the order of commits,
 *   whatever program made it, also with plain SQL (law 11). The changes of a transaction become
 *   visible together. Their order within the transaction is up to the implementation.
 * - Everything that one call returns was read in one snapshot (law 2). `readFingerprints` is the
 *   exception.
 * - The writes of one store take effect in the order of the calls, even if they are not awaited. A
 *   failed write does not stop the others.
 * - When `close` has resolved, every earlier call has settled.
 * - A failure throws `E_DATABASE_UNAVAILABLE` with its `fault`, and returns nothing (law 6).
 */
export interface MetadataDatabase {
  /** The place of the data, safe to show: never with a password. */
  readonly location: string;
  /**
   * Opens the store of one project. Creates nothing: the first write creates the project, and until
   * then it has no files (law 8).
   */
  openProject(name: string): Promise<ProjectStore>;
  /**
   * Removes a project with all its rows, in one transaction. Returns how many files it had, or
   * `undefined` if the database does not have the project.
   */
  removeProject(name: string): Promise<number | undefined>;
  /** Returns the names of all projects in the database, in order. */
  projectNames(): Promise<readonly string[]>;
  /** Describes the database as it is now. Everything in it is safe to show. */
  describe(): Promise<DatabaseDescription>;
  /**
   * Examines the database itself, with all projects. Returns an empty list if nothing is wrong.
   * Reads every row.
   */
  examine(): Promise<readonly Finding[]>;
  /**
   * Closes the database. May be called more than once. Every later call of another method throws
   * `E_CLOSED`.
   */
  close(): Promise<void>;
}

/** A description of a database. Everything in it is safe to show. */
export interface DatabaseDescription {
  /** The program and its version. */
  readonly engine: string;
  /** The number of the last migration. */
  readonly schemaVersion: number;
  /** The size on disk, including logs and everything else in the database. */
  readonly bytes: number;
  /** How many programs of any kind are connected. `undefined` if that cannot be known. */
  readonly connections: number | undefined;
  /** Every project of the database, by name. */
  readonly projects: readonly ProjectDescription[];
}

/** A description of one project. Everything in it is safe to show. */
export interface ProjectDescription {
  /** The name of the project in the database. */
  readonly name: string;
  /** How many rows the project has. */
  readonly files: number;
  /** Deletions that the database still remembers, for readers at earlier revisions. */
  readonly tombstones: number;
  /** Grows by one with every committed change of a row. */
  readonly revision: number;
  /** The oldest revision from which the feed is whole. */
  readonly horizon: number;
}

/**
 * The position of a store. Two positions are comparable only within one history. If somebody
 * restores an older backup, or a standby server takes over without the last commits, the store
 * continues with the same revisions, but they mean other content.
 */
export interface StorePosition {
  /** The identity of the stored data. Another epoch means another database in the same place. */
  readonly epoch: string;
  /**
   * Grows by one with every committed change of a row of the project. 0 before the first change.
   */
  readonly revision: number;
  /**
   * A random number, drawn by the change that reached `revision`. Another token at the same
   * revision means another history.
   */
  readonly token: number;
  /**
   * The oldest revision from which the feed is whole. A reader at an earlier revision must load
   * everything.
   */
  readonly horizon: number;
}

/**
 * One row, with the revision of its last change. A row that cannot be read gives the reason, and
 * does not affect other rows.
 */
export type StoredRow = {
  readonly path: ProjectPath;
  readonly revision: number;
} & ({ readonly record: FileMetadata; readonly unreadable?: never } | { readonly record?: never; readonly unreadable: string });

/** The newest change of one path: its present row, or that the row was deleted. */
export type StoredChange = StoredRow | { readonly path: ProjectPath; readonly revision: number; readonly deleted: true };

/**
 * Everything that changed after `since` up to `position.revision`: the newest change of each path,
 * oldest first.
 */
export interface ChangeBatch {
  /** The position of the store when it answered. */
  readonly position: StorePosition;
  /**
   * True if the reader's position is proved to be on the history that led to `position`. Otherwise
   * the reader's revisions mean nothing here: it must load everything, and keep nothing of what it
   * knew. A very old position cannot be proved either.
   */
  readonly continues: boolean;
  /** `undefined` if the store cannot tell the changes. Then the reader must scan. */
  readonly changes: readonly StoredChange[] | undefined;
}

/** Rows as they were at `position`. If a path is not in `rows`, it had no row then. */
export interface RowBatch {
  /** The position of the store when it answered. */
  readonly position: StorePosition;
  /**
   * The same as in `ChangeBatch`, for the position that the reader passed. True if it passed none.
   */
  readonly continues: boolean;
  /** The rows that exist, of the paths that were asked for. */
  readonly rows: readonly StoredRow[];
}

/**
 * What a reader already knows of a project's rows. A store at the same position does not look it up
 * again.
 */
export interface KnownRevisions {
  /** Where the reader is; `undefined` if it knows nothing yet. */
  readonly position: StorePosition | undefined;
  /**
   * The revision of each path's last change as of `position`. Without paths that have no row, or a
   * row that cannot be read.
   */
  readonly revisions: ReadonlyMap<ProjectPath, number>;
}

/**
 * What a scan reads of records: `references` leaves functions, classes and symbols empty, which are
 * the longest parts of most.
 */
export type ScannedParts = "all" | "references";

/**
 * All rows of a project, in pages, in one snapshot. The snapshot stays open until the scan ends, is
 * closed, or nobody has read a page for a minute. A reader that comes back after that gets an
 * error.
 */
export interface StoreScan {
  /** Where the store was when the scan began. */
  readonly position: StorePosition;
  /**
   * The same as in `ChangeBatch`, for the position that the reader passed. True if it passed none.
   */
  readonly continues: boolean;
  /** How many rows there are at `position`. */
  readonly total: number;
  /**
   * Iterating once yields every row once. The event loop runs between pages. A page may have fewer
   * rows than the reader asked for, so that nobody waits long for the next turn.
   */
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  /** Ends the scan and gives its snapshot back. Idempotent. */
  close(): Promise<void>;
}

/**
 * True if a reader at `since` is on the history that led to `position`. `tokenThen` is the token of
 * that history at `since.revision`, or `undefined` if it is no longer known. At revision 0 no
 * history has any rows.
 */
export function continuesFrom(since: StorePosition | undefined, position: StorePosition, tokenThen: number | undefined): boolean {
  if (since === undefined || since.revision === 0) return true;
  if (since.epoch !== position.epoch || since.revision > position.revision) return false;
  return since.token === (since.revision === position.revision ? position.token : tokenThen);
}

/**
 * True if both positions are the same revision of the same history. Also true if both are at
 * revision 0, such as before and after a project is created.
 */
export function isSamePosition(one: StorePosition | undefined, other: StorePosition | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.revision === 0 && other.revision === 0) return true;
  return one.epoch === other.epoch && one.revision === other.revision && one.token === other.token;
}

/** What a committed write did. */
export interface WriteReceipt {
  /**
   * The position of the project right before this write. `position.revision - before.revision` rows
   * changed.
   */
  readonly before: StorePosition;
  /** Where the project was right after this write. */
  readonly position: StorePosition;
  /** The changes, each with its own revision after `before` and up to `position.revision`. */
  readonly changes: readonly StoredChange[];
}

/** What a copy changed, without the records. To have them, read the feed from `before`. */
export interface CopyReceipt extends Pick<WriteReceipt, "before" | "position"> {
  /** The files whose content the database had a row of. */
  readonly copied: readonly CopiedFile[];
}

/** The rows of one project. */
export interface ProjectStore {
  /** The name of the project in the database. */
  readonly project: string;
  /** What is kept about the source tree besides its records. */
  readonly source: SourceStore;
  /** Knows how old the tombstones are. */
  readonly tombstones: TombstoneStore;
  /** Keeps the checkpoint, so that the next start need not read every row. */
  readonly checkpoints: CheckpointStore;
  /** Finds records of the whole database by the content that they were made from. */
  readonly extractions: ExtractionStore;
  /** Returns the present position. Costs one row. */
  position(): Promise<StorePosition>;
  /**
   * Reads the rows of `paths`. Costs one read of each row, and a third less for rows whose revision
   * is in `known`.
   */
  readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch>;
  /**
   * Reads what changed after `since`. The store cannot tell that for another epoch, for a revision
   * before the horizon or after its own (somebody restored an older backup), or if more than
   * `limit` paths changed. Costs as much as the changes.
   */
  readChanges(since: StorePosition, limit: number): Promise<ChangeBatch>;
  /**
   * Begins a scan of all rows. `since` is where the reader is, for `StoreScan.continues`. With the
   * parts `references`, records are not whole: do not store them.
   */
  scan(pageSize: number, since?: StorePosition, parts?: ScannedParts): Promise<StoreScan>;
  /**
   * Reads the fingerprint of every row, in pages. Holds nothing between two pages, so a slow
   * reader, or one that never comes back, does not block a connection or a snapshot. So each page
   * shows its own moment. A row that exists the whole time comes exactly once, as it was at one of
   * these moments. A row that is stored or removed meanwhile may come or not. Throws the fault
   * "closed" if the database is replaced meanwhile.
   */
  readFingerprints(pageSize: number): AsyncIterable<readonly Fingerprint[]>;
  /**
   * Stores `put` and deletes `remove` in one transaction: all or nothing. If a record equals its
   * row, or a path has no row, nothing changes and no revision is used for it. Resolves after the
   * commit.
   */
  write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt>;
  /**
   * Stores records of contents that any project of the database has, or had lately: contents of the
   * same digest, language and extractor version. The database copies the rows, so no record comes
   * into this process. Path, size and time are the file's own. In everything else this is a
   * `write`: one transaction, in its turn among the writes, and a revision for each change. Leaves
   * a file alone if no row has its content, or if extraction of that row ran out of time. Does not
   * check the rows: the copy of an unreadable row is unreadable.
   */
  copy(files: readonly FileToCopy[]): Promise<CopyReceipt>;
  /**
   * Calls `onHint` soon after any program may have changed the project: within 100 ms if the
   * database can tell. A hint may come without a change, and may get lost with a connection.
   * Returns a function that stops the hints. Does not keep the process alive.
   */
  watch(onHint: () => void): () => void;
  /**
   * Moves the horizon forward to `revision`, but not past the present revision or the checkpoint's
   * revision. Never moves it back. A checkpoint does not count if its header is damaged, or if its
   * position is not proved to be on the present history. Forgets the tombstones up to the horizon,
   * including those that an interrupted call left, and returns how many. Forgets many tombstones in
   * several transactions, so that other writers can write in between. Does not create a project.
   */
  compact(revision: number): Promise<number>;
}
