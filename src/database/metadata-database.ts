import type { Finding } from "../base/finding.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { CheckpointStore } from "./checkpoint-store.ts";
import type { ExtractionStore } from "./extraction-store.ts";
import type { Fingerprint, SourceStore } from "./source-store.ts";
import type { TombstoneStore } from "./tombstone-store.ts";

/**
 * The port to a store of record. Every implementation passes the same contract suite
 * (`test/contracts/metadata-database-contract.ts`).
 *
 * What every implementation promises:
 * - Projects are isolated: nothing here returns, counts or changes anything of another one (law 8).
 * - Each committed change of a row raises the project's revision by one, in commit order, whoever
 *   made it, plain SQL included (law 11). A transaction's changes become visible together; how they are ordered
 *   among themselves is the implementation's own.
 * - Whatever one call returns was read in one snapshot (law 2), but for `readFingerprints`.
 * - Writes of one store take effect in the order of the calls, whether or not they are awaited one by one. A failed one stops no other.
 * - When `close` has resolved, every call that was made before has settled.
 * - A failure throws `E_DATABASE_UNAVAILABLE` with its `fault`; nothing is returned for it (law 6).
 */
export interface MetadataDatabase {
  /** Where the data is, fit to be shown to a person: never with a password. */
  readonly location: string;
  /** The store for one project. Creates nothing: the first write makes a new project known, until then it has no files (law 8). */
  openProject(name: string): Promise<ProjectStore>;
  /** Removes a project with all its rows, in one transaction. Returns how many files it had; `undefined` if it is not known. */
  removeProject(name: string): Promise<number | undefined>;
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

/**
 * Where a store stands. Two positions compare only within one history: an older backup that is put back, or a standby server that
 * takes over without the last commits, goes on with the same revisions, which then mean other content.
 */
export interface StorePosition {
  /** The identity of the stored data: another one means another database in the same place. */
  readonly epoch: string;
  /** Grows by one with every committed change of a row of the project; 0 before the first. */
  readonly revision: number;
  /** Drawn at random by the change that reached `revision`: another token at the same revision means another history. */
  readonly token: number;
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
  /**
   * Whether the reader's position is proved to lie on the history that led to `position`. If not, the reader's revisions mean nothing
   * here: it must load everything, and nothing that it knew may be kept. A position of very long ago cannot be proved either.
   */
  readonly continues: boolean;
  /** `undefined` where that cannot be said: then the reader must scan. */
  readonly changes: readonly StoredChange[] | undefined;
}

/** Rows as they were at `position`. A path that is not among `rows` had no row then. */
export interface RowBatch {
  readonly position: StorePosition;
  /** As in `ChangeBatch`, of the position that the reader was at when it asked; true if it named none. */
  readonly continues: boolean;
  readonly rows: readonly StoredRow[];
}

/** What a reader knows of a project's rows already. A store that is at the same position need not look it up again. */
export interface KnownRevisions {
  readonly position: StorePosition | undefined;
  /** Of each path its last change as of `position`; none of a path without a row, or with one that cannot be read. */
  readonly revisions: ReadonlyMap<ProjectPath, number>;
}

/** What a scan reads of records: `references` leaves functions, classes and symbols empty, which are the longest parts of most. */
export type ScannedParts = "all" | "references";

/**
 * All rows of a project, in pages, in one snapshot that stays open until the scan ends, is closed, or nobody has read on for a minute:
 * whoever comes back after that is told so.
 */
export interface StoreScan {
  readonly position: StorePosition;
  /** As in `ChangeBatch`, of the position that the reader was at when it asked; true if it named none. */
  readonly continues: boolean;
  /** How many rows there are at `position`. */
  readonly total: number;
  /** Iterating once yields every row once; between pages the event loop runs. */
  readonly pages: AsyncIterable<readonly StoredRow[]>;
  close(): Promise<void>;
}

/**
 * Whether a reader that stood at `since` stands on the history that led to `position`, given the token that this history had at
 * `since.revision` (`undefined` if it is not known any more). At revision 0 there was nothing yet, in any history.
 */
export function continuesFrom(since: StorePosition | undefined, position: StorePosition, tokenThen: number | undefined): boolean {
  if (since === undefined || since.revision === 0) return true;
  if (since.epoch !== position.epoch || since.revision > position.revision) return false;
  return since.token === (since.revision === position.revision ? position.token : tokenThen);
}

/** Whether both are the same revision of the same history: also if both are at revision 0, as before and after a project was created. */
export function isSamePosition(one: StorePosition | undefined, other: StorePosition | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.revision === 0 && other.revision === 0) return true;
  return one.epoch === other.epoch && one.revision === other.revision && one.token === other.token;
}

export interface WriteReceipt {
  /** Where the project was right before this write: `position.revision - before.revision` rows changed. */
  readonly before: StorePosition;
  readonly position: StorePosition;
  /** What was changed, each with its own revision in (`before`, `position.revision`]. */
  readonly changes: readonly StoredChange[];
}

export interface ProjectStore {
  readonly project: string;
  /** What is kept of the source tree besides its records. */
  readonly source: SourceStore;
  /** What tells how old the tombstones are. */
  readonly tombstones: TombstoneStore;
  /** An image of the index, kept so that the next start need not read every row. */
  readonly checkpoints: CheckpointStore;
  /** The records of the whole database by what they were made of. */
  readonly extractions: ExtractionStore;
  /** Cost: one row. */
  position(): Promise<StorePosition>;
  /** Cost: the rows asked for; a third less for those whose revision is `known`. */
  readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch>;
  /**
   * What changed after `since`. It cannot be said of another epoch, of a revision before the horizon or after the store's
   * own (an older backup was restored), nor where more than `limit` paths changed. Cost: the changes.
   */
  readChanges(since: StorePosition, limit: number): Promise<ChangeBatch>;
  /** With the parts `references`, records are not whole: nobody may store them. */
  scan(pageSize: number, since?: StorePosition, parts?: ScannedParts): Promise<StoreScan>;
  /**
   * The fingerprint of every row, in pages. Nothing is held between two pages: neither a slow reader nor one that never comes back costs
   * a connection or a snapshot. So each page is of its own moment. A row that is there all the while comes exactly once, as it was at one of
   * these moments. A row that is stored or removed meanwhile may come or not. If the database is replaced meanwhile, it throws the fault "closed".
   */
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
  /**
   * Moves the horizon to `revision`, or to the present one or that of the checkpoint if these are older, and never back. A checkpoint whose
   * header is damaged, or whose position is not proved to lie on the present history, does not count. Forgets the tombstones up to the horizon, those
   * that an interrupted call left behind included, and returns how many. Many are forgotten in several transactions: other writers take
   * turns with them. Makes no project known.
   */
  compact(revision: number): Promise<number>;
}
