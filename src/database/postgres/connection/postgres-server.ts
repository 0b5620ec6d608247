import type { Clock } from "../../../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError } from "../../../base/errors.ts";
import type { Logger } from "../../../base/logger.ts";
import { closedInUseText, closedText, OPEN_AGAIN } from "../../shared/fault-texts.ts";
import { ChangeListener, type Watcher } from "./change-listener.ts";
import { ConnectionPool } from "./connection-pool.ts";
import { type ConnectionOptions, GRACE_MS } from "./postgres-connection.ts";
import type { PostgresDriver } from "./postgres-driver.ts";
import { isConflict, isConnectionLost, isForeignStatement, isTimeout, toMetacacheError } from "./postgres-faults.ts";
import { PostgresSession, type Row, type Statement } from "./postgres-session.ts";
import { begin, type ServerLimits } from "./session-settings.ts";

export interface PostgresServerOptions {
  /** With its password, so only the driver may see it. */
  readonly url: string;
  /** Safe to show: without a password. */
  readonly location: string;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * A scan, a sync, a load and a write may run at the same time. Further calls wait for each other.
 */
const MAX_CONNECTIONS = 5;
const MAX_ATTEMPTS = 8;
/**
 * The server ends a transaction whose client is silent for this long, because it may hold a lock,
 * and keeps the server from removing old rows.
 */
const IDLE_TRANSACTION_MS = 120_000;

/**
 * The connections to one database on a PostgreSQL server.
 *
 * - If a statement or a transaction fails because its connection was lost, it is tried once more on
 *   a new connection. If it conflicts with another transaction, it is tried several times. If the
 *   connection is lost during the commit, `#wasCommitted` finds out if the commit succeeded.
 * - No call waits for ever for a server that does not answer: a little after `timeoutMs` it throws
 *   the fault "unreachable". The time starts when there is a connection. Waiting for a free
 *   connection does not count (`ConnectionPool`).
 * - All errors are errors of metacache. After `close`, every call throws `E_CLOSED`.
 */
export class PostgresServer {
  readonly location: string;
  readonly clock: Clock;
  readonly #options: PostgresServerOptions;
  readonly #limits: ServerLimits;
  readonly #pool: ConnectionPool;
  readonly #listener: ChangeListener;
  readonly #sessions = new Set<PostgresSession>();
  readonly #writes = new Set<Promise<unknown>>();
  readonly #calls = new Set<Promise<unknown>>();
  #prepares = true;
  #closing: Promise<void> | undefined;

