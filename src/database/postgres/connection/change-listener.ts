import { randomUUID } from "node:crypto";
import { DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";
import type { Logger } from "../../../base/logger.ts";
import { type ConnectionOptions, PostgresConnection } from "./postgres-connection.ts";
import type { PostgresServer } from "./postgres-server.ts";
import type { Statement } from "./postgres-session.ts";

const CHANNEL = "metacache_change";
const NOTIFY: Statement = { name: "metacache_notify", text: `SELECT pg_notify('${CHANNEL}', $1)` };
/** If notifications do not arrive, every watcher gets a hint this often. */
const POLL_MS = 1_000;
/**
 * How long to wait for a notification that this process has sent. After that, it decides that none
 * arrive.
 */
const PROBE_MS = 2_000;
/**
 * How often to check if a silent connection is still alive. Also how long to poll before checking
 * if notifications arrive by now.
 */
const CHECK_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

export interface ListenerOptions extends ConnectionOptions {
  readonly logger: Logger;
}

export interface Watcher {
  /** True if a change of the project with this id may concern this watcher. */
  concerns(project: number): boolean;
  onHint(): void;
}

/**
 * Hears of changes with LISTEN, on one connection for all watchers of a database. If the connection
 * is lost, it connects again, with growing pauses. Then it gives every watcher a hint, because the
 * notifications in between are lost. If notifications do not arrive at all (behind a pooler that
 * lends connections for one transaction, or on a standby server), it gives hints by the clock
 * instead. Does not keep the process alive.
 */
export class ChangeListener {
  readonly #server: PostgresServer;
  readonly #options: ListenerOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #trials = new Set<ChangeListener>();
  #connection: PostgresConnection | undefined;
  #giveUp: () => void = () => undefined;
  #wake: () => void = () => undefined;
  #isRunning = false;
  #stopped = false;

  constructor(server: PostgresServer, options: ListenerOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Returns a function that stops the hints. */
  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    if (!this.#isRunning) {
      this.#isRunning = true;
      void this.#run();
    }
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  /** Checks again if a notification arrives. */
  async hears(): Promise<boolean> {
    const trial = new ChangeListener(this.#server, this.#options);
    this.#trials.add(trial);
    try {
      return await trial.#listen(true);
    } finally {
      this.#trials.delete(trial);
      await trial.stop();
    }
  }

  /** May be called more than once. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#giveUp();
    this.#wake();
    await Promise.all([this.#hangUp(), ...Array.from(this.#trials, (trial) => trial.stop())]);
  }

  async #run(): Promise<void> {
    const { logger, location } = this.#options;
    for (let pause = FIRST_PAUSE_MS; !this.#stopped;) {
      try {
        const isHeard = await this.#listen(false);
        pause = FIRST_PAUSE_MS;
        this.#hintAll();
        if (isHeard) await this.#untilLost();
        else await this.#poll();
      } catch (error) {
        if (!this.#stopped) logger.debug(`notifications of ${location} cannot be received: ${messageOf(error)}`);
      }
      await this.#hangUp();
      if (!this.#stopped) await this.#pause(pause * (0.5 + Math.random() / 2));
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }

  /** Connects and listens. Resolves with true if a notification arrives. */
  async #listen(keepsAlive: boolean): Promise<boolean> {
    const { logger, location } = this.#options;
    const connection = await PostgresConnection.open(this.#options, (giveUp) => {
      this.#giveUp = giveUp;
      if (this.#stopped) giveUp();
    });
    this.#connection = connection;
    const { client } = connection;
    client.on("end", () => {
      if (this.#connection === connection) this.#connection = undefined;
      this.#wake();
    });
    client.on("error", () => this.#wake());
    if (this.#stopped) await this.#hangUp();
    // The connection may have been closed meanwhile, and then somebody waits for its end.
    else if (!keepsAlive) connection.unref();
    const probe = randomUUID();
    let isHeard = false;
    client.on("notification", ({ payload = "" }) => {
      if (payload === probe) {
        isHeard = true;
        this.#wake();
      } else this.#hint(payload);
    });
    let reason = "";
    try {
      await client.query(`LISTEN ${CHANNEL}`);
      await this.#server.query(NOTIFY, [probe]);
      if (!isHeard) await this.#pause(PROBE_MS);
    } catch (error) {
      reason = ` (${messageOf(error)})`;
    }
    if (isHeard) return true;
    if (this.#connection !== connection || connection.isLost)
      throw new DatabaseUnavailableError("unreachable", `the connection was lost${reason}`);
    logger.warn(`notifications of ${location} do not arrive, as behind a pooler${reason}: looking every ${POLL_MS} ms instead`);
    return false;
  }

  /** Resolves when the connection is lost. */
  async #untilLost(): Promise<void> {
    while (this.#connection !== undefined && !this.#stopped) {
      await this.#pause(CHECK_MS);
      await this.#connection?.client.query("SELECT 1");
    }
  }

  async #poll(): Promise<void> {
    for (let waited = 0; waited < CHECK_MS && !this.#stopped; waited += POLL_MS) {
      await this.#pause(POLL_MS);
      this.#hintAll();
    }
  }

  async #hangUp(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.end();
  }

  #hint(payload: string): void {
    const project = Number(payload);
    for (const watcher of this.#watchers) if (watcher.concerns(project)) watcher.onHint();
  }

  #hintAll(): void {
    for (const watcher of this.#watchers) watcher.onHint();
  }

  /** Ends early if the connection is lost, a probe arrives, or `stop` is called. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.schedule(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
