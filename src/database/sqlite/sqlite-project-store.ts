import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";
import type { FileMetadata } from "../../model/file-metadata.ts";
import type { ProjectPath } from "../../model/project-path.ts";
import type {
  ChangeBatch,
  KnownRevisions,
  ProjectStore,
  RowBatch,
  StoredChange,
  StoredRow,
  StorePosition,
  StoreScan,
  WriteReceipt,
} from "../metadata-database.ts";
import type { Fingerprint } from "../source-store.ts";
import * as rows from "./project-rows.ts";
import type { Snapshot } from "./snapshot.ts";
import type { SqliteConnection } from "./sqlite-connection.ts";
import type { SqliteFile } from "./sqlite-file.ts";
import { SqliteScan } from "./sqlite-scan.ts";
import { SqliteSourceStore } from "./sqlite-source-store.ts";
import { watchSqliteFile } from "./watch-sqlite-file.ts";

/** A few milliseconds of work between two turns of the event loop. */
const ROWS_PER_TURN = 250;

/**
 * One project in an SQLite file, found by its name in every snapshot: so it survives that the file is replaced or the
 * project deleted. What is long is read in parts that let the event loop run, still in one snapshot.
 */
export class SqliteProjectStore implements ProjectStore {
  readonly project: string;
  readonly source: SqliteSourceStore;
  readonly #file: SqliteFile;
  #known: { readonly mark: string; readonly position: StorePosition } | undefined;

  constructor(project: string, file: SqliteFile) {
    this.project = project;
    this.#file = file;
    this.source = new SqliteSourceStore(project, file);
  }

  /** Nothing is read where nothing was committed since the last time. */
  async position(): Promise<StorePosition> {
    const mark = this.#file.changeMark();
    if (mark !== undefined && mark === this.#known?.mark) return this.#known.position;
    const { position } = await this.#file.read(this.#readProject);
    // What was committed between the two is in the position, and will show in the next mark.
    this.#known = mark === undefined ? undefined : { mark, position };
    return position;
  }

  async readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch> {
    const distinct = [...new Set(paths)];
    return this.#inSnapshot(async (snapshot, { id, position }) => {
      const found: StoredRow[] = [];
      for (let start = 0; start < distinct.length; start += ROWS_PER_TURN) {
        if (start > 0) await snapshot.pause();
        const part = distinct.slice(start, start + ROWS_PER_TURN);
        // The reader may move on between two parts.
        const isKnown = known?.position?.epoch === position.epoch && known.position.revision === position.revision;
        const revisionOf = (path: ProjectPath): number | undefined => (isKnown ? known.revisionOf(path) : undefined);
        found.push(...snapshot.read((connection) => part.flatMap((path) => rows.readRow(connection, id, path, revisionOf(path)) ?? [])));
      }
      return { position, rows: found };
    });
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    return this.#inSnapshot(async (snapshot, { id, position }) => {
      const { epoch, revision, horizon } = position;
      if (since.epoch !== epoch || since.revision < horizon || since.revision > revision) return { position, changes: undefined };
      // Each path's newest change has a revision of its own, so there are no more of them than revisions.
      const mayExceed = revision - since.revision > limit;
      if (mayExceed && snapshot.read((connection) => rows.countChanges(connection, id, since.revision, limit)) > limit)
        return { position, changes: undefined };
      const changes: StoredChange[] = [];
      for (let after = since.revision < revision ? since.revision : undefined; after !== undefined;) {
        if (changes.length > 0) await snapshot.pause();
        const from: number = after;
        const page: rows.RowPage<StoredChange> = snapshot.read((connection) => rows.readChangePage(connection, id, from, ROWS_PER_TURN));
        changes.push(...page.items);
        after = page.after;
      }
      return { position, changes };
    });
  }

  async scan(pageSize: number): Promise<StoreScan> {
    const { snapshot, first } = await this.#file.openSnapshot((connection) => {
      const state = this.#readProject(connection);
      return { ...state, total: rows.countRows(connection, state.id) };
    });
    return new SqliteScan(snapshot, first.id, first.position, first.total, pageSize);
  }

  async *readFingerprints(pageSize: number): AsyncGenerator<readonly Fingerprint[]> {
    const { snapshot, first } = await this.#file.openSnapshot(this.#readProject);
    try {
      for (let after: number | undefined = 0; after !== undefined;) {
        const from: number = after;
        const page: rows.RowPage<Fingerprint> = snapshot.read((connection) =>
          rows.readFingerprintPage(connection, first.id, from, pageSize),
        );
        if (page.items.length > 0) yield page.items;
        after = page.after;
        if (after !== undefined) await snapshot.pause();
      }
    } finally {
      snapshot.close();
    }
  }

  /** The transaction is synchronous, some 30 us a record: of many thousands, give a few hundred at a time. */
  async write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    const removed = new Set(remove);
    // The last of several records of one path is the one that counts.
    const records = [...new Map(put.map((record) => [record.path, record])).values()];
    const both = records.find((record) => removed.has(record.path));
    if (both !== undefined) {
      throw new MetacacheError("E_RECORD", `${JSON.stringify(both.path)} is both stored and removed in one write: choose one`);
    }
    const encoded = records.map(rows.encodeRecord);
    return this.#file.write((connection) => this.#writeNow(connection, encoded, removed));
  }

  watch(onHint: () => void): () => void {
    return watchSqliteFile(this.#file, onHint);
  }

  async compact(revision: number): Promise<void> {
    await this.#file.write((connection) => {
      const { id, position } = this.#readProject(connection);
      const horizon = Math.min(revision, position.revision);
      if (horizon > position.horizon) rows.forgetTombstones(connection, id, horizon);
    });
  }

  #writeNow(connection: SqliteConnection, put: readonly rows.EncodedRecord[], remove: ReadonlySet<ProjectPath>): WriteReceipt {
    const { id, position } = rows.insertProject(connection, this.#file.file, this.project);
    const changes: StoredChange[] = [];
    let { revision } = position;
    for (const { record, row } of put) {
      if (rows.putRow(connection, id, row)) changes.push({ path: record.path, revision: ++revision, record });
    }
    for (const path of remove) {
      if (rows.deleteRow(connection, id, path)) changes.push({ path, revision: ++revision, deleted: true });
    }
    const reached = this.#readProject(connection).position;
    if (reached.revision !== revision) {
      const message = `the database ${this.#file.file} did not count its changes, its triggers must have been altered`;
      throw new DatabaseUnavailableError("corrupt", `${message}: delete it and index the project again`);
    }
    return { before: position.revision, position: reached, changes };
  }

  readonly #readProject = (connection: SqliteConnection): rows.ProjectState => rows.readProject(connection, this.#file.file, this.project);

  async #inSnapshot<T>(task: (snapshot: Snapshot, state: rows.ProjectState) => Promise<T>): Promise<T> {
    const { snapshot, first } = await this.#file.openSnapshot(this.#readProject);
    try {
      return await task(snapshot, first);
    } finally {
      snapshot.close();
    }
  }
}
