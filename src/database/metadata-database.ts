import type { FileMetadata } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";
import type { Fingerprint, SourceStore } from "./source-store.ts";

/**
 * The port to a store of record. Every implementation passes the same contract suite
 * (`test/contracts/metadata-database-contract.ts`).
 *
 * What every implementation promises:
 * - Projects are isolated: nothing here returns, counts or changes anything of another one (law 8).
 * - Each committed change of a row raises the project's revision by one, in commit order, whoever
 *   made it, plain SQL included (law 11). A transaction's changes become visible together; how they are ordered
 *   among themselves is the implementation's own.
 * - Whatever one call returns was read in one snapshot (law 2).
 * - A failure throws `E_DATABASE_UNAVAILABLE` with its `fault`; nothing is returned for it (law 6).
 */
export interface MetadataDatabase {
  /** Where the data is, fit to be shown to a person: never with a password. */
  readonly location: string;
  /** The store for one project, made known to the database if it is new there. */
  openProject(name: string): Promise<ProjectStore>;
  /** The names of all projects in the database, in order. */
  projectNames(): Promise<readonly string[]>;
  /** What may be shown of the database as it is now. */
  describe(): Promise<DatabaseDescription>;
  /** Looks for what is wrong with the database itself, all projects; empty where nothing is. Cost: every row is read. */
  examine(): Promise<readonly Finding[]>;
  /** Idempotent. Whatever is called afterwards throws `E_CLOSED`. */
  close(): Promise<void>;
}

export interface DatabaseDescription {
  /** The program and its version. */
  readonly engine: string;
  readonly schemaVersion: number;
  /** What the database takes on disk, with its logs and with what else is in it. */
  readonly bytes: number;
  /** How many programs, of any kind, have a connection to it; `undefined` where that cannot be known. */
  readonly connections: number | undefined;
  readonly projects: readonly ProjectDescription[];
}

export interface ProjectDescription {
  readonly name: string;
  readonly files: number;
  /** Deletions that are still remembered, for readers that stand before them. */
  readonly tombstones: number;
  readonly revision: number;
  readonly horizon: number;
}

/** Something that is wrong, and one thing to do about it. */
export interface Finding {
  readonly problem: string;
  readonly remedy: string;
}

/** Where a store stands. Two positions compare only within one `epoch`. */
export interface StorePosition {
  /** The identity of the stored data: another one means another database in the same place. */
  readonly epoch: string;
  /** Grows by one with every committed change of a row of the project; 0 before the first. */
  readonly revision: number;
  /** The oldest revision from which the feed is whole: a reader that stands before it must load everything. */
  readonly horizon: number;
}

/** One row, with the revision of its last change. A row that cannot be read says why, and hides no other. */
export type StoredRow = {
  readonly path: ProjectPath;
  readonly revision: number;
} & ({ readonly record: FileMetadata; readonly unreadable?: never } | { readonly record?: never; readonly unreadable: string });

/** The newest change of one path: its current row, or that there is none any more. */
export type StoredChange = StoredRow | { readonly path: ProjectPath; readonly revision: number; readonly deleted: true };

/** Everything that changed in (`since`, `position.revision`], the newest change of each path, oldest first. */
export interface ChangeBatch {
  readonly position: StorePosition;
  /** `undefined` where that cannot be said: then the reader must scan. */
  readonly changes: readonly StoredChange[] | undefined;
}

/** Rows as they were at `position`. A path that is not among `rows` had no row then. */
export interface RowBatch {
  readonly position: StorePosition;
  readonly rows: readonly StoredRow[];
}

/** What a reader knows of a project's rows already. A store that is at the same position need not look it up again. */
export interface KnownRevisions {
  readonly position: StorePosition | undefined;
  /** The revision of the path's last change as of `position`; `undefined` where there is no row, or none that can be read. */
  revisionOf(path: ProjectPath): number | undefined;
}

/** All rows of a project, in pages, in one snapshot that stays open until the scan ends or is closed. */
export interface StoreScan {
  readonly position: StorePosition;
  /** How many rows there are at `position`. */
  readonly total: number;
  /** Iterating once yields every row once; between pages the event loop runs. */
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  close(): Promise<void>;
}

export interface WriteReceipt {
  /** The revision right before this write: `revision - before` rows changed. */
  readonly before: number;
  readonly position: StorePosition;
  /** What was changed, each with its own revision in (`before`, `position.revision`]. */
  readonly changes: readonly StoredChange[];
}

export interface ProjectStore {
  readonly project: string;
  /** What is kept of the source tree besides its records. */
  readonly source: SourceStore;
  /** Cost: one row. */
  position(): Promise<StorePosition>;
  /** Cost: the rows asked for; a third less for those whose revision is `known`. */
  readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch>;
  /**
   * What changed after `since`. It cannot be said of another epoch, of a revision before the horizon or after the store's
   * own (an older backup was restored), nor where more than `limit` paths changed. Cost: the changes.
   */
  readChanges(since: StorePosition, limit: number): Promise<ChangeBatch>;
  scan(pageSize: number): Promise<StoreScan>;
  /** The fingerprint of every row, in pages, in one snapshot. */
  readFingerprints(pageSize: number): AsyncIterable<readonly Fingerprint[]>;
  /**
   * Stores `put` and deletes `remove` in one transaction: all or nothing. A record equal to its row and a path
   * without a row change nothing and raise no revision. Resolves after the commit.
   */
  write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt>;
  /**
   * Calls `onHint` soon after another program, or this one, may have changed the project: within 100 ms where the database can tell. Only a
   * hint: it may come without a change, and be lost with a connection. Returns how to stop. Keeps no process alive.
   */
  watch(onHint: () => void): () => void;
  /** Forgets tombstones up to and including `revision` and moves the horizon there. */
  compact(revision: number): Promise<void>;
}
