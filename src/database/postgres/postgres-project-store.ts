import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";
import type { FileMetadata } from "../../model/file-metadata.ts";
import type { ProjectPath } from "../../model/project-path.ts";
import type {
  ChangeBatch,
  ProjectStore,
  RowBatch,
  StoredChange,
  StoredRow,
  StorePosition,
  StoreScan,
  WriteReceipt,
} from "../metadata-database.ts";
import { decodeFingerprint } from "../row-codec.ts";
import type { Fingerprint } from "../source-store.ts";
import { endSnapshot, PostgresScan, readPages } from "./postgres-scan.ts";
import type { PostgresServer } from "./postgres-server.ts";
import { PostgresSourceStore } from "./postgres-source-store.ts";
import type { PostgresSession, Row } from "./postgres-session.ts";
import * as rows from "./project-rows.ts";

/** More rows than this are read in several statements, of one snapshot, so that the event loop runs in between. */
const ROWS_PER_STATEMENT = 500;

/**
 * One project in a PostgreSQL database, found by its name in every snapshot: so it survives that the database is replaced or
 * the project deleted. What is short is one statement, which tells its own position: one round trip, one snapshot.
 */
export class PostgresProjectStore implements ProjectStore {
  readonly project: string;
  readonly source: PostgresSourceStore;
  readonly #server: PostgresServer;
  /** The project's id when it was read last: notifications carry it. */
  #id = 0;

  constructor(project: string, server: PostgresServer) {
    this.project = project;
    this.#server = server;
    this.source = new PostgresSourceStore(project, server);
  }

  async position(): Promise<StorePosition> {
    return this.#stateOf(await this.#server.query(rows.SELECT_STATE, [this.project])).position;
  }

