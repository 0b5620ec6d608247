import type { Pool, PoolClient } from "pg";
import type { Clock } from "../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { isConflict, isConnectionLost, isForeignStatement, isTimeout, toMetacacheError } from "./postgres-faults.ts";
import { ChangeListener, type Watcher } from "./change-listener.ts";
import { hangUp } from "./hang-up.ts";
import type { PostgresDriver } from "./postgres-driver.ts";
import { PostgresSession, type Row, type Statement } from "./postgres-session.ts";

export interface PostgresServerOptions {
  /** With its password, for the driver alone. */
  readonly url: string;
  /** Fit to be shown. */
  readonly location: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A scan, a sync, a load and a write may well be under way at once; more than that wait for each other. */
const MAX_CONNECTIONS = 5;
const MAX_ATTEMPTS = 8;
/** Longer than the server waits for a lock, so that it is the server that says so. */
const GRACE_MS = 1_000;

/**
 * The connections to one database on a PostgreSQL server.
 *
 * - A statement or a transaction that fails because its connection was lost is made once more on a new one; one that conflicts with
 *   another transaction, several times. What is lost at the commit is looked up (`#wasCommitted`).
 * - No call waits for ever on a server that does not answer: after `timeoutMs` and a little it is the fault "unreachable".
 * - Errors are metacache's. After `close`, everything throws `E_CLOSED`.
 */
export class PostgresServer {
  readonly location: string;
  readonly clock: Clock;
  readonly #options: PostgresServerOptions;
  readonly #pool: Pool;
  readonly #listener: ChangeListener;
  readonly #clients = new Set<PoolClient>();
  readonly #sessions = new Set<PostgresSession>();
  readonly #writes = new Set<Promise<unknown>>();
  #prepares = true;
  #closing: Promise<void> | undefined;

