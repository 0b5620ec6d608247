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
/** A transaction whose client says nothing for so long is ended by the server: it may hold a lock, and keeps old rows from being tidied up. */
const IDLE_TRANSACTION_MS = 120_000;

/**
 * The connections to one database on a PostgreSQL server.
 *
 * - A statement or a transaction that fails because its connection was lost is made once more on a new one; one that conflicts with
 *   another transaction, several times. What is lost at the commit is looked up (`#wasCommitted`).
 * - No call waits for ever on a server that does not answer: after `timeoutMs` and a little it is the fault "unreachable". The time begins
 *   when there is a connection; to wait for one is no silence of the server (`ConnectionPool`).
 * - Errors are metacache's. After `close`, everything throws `E_CLOSED`.
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

  /** Runs one statement, which must only read, on one snapshot. */
  query(statement: Statement, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return this.#retry((session) => this.#read(session, statement, values));
  }

  /** Runs `task` in a read-only transaction on one snapshot; it may be run again from its start. */
  inSnapshot<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return this.#retry(async (session) => {
      await this.#beginSnapshot(session);
      const result = await task(session);
      await session.exec("COMMIT");
      return result;
    });
  }

  /** Opens a snapshot that stays until it is ended, as `first` finds it. */
  openSnapshot<T>(first: (session: PostgresSession) => Promise<T>): Promise<{ readonly session: PostgresSession; readonly first: T }> {
    return this.#retry(async (session) => {
      await this.#beginSnapshot(session);
      return { session, first: await first(session) };
    }, "keep");
  }

  /**
   * Runs `task` in a transaction of its own, and commits it; nothing of it remains if it throws. Throws the fault "uncertain" where
   * the server is lost at the commit and does not come back in time.
   */
  write<T>(task: (session: PostgresSession) => Promise<T>): Promise<T> {
    return remember(this.#writes, this.#write(task));
  }

  /** What `close` waits for, until it has settled: for calls that do more than one of the others. */
  track<T>(call: Promise<T>): Promise<T> {
    return remember(this.#calls, call);
  }

  /** Hears of changes from now on. Returns how to stop. */
  watch(watcher: Watcher): () => void {
    return this.#listener.watch(watcher);
  }

  /** Whether a notification comes through. Takes up to two seconds where none does. */
  hears(): Promise<boolean> {
    return this.track(this.#hears());
  }

  /**
   * Idempotent. A write that is being committed is waited for; whatever else is under way ends, without a trace. When this resolves, every
   * call that was made before has settled.
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

  /** What `pg` threw, in metacache's terms. */
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
        // It runs still, unless the server has begun anew since.
        if (present[1] !== start) return false;
      } catch (error) {
        if (!isConnectionLost(error) && !isForeignStatement(error)) break;
      }
    }
    const problem =
      `the connection to the database ${this.location} was lost while a write was committed, and whether it was committed could not be ` +
      "found out";
    throw new DatabaseUnavailableError("uncertain", problem, { remedy: "read what it was to write, and write it again if need be", cause });
  }

  /** On a session that is not the server's own, a statement means what it says only within a transaction. */
  async #read(session: PostgresSession, statement: Statement, values: readonly unknown[]): Promise<readonly Row[]> {
    if (session.isDirect) return session.query(statement, values);
    await session.exec(begin("REPEATABLE READ READ ONLY", this.#limits, session.version));
    const rows = await session.query(statement, values);
    await session.exec("COMMIT");
    return rows;
  }

  /** TRUNCATE heeds no snapshot: whoever has the lock before taking one keeps its rows. */
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

  /** One attempt on one connection, which is not used again if it fails. */
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
    // Whoever goes through the pages of a scan has been told by then.
    await this.clock.yield();
  }
}

function remember<T>(calls: Set<Promise<unknown>>, call: Promise<T>): Promise<T> {
  calls.add(call);
  const forget = (): void => void calls.delete(call);
  call.then(forget, forget);
  return call;
}

/** Which database this is, and since when it runs: every start leaves another time, and every recovery from a crash another checkpoint. */
const START = "encode(timestamptz_send(pg_postmaster_start_time()), 'hex')";
const RUN = `epoch, ${START}, (SELECT checkpoint_lsn::text FROM pg_control_checkpoint()) FROM metacache.store`;
const MARK: Statement = { name: "metacache_mark", text: `SELECT pg_current_xact_id()::text, ${RUN}` };
const STATUS: Statement = {
  name: "metacache_status",
  text: `SELECT CASE WHEN $1::xid8 < pg_snapshot_xmax(pg_current_snapshot()) THEN pg_xact_status($1::xid8) END, ${RUN}`,
};
const COMMIT_PAUSE_MS = 100;