  async readRows(paths: readonly ProjectPath[]): Promise<RowBatch> {
    const distinct = [...new Set(paths)];
    if (distinct.length <= ROWS_PER_STATEMENT) {
      return this.#batchOf(distinct, await this.#server.query(rows.SELECT_ROWS, [this.project, distinct]));
    }
    return this.#server.inSnapshot(async (session) => {
      const found: StoredRow[] = [];
      let position: StorePosition | undefined;
      for (let start = 0; start < distinct.length; start += ROWS_PER_STATEMENT) {
        const part = distinct.slice(start, start + ROWS_PER_STATEMENT);
        const batch = this.#batchOf(part, await session.query(rows.SELECT_ROWS, [this.project, part]));
        found.push(...batch.rows);
        position = batch.position;
      }
      return { position: position as StorePosition, rows: found };
    });
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    const few = Math.min(limit, ROWS_PER_STATEMENT);
    const answer = await this.#server.query(rows.SELECT_CHANGES, [this.project, since.revision, few]);
    const { position } = this.#stateOf(answer);
    if (!canTell(position, since)) return { position, changes: undefined };
    if (position.revision - since.revision <= few) return { position, changes: rows.decodeChanges(answer) };
    return this.#server.inSnapshot((session) => this.#readManyChanges(session, since, limit));
  }

  async scan(pageSize: number): Promise<StoreScan> {
    const { session, first } = await this.#server.openSnapshot(async (opened) => {
      const state = await this.#readState(opened);
      const [[total] = []] = await opened.query(rows.COUNT_ROWS, [state.id]);
      return { ...state, total: Number(total) };
    });
    return new PostgresScan(this.#server, session, first.id, first.position, first.total, pageSize);
  }

  async *readFingerprints(pageSize: number): AsyncGenerator<readonly Fingerprint[]> {
    const { session, first } = await this.#server.openSnapshot((opened) => this.#readState(opened));
    try {
      for await (const page of readPages(this.#server, session, rows.SELECT_FINGERPRINT_PAGE, first.id, pageSize)) {
        yield page.flatMap((row) => decodeFingerprint(row, 1) ?? []);
      }
    } finally {
      await endSnapshot(session);
    }
  }

  /** A thousand records are a few milliseconds of this thread's time, and some tens of the server's. */
  async write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    const removed = new Set(remove);
    // The last of several records of one path is the one that counts.
    const records = new Map<string, FileMetadata>(put.map((record) => [record.path, record]));
    for (const path of removed) {
      if (records.has(path)) {
        throw new MetacacheError("E_RECORD", `${JSON.stringify(path)} is both stored and removed in one write: choose one`);
      }
    }
    const columns = rows.encodeColumns([...records.values()]);
    return this.#server.write(async (session) => {
      const { id, position } = await this.#lockProject(session);
      if (records.size > 0) await session.query(rows.PUT_ROWS, [id, ...columns]);
      if (removed.size > 0) await session.query(rows.DELETE_ROWS, [id, [...removed]]);
      const answer = await session.query(rows.SELECT_RECEIPT, [this.project, position.revision]);
      const changes = rows.decodeReceipt(answer, records);
      const reached = this.#stateOf(answer).position;
      if (reached.revision !== position.revision + changes.length) {
        const message = `the database ${this.#server.location} did not count its changes, its triggers must have been altered`;
        throw new DatabaseUnavailableError("corrupt", `${message}: drop its schema metacache and index the project again`);
      }
      return { before: position.revision, position: reached, changes };
    });
  }

  watch(onHint: () => void): () => void {
    return this.#server.watch({ concerns: (project) => this.#id === 0 || project === this.#id, onHint });
  }

  async compact(revision: number): Promise<void> {
    await this.#server.write(async (session) => {
      const { id, position } = await this.#lockProject(session);
      const horizon = Math.min(revision, position.revision);
      if (horizon <= position.horizon) return;
      await session.query(rows.DELETE_TOMBSTONES, [id, horizon]);
      await session.query(rows.SET_HORIZON, [id, horizon]);
    });
  }

  /** The state that stays while this transaction lasts: no other one of this project can commit meanwhile. */
  async #lockProject(session: PostgresSession): Promise<rows.ProjectState> {
    const [locked] = await session.query(rows.LOCK_STATE, [this.project]);
    if (locked === undefined) {
      await session.query(rows.INSERT_PROJECT, [this.project]);
      await session.query(rows.LOCK_STATE, [this.project]);
    }
    return this.#readState(session);
  }

  async #readManyChanges(session: PostgresSession, since: StorePosition, limit: number): Promise<ChangeBatch> {
    const { id, position } = await this.#readState(session);
    if (!canTell(position, since)) return { position, changes: undefined };
    // Each path's newest change has a revision of its own, so there are no more of them than revisions.
    if (position.revision - since.revision > limit) {
      const [[count] = []] = await session.query(rows.COUNT_CHANGES, [id, since.revision, limit + 1]);
      if (Number(count) > limit) return { position, changes: undefined };
    }
    const changes: StoredChange[] = [];
    for (let after = since.revision; ;) {
      const page = rows.decodeChangePage(await session.query(rows.SELECT_CHANGE_PAGE, [id, after, ROWS_PER_STATEMENT]));
      changes.push(...page);
      if (page.length < ROWS_PER_STATEMENT) return { position, changes };
      after = page.at(-1)?.revision ?? after;
    }
  }

  async #readState(session: PostgresSession): Promise<rows.ProjectState> {
    return this.#stateOf(await session.query(rows.SELECT_STATE, [this.project]));
  }

  #stateOf(answer: readonly Row[]): rows.ProjectState {
    const state = rows.decodeState(answer, this.#server.location);
    this.#id = state.id;
    return state;
  }

  #batchOf(paths: readonly ProjectPath[], answer: readonly Row[]): RowBatch {
    const found = new Map(rows.decodeRows(answer).map((row) => [row.path, row]));
    return { position: this.#stateOf(answer).position, rows: paths.flatMap((path) => found.get(path) ?? []) };
  }
}

function canTell({ epoch, revision, horizon }: StorePosition, since: StorePosition): boolean {
  return since.epoch === epoch && since.revision >= horizon && since.revision <= revision;
}