  constructor(driver: PostgresDriver, options: PostgresServerOptions) {
    const { location, timeoutMs, clock } = options;
    this.location = location;
    this.clock = clock;
    this.#options = options;
    this.#limits = { lockMs: timeoutMs, statementMs: timeoutMs + GRACE_MS / 2, idleMs: IDLE_TRANSACTION_MS };
    const connection: ConnectionOptions = { ...options, driver, applicationName: "metacache", limits: this.#limits };
    this.#pool = new ConnectionPool(connection, MAX_CONNECTIONS);
    this.#listener = new ChangeListener(this, { ...connection, applicationName: "metacache listener", logger: options.logger });
  }

  get prepares(): boolean {
    return this.#prepares;
  }

  /** Runs one statement on one snapshot. It must only read. */
  query(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#retry((session) => this.#read(session, statement, values));
  }

  /**
   * Runs `task` in a read-only transaction on one snapshot. `task` may run again from its start.
   */
  inSnapshot<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#retry(async (session) => {
      await this.#beginSnapshot(session);
      const result = await task(session);
      await session.exec("COMMIT");
      return result;
    });
  }

  /** Opens a snapshot that stays until it is ended. `first` is its first read. */
  openSnapshot<T>(first: (session: PostgresSession) => Promise<T>): Promise<{ readonly session: PostgresSession; readonly first: T }> {
    return this.#retry(async (session) => {
      await this.#beginSnapshot(session);
      return { session, first: await first(session) };
    }, "keep");
  }

  /**
   * Runs `task` in a transaction of its own, and commits it. If it throws, nothing is changed.
   * Throws the fault "uncertain" if the server is lost during the commit and does not come back in
   * time.
   */
  write<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return trackIn(this.#writes, this.#write(task));
  }

  /**
   * Makes `close` wait until `call` has settled. For calls that consist of several of the other
   * calls.
   */
  track<T>(call: Promise<T>): Promise<T> {
    return trackIn(this.#calls, call);
  }

  /** Hears of changes from now on. Returns a function that stops the hints. */
  watch(watcher: Watcher): () => void {
    return this.#listener.watch(watcher);
  }

  /** True if a notification arrives. If none arrives, this takes up to two seconds. */
  hears(): Promise<boolean> {
    return this.track(this.#hears());
  }

  /**
   * May be called more than once. Waits for writes that are being committed. Ends everything else,
   * which leaves nothing behind. When this resolves, every earlier call has settled.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  noteAnswer(): void {
    this.#pool.noteAnswer();
  }

  assertOpen(): void {
    if (this.#closing !== undefined) throw new MetacacheError("E_CLOSED", closedText(this.location), { remedy: OPEN_AGAIN });
  }

  /** Turns an error of `pg` into an error of metacache. */
  toError(error: unknown): unknown {
    if (this.#closing !== undefined && !(error instanceof MetacacheError)) {
      return new MetacacheError("E_CLOSED", closedInUseText(this.location), { remedy: OPEN_AGAIN, cause: error });
    }
    if (isForeignStatement(error)) this.#prepares = false;
    return toMetacacheError(error, this.location);
  }

  async #hears(): Promise<boolean> {
    try {
      this.assertOpen();
      return await this.#listener.hears();
    } catch (error) {
      throw this.toError(error);
    }
  }

  async #write<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#retry(async (session) => {
      await session.exec(begin("READ COMMITTED", this.#limits, session.version));
      const result = await task(session);
      const [mark = []] = await session.query(MARK);
      try {
        await session.exec("COMMIT");
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        // Frees this connection's place in the pool, because `#wasCommitted` needs a connection.
        session.end(false);
        if (!(await this.#wasCommitted(mark, error))) throw error;
      }
      return result;
    });
  }

  /**
   * Finds out if a transaction was committed, when its commit was sent but never answered. If the
   * server crashed since, it may have given the number of a lost transaction to another one. Then
   * the status of this number proves nothing.
   */
  async #wasCommitted([transaction, epoch, start, checkpoint]: Row, cause: unknown): Promise<boolean> {
    const { timeoutMs, clock } = this.#options;
    const end = clock.microseconds() + timeoutMs * 1_000;
    for (; clock.microseconds() < end; await clock.sleep(COMMIT_PAUSE_MS)) {
      try {
        const [[status, ...present] = []] = await this.#once((session) => this.#read(session, STATUS, [transaction]), "release", true);
        if (present[0] !== epoch) break;
        if (status === "aborted") return false;
        if (status === "committed") {
          if (present[1] === start && present[2] === checkpoint) return true;
          break;
        }
        // The transaction is still running, unless the server was restarted.
        if (present[1] !== start) return false;
      } catch (error) {
        if (!isConnectionLost(error) && !isForeignStatement(error)) break;
      }
    }
    const problem =
      `the connection to the database ${this.location} was lost while a write was being committed, and metacache could not find out ` +
      "whether it was committed";
    throw new DatabaseUnavailableError("uncertain", problem, {
      remedy: "read what it should have written, and write it again if necessary",
      cause,
    });
  }

  /**
   * Behind a pooler, a statement is only reliable within a transaction, because the session's
   * settings are not.
   */
  async #read(session: PostgresSession, statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    if (session.isDirect) return session.query(statement, values);
    await session.exec(begin("REPEATABLE READ READ ONLY", this.#limits, session.version));
    const rows = await session.query(statement, values);
    await session.exec("COMMIT");
    return rows;
  }

  /** TRUNCATE ignores snapshots. A lock that is taken before the snapshot keeps the rows. */
  async #beginSnapshot(session: PostgresSession): Promise<void> {
    const transaction = begin("REPEATABLE READ READ ONLY", this.#limits, session.version);
    await session.exec(`${transaction}; LOCK TABLE metacache.file IN ACCESS SHARE MODE`);
  }

  #retry<T>(task: (session: PostgresSession) => Promise<T>, after: "release" | "keep" = "release"): Promise<T> {
    return this.track(this.#attempt(task, after));
  }

  async #attempt<T>(task: (session: PostgresSession) => Promise<T>, after: "release" | "keep"): Promise<T> {
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
        else this.#pool.dropIdle();
      }
    }
  }

  /**
   * Makes one attempt on one connection. If the attempt fails, the connection is not used again.
   */
  async #once<T>(task: (session: PostgresSession) => Promise<T>, after: "release" | "keep", urgent = false): Promise<T> {
    try {
      const connection = await this.#pool.acquire(urgent);
      const session = new PostgresSession(this, connection, (reusable) => {
        this.#sessions.delete(session);
        this.#pool.release(connection, reusable);
      });
      this.#sessions.add(session);
      try {
        const result = await task(session);
        if (after === "release") session.end(true);
        return result;
      } catch (error) {
        session.end(false);
        throw error;
      }
    } catch (error) {
      if (isForeignStatement(error)) this.#prepares = false;
      if (isTimeout(error)) this.#pool.noteSilence(this.toError(error));
      throw error;
    }
  }

  async #close(): Promise<void> {
    this.#pool.stop();
    await Promise.allSettled(this.#writes);
    for (const session of this.#sessions) session.end(false);
    await Promise.all([this.#listener.stop(), this.#pool.close()]);
    await Promise.allSettled([...this.#calls, ...this.#writes]);
    // By then, each reader of a scan has got its error.
    await this.clock.yield();
  }
}

function trackIn<T>(calls: Set<Promise<unknown>>, call: Promise<T>): Promise<T> {
  calls.add(call);
  const forget = (): void => void calls.delete(call);
  call.then(forget, forget);
  return call;
}

/**
 * Which database this is, and since when it runs. Every start has another time, and every recovery
 * from a crash another checkpoint.
 */
const START = "encode(timestamptz_send(pg_postmaster_start_time()), 'hex')";
const RUN = `epoch, ${START}, (SELECT checkpoint_lsn::text FROM pg_control_checkpoint()) FROM metacache.store`;
const MARK: Statement = { name: "metacache_mark", text: `SELECT pg_current_xact_id()::text, ${RUN}` };
const STATUS: Statement = {
  name: "metacache_status",
  text: `SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) END, ${RUN}`,
};
const COMMIT_PAUSE_MS = 100;
