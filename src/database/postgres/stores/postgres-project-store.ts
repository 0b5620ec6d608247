import type { Fingerprint } from "../../../record/fingerprint.ts";
import { DatabaseUnavailableError } from "../../../base/errors.ts";
import type { FileMetadata } from "../../../record/file-metadata.ts";
import type { ProjectPath } from "../../../record/project-path.ts";
import { uncountedError } from "../../shared/fault-texts.ts";
import type {
  ChangeBatch,
  CopyReceipt,
  KnownRevisions,
  ProjectStore,
  RowBatch,
  ScannedParts,
  StoredChange,
  StoredRow,
  StorePosition,
  StoreScan,
  WriteReceipt,
} from "../../metadata-database.ts";
import type { CopiedFile, FileToCopy } from "../../extraction-store.ts";
import { streamPages } from "../../shared/page-stream.ts";
import { SerialQueue } from "../../shared/serial-queue.ts";
import type { ProjectState } from "../../shared/project-state.ts";
import { nextHorizon } from "../../shared/sealed-checkpoint.ts";
import { writeSetOf } from "../../shared/write-set.ts";
import { COPY_ROWS, copyValues, decodeCopied } from "../copy-rows.ts";
import { PostgresScan } from "../postgres-scan.ts";
import { REMAKE } from "../connection/postgres-faults.ts";
import type { PostgresServer } from "../connection/postgres-server.ts";
import { PostgresCheckpointStore, readKeptHeader } from "./postgres-checkpoint-store.ts";
import { PostgresExtractionStore } from "./postgres-extraction-store.ts";
import { PostgresSourceStore } from "./postgres-source-store.ts";
import { PostgresTombstoneStore } from "./postgres-tombstone-store.ts";
import type { PostgresSession, Row } from "../connection/postgres-session.ts";
import * as rows from "../project-rows.ts";
import { pathParts, recordParts } from "../write-parts.ts";

/**
 * More rows than this are read in several statements of one snapshot, so that the event loop runs
 * in between.
 */
const ROWS_PER_STATEMENT = 500;
/** More changes of a receipt than this are read in several statements. Their rows are short. */
const CHANGES_PER_STATEMENT = 5_000;
/** About 20 ms with the project locked. */
const TOMBSTONES_PER_TURN = 5_000;

/**
 * One project in a PostgreSQL database. Every snapshot looks it up by its name, so it still works
 * after the database is replaced or the project is deleted. A short read is one statement that also
 * returns its position: one round trip, one snapshot.
 */
export class PostgresProjectStore implements ProjectStore {
  readonly project: string;
  readonly source: PostgresSourceStore;
  readonly tombstones: PostgresTombstoneStore;
  readonly checkpoints: PostgresCheckpointStore;
  readonly extractions: PostgresExtractionStore;
  readonly #server: PostgresServer;
  /** Writes take effect in the order of their calls, even if one of them must be tried again. */
  readonly #writes: SerialQueue;
  /** The project's id at the last read. Notifications contain it. */
  #id = 0;

  constructor(project: string, server: PostgresServer) {
    this.project = project;
    this.#server = server;
    this.#writes = new SerialQueue(server.clock);
    this.source = new PostgresSourceStore(project, server);
    this.tombstones = new PostgresTombstoneStore(project, server);
    this.checkpoints = new PostgresCheckpointStore(project, server);
    this.extractions = new PostgresExtractionStore(project, server);
  }

  async position(): Promise<StorePosition> {
    return this.#stateOf(await this.#server.query(rows.SELECT_STATE, [this.project])).position;
  }