  constructor(driver: PostgresDriver, options: PostgresServerOptions) {
    this.location = options.location;
    this.clock = options.clock;
    this.#options = options;
    this.#listener = new ChangeListener(driver, this, options);
    this.#pool = new driver.Pool({
      connectionString: options.url,
      application_name: "metacache",
      max: MAX_CONNECTIONS,
      allowExitOnIdle: true,
      keepAlive: true,
      connectionTimeoutMillis: options.timeoutMs,
      query_timeout: options.timeoutMs + GRACE_MS,
    });
    this.#pool.on("connect", (client) => {
      this.#clients.add(client);
      client.once("end", () => this.#clients.delete(client));
      // A connection that is lost says so to whoever waits on it; without a listener, at any moment of its life, it would end the process.
      client.on("error", () => undefined);
    });
    this.#pool.on("error", (error) => options.logger.debug(`an idle connection to ${this.location} was lost: ${error.message}`));
  }

  get prepares(): boolean {
    return this.#prepares;
  }

  /** Runs one statement, which must only read, on one snapshot. */
  query(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#retry((session) => session.query(statement, values));
  }

  /** Runs `task` in a read-only transaction on one snapshot; it may be run again from its start. */
  inSnapshot<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#retry(async (session) => {
      await session.exec(this.#beginSnapshot());
      const result = await task(session);
      await session.exec("COMMIT");
      return result;
    });
  }

  /** Opens a snapshot that stays until it is ended, as `first` finds it. */
  openSnapshot<T>(first: (session: PostgresSession) => Promise<T>): Promise<{ readonly session: PostgresSession; readonly first: T }> {
    return this.#retry(async (session) => {
      await session.exec(this.#beginSnapshot());
      return { session, first: await first(session) };
    }, "keep");
  }

  /**
   * Runs `task` in a transaction of its own, and commits it; nothing of it remains if it throws. Throws the fault "uncertain" where
   * the server is lost at the commit and does not come back in time.
   */
  write<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    const write = this.#write(task);
    this.#writes.add(write);
    const forget = (): void => void this.#writes.delete(write);
    write.then(forget, forget);
    return write;
  }

  /** Hears of changes from now on. Returns how to stop. */
  watch(watcher: Watcher): () => void {
    return this.#listener.watch(watcher);
  }

  /** Whether a notification comes through. Takes up to two seconds where none does. */
  hears(): Promise<boolean> {
    return this.#listener.hears();
  }

  /** Idempotent. A write that is being committed is waited for; whatever else is under way ends, without a trace. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  assertOpen(): void {
    if (this.#closing !== undefined)
      throw new MetacacheError("E_CLOSED", `the database ${this.location} is closed: open it again to use it`);
  }

  /** What `pg` threw, in metacache's terms. */
  toError(error: unknown): unknown {
    if (this.#closing !== undefined && !(error instanceof MetacacheError)) {
      return new MetacacheError("E_CLOSED", `the database ${this.location} was closed while it was in use`, { cause: error });
    }
    if (isForeignStatement(error)) this.#prepares = false;
    return toMetacacheError(error, this.location);
  }

  async #write<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    const { timeoutMs } = this.#options;
    return this.#retry(async (session) => {
      await session.exec(`BEGIN; SET LOCAL lock_timeout = ${timeoutMs}`);
      const result = await task(session);
      const [mark = []] = await session.query(MARK);
      try {
        await session.exec("COMMIT");
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        // Its place among the connections is needed: to look up what became of it.
        session.end(false);
        if (!(await this.#wasCommitted(mark, error))) throw error;
      }
      return result;
    });
  }

  /**
   * Whether a transaction whose commit was sent, and never answered, has been committed. A server that has crashed since may have given
   * the number of a transaction that it lost to another one: then, that one with this number was committed tells nothing.
   */
  async #wasCommitted([transaction, epoch, start, checkpoint]: Row, cause: unknown): Promise<boolean> {
    const { timeoutMs, clock } = this.#options;
    for (const begun = clock.microseconds(); clock.microseconds() - begun < timeoutMs * 1_000; await clock.sleep(COMMIT_PAUSE_MS)) {
      try {
        const [[status, ...present] = []] = await this.#once((session) => session.query(STATUS, [transaction]));
        if (present[0] !== epoch) break;
        if (status === "aborted") return false;
        if (status === "committed") {
          if (present[1] === start && present[2] === checkpoint) return true;
          break;
        }
        // It runs still, unless the server has begun anew since.
        if (present[1] !== start) return false;
      } catch (error) {
        if (!isConnectionLost(error) && !isForeignStatement(error)) break;
      }
    }
    const message =
      `the connection to the database ${this.location} was lost while a write was committed, and whether it was committed could not be ` +
      "found out: read what it was to write, and write it again if need be";
    throw new DatabaseUnavailableError("uncertain", message, { cause });
  }

  /** TRUNCATE heeds no snapshot: whoever has the lock before taking one keeps its rows. */
  #beginSnapshot(): string {
    const lock = `SET LOCAL lock_timeout = ${this.#options.timeoutMs}; LOCK TABLE metacache.file IN ACCESS SHARE MODE`;
    return `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${lock}`;
  }

  async #retry<T>(task: (session: PostgresSession) => Promise<T>, after: "release" | "keep" = "release"): Promise<T> {
    let lost = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        this.assertOpen();
        return await this.#once(task, after);
      } catch (error) {
        if (this.#closing !== undefined || attempt === MAX_ATTEMPTS) throw this.toError(error);
        if (isForeignStatement(error)) continue;
        if (isConflict(error)) await this.clock.sleep(Math.random() * 2 ** attempt);
        else if (!isConnectionLost(error) || isTimeout(error) || ++lost > 1) throw this.toError(error);
      }
    }
  }

  /** One attempt on one connection, which is not used again if it fails. */
  async #once<T>(task: (session: PostgresSession) => Promise<T>, after: "release" | "keep" = "release"): Promise<T> {
    const client = await this.#pool.connect();
    const session = new PostgresSession(this, client, () => this.#sessions.delete(session));
    this.#sessions.add(session);
    try {
      const result = await task(session);
      if (after === "release") session.end(true);
      return result;
    } catch (error) {
      session.end(false);
      if (isForeignStatement(error)) this.#prepares = false;
      throw error;
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#writes);
    for (const session of this.#sessions) session.end(false);
    await Promise.all([this.#listener.stop(), this.#pool.end(), ...Array.from(this.#clients, (client) => hangUp(client, this.clock))]);
  }
}

/** Which database this is, and since when it runs: every start leaves another time, and every recovery from a crash another checkpoint. */
const RUN = "epoch, pg_postmaster_start_time()::text, (SELECT checkpoint_lsn::text FROM pg_control_checkpoint()) FROM metacache.store";
const MARK: Statement = { name: "metacache_mark", text: `SELECT pg_current_xact_id()::text, ${RUN}` };
const STATUS: Statement = {
  name: "metacache_status",
  text: `SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) END, ${RUN}`,
};
const COMMIT_PAUSE_MS = 100;
