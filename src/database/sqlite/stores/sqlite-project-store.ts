import type { Fingerprint } from "../../../record/fingerprint.ts";
import type { FileMetadata } from "../../../record/file-metadata.ts";
import type { ProjectPath } from "../../../record/project-path.ts";
import { uncountedError } from "../../shared/fault-texts.ts";
import {
  type ChangeBatch,
  type CopyReceipt,
  isSamePosition,
  type KnownRevisions,
  type ProjectStore,
  type RowBatch,
  type ScannedParts,
  type StoredChange,
  type StoredRow,
  type StorePosition,
  type StoreScan,
  type WriteReceipt,
} from "../../metadata-database.ts";
import type { CopiedFile, FileToCopy } from "../../extraction-store.ts";
import { streamPages } from "../../shared/page-stream.ts";
import type { ProjectState } from "../../shared/project-state.ts";
import { writeSetOf } from "../../shared/write-set.ts";
import { nextHorizon } from "../../shared/sealed-checkpoint.ts";
import { copyRow } from "../copy-rows.ts";
import { readKeptHeader } from "../checkpoint-rows.ts";
import * as rows from "../project-rows.ts";
import type { Snapshot } from "../file/snapshot.ts";
import type { SqliteConnection } from "../file/sqlite-connection.ts";
import type { ReadDuration, SqliteFile } from "../file/sqlite-file.ts";
import { REMAKE } from "../file/sqlite-faults.ts";
import { SqliteScan } from "../sqlite-scan.ts";
import { SqliteExtractionStore } from "./sqlite-extraction-store.ts";
import { SqliteCheckpointStore } from "./sqlite-checkpoint-store.ts";
import { SqliteSourceStore } from "./sqlite-source-store.ts";
import { SqliteTombstoneStore } from "./sqlite-tombstone-store.ts";
import { watchSqliteFile } from "../file/watch-sqlite-file.ts";

/** A few milliseconds of work between two turns of the event loop. */
const ROWS_PER_TURN = 250;
/** Half a millisecond of writing. */
const ROWS_PER_STEP = 16;
/** About 10 ms with the write lock held. */
const TOMBSTONES_PER_TURN = 2_000;

/**
 * One project in an SQLite file. Every snapshot looks it up by its name, so it still works after
 * the file is replaced or the project is deleted. Long reads are done in parts that let the event
 * loop run, but in one snapshot.
 */
export class SqliteProjectStore implements ProjectStore {
  readonly project: string;
  readonly source: SqliteSourceStore;
  readonly tombstones: SqliteTombstoneStore;
  readonly checkpoints: SqliteCheckpointStore;
  readonly extractions: SqliteExtractionStore;
  readonly #file: SqliteFile;
  #known: { readonly mark: string; readonly position: StorePosition } | undefined;

  constructor(project: string, file: SqliteFile) {
    this.project = project;
    this.#file = file;
    this.source = new SqliteSourceStore(project, file);
    this.tombstones = new SqliteTombstoneStore(project, file);
    this.checkpoints = new SqliteCheckpointStore(project, file);
    this.extractions = new SqliteExtractionStore(project, file);
  }