  async readRows(paths: readonly ProjectPath[], known?: KnownRevisions): Promise<RowBatch> {
    const distinct = [...new Set(paths)];
    const since = known?.position;
    const valuesOf = (part: readonly ProjectPath[]): readonly unknown[] => [this.project, part.map(rows.pathKey), since?.revision ?? 0];
    if (distinct.length <= ROWS_PER_STATEMENT) {
      return this.#batchOf(distinct, await this.#server.query(rows.SELECT_ROWS, valuesOf(distinct)), since);
    }
    return this.#server.inSnapshot(async (session) => {
      const found: StoredRow[] = [];
      let last: RowBatch | undefined;
      for (let start = 0; start < distinct.length; start += ROWS_PER_STATEMENT) {
        const part = distinct.slice(start, start + ROWS_PER_STATEMENT);
        last = this.#batchOf(part, await session.query(rows.SELECT_ROWS, valuesOf(part)), since);
        found.push(...last.rows);
      }
      return { ...(last as RowBatch), rows: found };
    });
  }

  async readChanges(since: StorePosition, limit: number): Promise<ChangeBatch> {
    const few = Math.min(limit, ROWS_PER_STATEMENT);
    const answer = await this.#server.query(rows.SELECT_CHANGES, [this.project, since.revision, few]);
    const state = this.#stateOf(answer);
    const { position } = state;
    const continues = rows.decodeContinues(answer, state, since);
    if (!continues || since.revision < position.horizon) return { position, continues, changes: undefined };
    if (position.revision - since.revision <= few) return { position, continues, changes: rows.decodeChanges(answer) };
    return this.#server.inSnapshot((session) => this.#readManyChanges(session, since, limit));
  }

  async scan(pageSize: number, since?: StorePosition, parts: ScannedParts = "all"): Promise<StoreScan> {
    const { session, first } = await this.#server.openSnapshot(async (opened) => {
      const state = await this.#readStateSince(opened, since);
      const [[total] = []] = await opened.query(rows.COUNT_ROWS, [state.id]);
      return { ...state, total: Number(total) };
    });
    return new PostgresScan(this.#server, session, first, pageSize, parts);
  }

  readFingerprints(pageSize: number): AsyncIterable<readonly Fingerprint[]> {
    return streamPages(this.#server.location, async (after) => {
      const answer = await this.#server.query(rows.SELECT_FINGERPRINT_PAGE, [this.project, after, pageSize]);
      return { position: this.#stateOf(answer).position, ...rows.decodeFingerprintPage(answer, pageSize) };
    });
  }

  /** Writes in parts that let the event loop run, within one transaction. */
  async write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<WriteReceipt> {
    const { records, removed } = writeSetOf(put, remove);
    return this.#inTurn((session) => this.#writeNow(session, records, removed));
  }

  /** In parts, within one transaction, as `write`. */
  async copy(files: readonly FileToCopy[]): Promise<CopyReceipt> {
    const distinct = [...new Map(files.map((file) => [file.path, file])).values()];
    return this.#inTurn((session) => this.#copyNow(session, distinct));
  }

  watch(onHint: () => void): () => void {
    return this.#server.watch({ concerns: (project) => this.#id === 0 || project === this.#id, onHint });
  }

  compact(revision: number): Promise<number> {
    return this.#server.track(this.#compact(revision));
  }

  async #compact(revision: number): Promise<number> {
    let total = 0;
    // Only the first turn moves the horizon: somebody may restore an older backup before the next
    // turn.
    for (let upTo = revision; ; upTo = 0) {
      const until = upTo;
      const forgotten = await this.#inTurn((session) => this.#forgetTombstones(session, until));
      total += forgotten;
      if (forgotten < TOMBSTONES_PER_TURN) return total;
    }
  }

  /**
   * Moves the horizon in the same transaction as the first tombstones, so that no reader takes the
   * remaining ones for the whole feed.
   */
  async #forgetTombstones(session: PostgresSession, revision: number): Promise<number> {
    const [locked] = await session.query(rows.LOCK_STATE, [this.project]);
    if (locked === undefined) return 0;
    const state = await this.#readState(session);
    const { id, position } = state;
    const horizon = nextHorizon(revision, state, await readKeptHeader(session, this.project, state));
    if (horizon > position.horizon) await session.query(rows.SET_HORIZON, [id, horizon]);
    const [[forgotten] = []] = await session.query(rows.DELETE_TOMBSTONES, [id, horizon, TOMBSTONES_PER_TURN - 1]);
    return Number(forgotten);
  }

  #inTurn<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#server.track(this.#writes.run(() => this.#server.write(task)));
  }

  async #writeNow(
    session: PostgresSession,
    records: ReadonlyMap<ProjectPath, FileMetadata>,
    removed: ReadonlySet<ProjectPath>,
  ): Promise<WriteReceipt> {
    const { id, position } = await this.#lockProject(session);
    for (const columns of recordParts(records.values())) await session.query(rows.PUT_ROWS, [id, ...columns]);
    for (const paths of pathParts(removed)) await session.query(rows.DELETE_ROWS, [id, paths.map(rows.pathKey)]);
    const changes: StoredChange[] = [];
    for (let after = position.revision; ;) {
      const answer = await session.query(rows.SELECT_RECEIPT_PAGE, [this.project, after, CHANGES_PER_STATEMENT]);
      const page = rows.decodeReceiptPage(answer, records);
      for (const change of page) changes.push(change);
      after = page.at(-1)?.revision ?? after;
      if (page.length === CHANGES_PER_STATEMENT) continue;
      const reached = this.#stateOf(answer).position;
      if (reached.revision !== position.revision + changes.length) throw uncountedError(this.#server.location, REMAKE);
      return { before: position, position: reached, changes };
    }
  }

  async #copyNow(session: PostgresSession, files: readonly FileToCopy[]): Promise<CopyReceipt> {
    const { id, position } = await this.#lockProject(session);
    const copied: CopiedFile[] = [];
    for (let start = 0; start < files.length; start += ROWS_PER_STATEMENT) {
      const part = files.slice(start, start + ROWS_PER_STATEMENT);
      copied.push(...decodeCopied(await session.query(COPY_ROWS, copyValues(id, part))));
    }
    const reached = (await this.#readState(session)).position;
    const changed = copied.filter(({ isChanged }) => isChanged).length;
    if (reached.revision !== position.revision + changed) throw uncountedError(this.#server.location, REMAKE);
    return { before: position, position: reached, copied };
  }

  /**
   * Returns the state, and locks it while this transaction lasts: no other transaction of this
   * project can commit meanwhile.
   */
  async #lockProject(session: PostgresSession): Promise<ProjectState> {
    let [locked] = await session.query(rows.LOCK_STATE, [this.project]);
    if (locked === undefined) {
      await session.query(rows.INSERT_PROJECT, [this.project]);
      [locked] = await session.query(rows.LOCK_STATE, [this.project]);
    }
    if (locked?.[1] === false) await this.#enableTriggers(session);
    return this.#readState(session);
  }

  /**
   * Makes triggers fire. A role or a database may turn them off by default, and then no reader
   * would learn of a write.
   */
  async #enableTriggers(session: PostgresSession): Promise<void> {
    try {
      await session.exec("SET LOCAL session_replication_role = origin");
    } catch (error) {
      const problem =
        `the database ${this.#server.location} fires no triggers for this user, because session_replication_role is "replica", so no ` +
        "reader would learn of a write";
      const remedy = "ALTER ROLE … RESET session_replication_role, or give another user";
      throw new DatabaseUnavailableError("denied", problem, { remedy, cause: error });
    }
  }

  async #readManyChanges(session: PostgresSession, since: StorePosition, limit: number): Promise<ChangeBatch> {
    const { id, position, continues } = await this.#readStateSince(session, since);
    if (!continues || since.revision < position.horizon) return { position, continues, changes: undefined };
    // Each path's newest change has its own revision, so there are at most as many changes as
    // revisions.
    if (position.revision - since.revision > limit) {
      const [[count] = []] = await session.query(rows.COUNT_CHANGES, [id, since.revision, limit + 1]);
      if (Number(count) > limit) return { position, continues, changes: undefined };
    }
    const changes: StoredChange[] = [];
    for (let after = since.revision; ;) {
      const page = rows.decodeChangePage(await session.query(rows.SELECT_CHANGE_PAGE, [id, after, ROWS_PER_STATEMENT]));
      changes.push(...page);
      if (page.length < ROWS_PER_STATEMENT) return { position, continues, changes };
      after = page.at(-1)?.revision ?? after;
    }
  }

  async #readState(session: PostgresSession): Promise<ProjectState> {
    return this.#stateOf(await session.query(rows.SELECT_STATE, [this.project]));
  }

  async #readStateSince(session: PostgresSession, since: StorePosition | undefined): Promise<ProjectState & { continues: boolean }> {
    const answer = await session.query(rows.SELECT_STATE_SINCE, [this.project, since?.revision ?? 0]);
    const state = this.#stateOf(answer);
    return { ...state, continues: rows.decodeContinues(answer, state, since) };
  }

  #stateOf(answer: readonly Row[]): ProjectState {
    const state = rows.decodeState(answer, this.#server.location);
    this.#id = state.id;
    return state;
  }

  #batchOf(paths: readonly ProjectPath[], answer: readonly Row[], since: StorePosition | undefined): RowBatch {
    const found = new Map(rows.decodeRows(answer).map((row) => [row.path, row]));
    const state = this.#stateOf(answer);
    const continues = rows.decodeContinues(answer, state, since);
    return { position: state.position, continues, rows: paths.flatMap((path) => found.get(path) ?? []) };
  }
}
