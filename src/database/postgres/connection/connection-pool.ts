import type { Clock } from "../../../base/clock.ts";
import { MetacacheError } from "../../../base/errors.ts";
import { closedInUseText, OPEN_AGAIN } from "../../shared/fault-texts.ts";
import { PostgresConnection, type ConnectionOptions } from "./postgres-connection.ts";

/** A connection that nobody uses for this long is closed. */
const IDLE_MS = 10_000;

interface Waiting {
  /** A time of `Clock.microseconds`. */
  readonly since: number;
  readonly resolve: (connection: PostgresConnection) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * At most `max` connections to one database. If all of them are in use, callers wait for their
 * turn, in the order of their calls.
 *
 * Waiting for a turn does not mean that the server is silent. It has no time limit while the server
 * answers anybody. If the server answers nobody for `timeoutMs`, the callers who have waited that
 * long get the error of those who asked the server (`noteSilence`). Idle connections do not keep
 * the process alive.
 */
export class ConnectionPool {
  readonly #options: ConnectionOptions;
  readonly #max: number;
  readonly #clock: Clock;
  readonly #idle = new Map<PostgresConnection, () => void>();
  readonly #used = new Set<PostgresConnection>();
  readonly #connecting = new Set<() => void>();
  readonly #ending = new Set<Promise<void>>();
  #waiting: Waiting[] = [];
  #attempts = 0;
  #answeredAt: number;
  #isClosed = false;

  constructor(options: ConnectionOptions, max: number) {
    this.#options = options;
    this.#max = max;
    this.#clock = options.clock;
    this.#answeredAt = options.clock.microseconds();
  }

  /** `urgent`: before all callers who wait. */
  acquire(urgent: boolean = false): Promise<PostgresConnection> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { since: this.#clock.microseconds(), resolve, reject };
      if (urgent) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#serve();
    });
  }

  /**
   * Takes back a connection from `acquire`. If it is not `reusable`, ends it at once, together with
   * everything that runs on it.
   */
  release(connection: PostgresConnection, reusable: boolean): void {
    if (!this.#used.delete(connection)) return;
    if (!reusable || connection.isLost || this.#isClosed) this.#end(connection.destroy());
    else this.#keepIdle(connection);
    this.#serve();
  }

  /** Call this when the server has answered anybody. */
  noteAnswer(): void {
    this.#answeredAt = this.#clock.microseconds();
  }

  /**
   * Call this when the server has not answered somebody in time. If it has answered nobody else
   * either, the callers who have waited as long get the error.
   */
  noteSilence(error: unknown): void {
    const longest = this.#clock.microseconds() - this.#options.timeoutMs * 1_000;
    if (this.#answeredAt > longest) return;
    const timedOut = this.#waiting.filter(({ since }) => since <= longest);
    this.#waiting = this.#waiting.filter(({ since }) => since > longest);
    for (const { reject } of timedOut) reject(error);
  }

  /** From now on nobody gets a connection. All callers who wait for one get `E_CLOSED`. */
  stop(): void {
    this.#isClosed = true;
    for (const { reject } of this.#waiting) reject(this.#closedError());
    this.#waiting = [];
    for (const giveUp of this.#connecting) giveUp();
  }

  /** Resolves when no socket is left. */
  async close(): Promise<void> {
    this.stop();
    for (const connection of this.#used) this.release(connection, false);
    this.dropIdle();
    while (this.#ending.size > 0) await Promise.all(this.#ending);
  }

  /**
   * Ends the idle connections. If one connection was lost, these may be lost too, without knowing
   * it yet.
   */
  dropIdle(): void {
    for (const [connection, stopKeeping] of this.#idle) {
      stopKeeping();
      this.#end(connection.end());
    }
  }

  #serve(): void {
    while (this.#waiting.length > 0) {
      const [connection] = [...this.#idle.keys()].slice(-1);
      if (connection === undefined && this.#used.size + this.#attempts >= this.#max) return;
      const waiting = this.#waiting.shift() as Waiting;
      if (connection === undefined) this.#end(this.#connect(waiting));
      else this.#hand(connection, waiting);
    }
  }

  #hand(connection: PostgresConnection, { resolve }: Waiting): void {
    this.#idle.get(connection)?.();
    connection.ref();
    this.#used.add(connection);
    resolve(connection);
  }

  async #connect(waiting: Waiting): Promise<void> {
    this.#attempts++;
    let stop: (() => void) | undefined;
    try {
      const connection = await PostgresConnection.open(this.#options, (giveUp) => {
        stop = giveUp;
        this.#connecting.add(giveUp);
      });
      this.noteAnswer();
      this.#used.add(connection);
      connection.client.once("end", () => this.#forget(connection));
      waiting.resolve(connection);
      if (this.#isClosed) this.release(connection, false);
    } catch (error) {
      waiting.reject(this.#isClosed ? this.#closedError(error) : error);
    }
    this.#attempts--;
    if (stop !== undefined) this.#connecting.delete(stop);
    this.#serve();
  }

  /** Keeps the connection for a while, for the next caller. */
  #keepIdle(connection: PostgresConnection): void {
    connection.unref();
    const cancel = this.#clock.schedule(IDLE_MS, () => {
      this.#idle.delete(connection);
      this.#end(connection.end());
    });
    this.#idle.set(connection, () => {
      cancel();
      this.#idle.delete(connection);
    });
  }

  /** For a connection that was lost while nobody used it. */
  #forget(connection: PostgresConnection): void {
    this.#idle.get(connection)?.();
    this.#serve();
  }

  #end(ending: Promise<void>): void {
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #closedError(cause?: unknown): MetacacheError {
    const about = cause === undefined ? { remedy: OPEN_AGAIN } : { remedy: OPEN_AGAIN, cause };
    return new MetacacheError("E_CLOSED", closedInUseText(this.#options.location), about);
  }
}