  /** Reads nothing if nothing was committed since the last call. */
  async position(): Promise<StorePosition> {
    const mark = this.#file.changeMark();
    if (mark !== undefined && mark === this.#known?.mark) return this.#known.position;
    const { position } = await this.#file.read(this.#readProject);
    // A commit between the two calls is in the position. The next mark will differ because of it,
    // and cause one more read.
    this.#known = mark === undefined ? undefined : { mark, position };
    return position;
  }

  async readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch> {
    const distinct = [...new Set(paths)];
    const since = known?.position;
    return this.#inSnapshot(distinct.length > ROWS_PER_TURN ? "turns" : "moment", async (snapshot, state) => {
      const { id, position } = state;
      const continues = snapshot.read((connection) => rows.continuesHistory(connection, state, since));
      const revisions = isSamePosition(since, position) ? known?.revisions : undefined;
      const found: StoredRow[] = [];
      for (let start = 0; start < distinct.length; start += ROWS_PER_TURN) {
        if (start > 0) await snapshot.pause();
        const part = distinct.slice(start, start + ROWS_PER_TURN);
        found.push(...snapshot.read((connection) => rows.readRows(connection, id, part, revisions)));
      }
      return { position, continues, rows: found };
    });
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    return this.#inSnapshot("moment", async (snapshot, state) => {
      const { id, position } = state;
      const { revision, horizon } = position;
      const continues = snapshot.read((connection) => rows.continuesHistory(connection, state, since));
      if (!continues || since.revision < horizon) return { position, continues, changes: undefined };
      // Each path's newest change has its own revision, so there are at most as many changes as
      // revisions.
      const mayExceed = revision - since.revision > limit;
      if (mayExceed && snapshot.read((connection) => rows.countChanges(connection, id, since.revision, limit)) > limit)
        return { position, continues, changes: undefined };
      const changes: StoredChange[] = [];
      for (let after = since.revision < revision ? since.revision : undefined; after !== undefined;) {
        if (changes.length > 0) await snapshot.pause();
        const from: number = after;
        const page: rows.RowPage<StoredChange> = snapshot.read((connection) => rows.readChangePage(connection, id, from, ROWS_PER_TURN));
        changes.push(...page.items);
        after = page.after;
      }
      return { position, continues, changes };
    });
  }

  async scan(pageSize: number, since?: StorePosition, parts: ScannedParts = "all"): Promise<StoreScan> {
    const { snapshot, first } = await this.#file.openSnapshot((connection) => {
      const state = this.#readProject(connection);
      const continues = rows.continuesHistory(connection, state, since);
      return { ...state, continues, total: rows.countRows(connection, state.id) };
    }, "held");
    return new SqliteScan(this.#file, snapshot, first, pageSize, parts);
  }

  readFingerprints(pageSize: number): AsyncIterable<readonly Fingerprint[]> {
    return streamPages(this.#file.file, async (after) => {
      if (after !== 0) await this.#file.clock.yield();
      return this.#file.read((connection) => {
        const { id, position } = this.#readProject(connection);
        return { position, ...rows.readFingerprintPage(connection, id, Number(after), pageSize) };
      });
    });
  }

  /**
   * Writes in one transaction, which takes about 30 us for each record. With many records the event
   * loop runs in between. The write lock is held the whole time, so other processes wait. If others
   * write too, split tens of thousands of records into several calls of a few thousand.
   */
  async write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    const { records: written, removed } = writeSetOf(put, remove);
    const records = [...written.values()];
    // Encoded before the lock is taken, so that the lock is held for a shorter time. Only the first
    // of many records, since all would take much memory.
    const encoded = records.slice(0, ROWS_PER_TURN).map(rows.encodeRecord);
    return this.#file.writeInSteps((connection) => this.#writeSteps(connection, records, encoded, [...removed]));
  }

  /** One transaction, as `write`. */
  async copy(files: readonly FileToCopy[]): Promise<CopyReceipt> {
    const distinct = [...new Map(files.map((file) => [file.path, file])).values()];
    return this.#file.writeInSteps((connection) => this.#copySteps(connection, distinct));
  }

  watch(onHint: () => void): () => void {
    return watchSqliteFile(this.#file, onHint);
  }

  async compact(revision: number): Promise<number> {
    let total = 0;
    // Only the first turn moves the horizon: somebody may restore an older backup before the next
    // turn.
    let upTo = revision;
    await this.#file.writeInTurns(
      (connection) => this.#forgetTombstones(connection, upTo),
      (forgotten) => {
        total += forgotten;
        upTo = 0;
        return forgotten === TOMBSTONES_PER_TURN;
      },
    );
    return total;
  }

  /**
   * Moves the horizon in the same transaction as the first tombstones, so that no reader takes the
   * remaining ones for the whole feed.
   */
  #forgetTombstones(connection: SqliteConnection, revision: number): number {
    const state = this.#readProject(connection);
    const { id, position } = state;
    const horizon = nextHorizon(revision, state, readKeptHeader(connection, state));
    if (horizon > position.horizon) rows.moveHorizon(connection, id, horizon);
    return rows.forgetTombstones(connection, id, horizon, TOMBSTONES_PER_TURN);
  }

  *#writeSteps(
    connection: SqliteConnection,
    put: readonly FileMetadata[],
    encoded: readonly rows.EncodedRecord[],
    remove: readonly ProjectPath[],
  ): Generator<void, WriteReceipt, undefined> {
    const { id, position } = rows.insertProject(connection, this.#file.file, this.project);
    const changes: StoredChange[] = [];
    let { revision } = position;
    for (const [index, record] of put.entries()) {
      const row = encoded[index]?.row ?? rows.encodeRecord(record).row;
      if (rows.putRow(connection, id, row)) changes.push({ path: record.path, revision: ++revision, record });
      if (index % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
    }
    for (const [index, path] of remove.entries()) {
      if (rows.deleteRow(connection, id, path)) changes.push({ path, revision: ++revision, deleted: true });
      if (index % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
    }
    const reached = this.#readProject(connection).position;
    if (reached.revision !== revision) throw uncountedError(this.#file.file, REMAKE);
    return { before: position, position: reached, changes };
  }

  *#copySteps(connection: SqliteConnection, files: readonly FileToCopy[]): Generator<void, CopyReceipt, undefined> {
    const { id, position } = rows.insertProject(connection, this.#file.file, this.project);
    const copied: CopiedFile[] = [];
    for (const [index, file] of files.entries()) {
      const copy = copyRow(connection, id, file);
      if (copy !== undefined) copied.push(copy);
      if (index % ROWS_PER_STEP === ROWS_PER_STEP - 1) yield;
    }
    const reached = this.#readProject(connection).position;
    const changed = copied.filter(({ isChanged }) => isChanged).length;
    if (reached.revision !== position.revision + changed) throw uncountedError(this.#file.file, REMAKE);
    return { before: position, position: reached, copied };
  }

  readonly #readProject = (connection: SqliteConnection): ProjectState => rows.readProject(connection, this.#file.file, this.project);

  async #inSnapshot<T>(duration: ReadDuration, task: (snapshot: Snapshot, state: ProjectState) => Promise<T>): Promise<T> {
    const { snapshot, first } = await this.#file.openSnapshot(this.#readProject, duration);
    try {
      return await task(snapshot, first);
    } finally {
      snapshot.close();
    }
  }
}
