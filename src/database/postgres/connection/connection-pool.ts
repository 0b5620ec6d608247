import type { Clock } from "../../../base/clock.ts";
import { MetacacheError } from "../../../base/errors.ts";
import { closedInUseText, OPEN_AGAIN } from "../../shared/fault-texts.ts";
import { PostgresConnection, type ConnectionOptions } from "./postgres-connection.ts";

/** A connection that nobody needs for so long is closed. */
const IDLE_MS = 10_000;

interface Waiting {
  /** By `Clock.microseconds`. */
  readonly since: number;
  readonly resolve: (connection: PostgresConnection) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * At most `max` connections to one database. Whoever finds all of them in use waits for his turn, in the order of asking.
 *
 * To wait for a turn is no silence of the server: it has no limit of its own as long as the server answers anybody. If it answers
 * nobody for `timeoutMs`, those who have waited as long are told the failure of those who asked it (`noteSilence`).
 * Idle connections keep no process alive.
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

  /** `urgent`: before all who wait. */
  acquire(urgent: boolean = false): Promise<PostgresConnection> {
    if (this.#isClosed) return Promise.reject(this.#closedError());
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { since: this.#clock.microseconds(), resolve, reject };
      if (urgent) this.#waiting.unshift(waiting);
      else this.#waiting.push(waiting);
      this.#serve();
    });
  }

  /** Takes back what `acquire` gave. One that is not `reusable` is ended at once, with whatever runs on it. */
  release(connection: PostgresConnection, reusable: boolean): void {
    if (!this.#used.delete(connection)) return;
    if (!reusable || connection.isLost || this.#isClosed) this.#end(connection.destroy());
    else this.#rest(connection);
    this.#serve();
  }

  /** The server has answered somebody. */
  noteAnswer(): void {
    this.#answeredAt = this.#clock.microseconds();
  }

  /** The server has not answered somebody in time. If it has answered nobody else either, it does not answer those who have waited as long. */
  noteSilence(error: unknown): void {
    const longest = this.#clock.microseconds() - this.#options.timeoutMs * 1_000;
    if (this.#answeredAt > longest) return;
    const inVain = this.#waiting.filter(({ since }) => since <= longest);
    this.#waiting = this.#waiting.filter(({ since }) => since > longest);
    for (const { reject } of inVain) reject(error);
  }

  /** Nobody gets a connection from now on, and whoever waits for one throws `E_CLOSED`. */
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

  /** If one connection was lost, those that nobody uses may be lost too, and not know it yet. */
  dropIdle(): void {
    for (const [connection, keepNoMore] of this.#idle) {
      keepNoMore();
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

  /** Keeps it for who comes next, for a while. */
  #rest(connection: PostgresConnection): void {
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

  /** One that was lost while nobody used it. */
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
