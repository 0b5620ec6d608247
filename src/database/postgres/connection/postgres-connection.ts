import type { Client, ClientConfig } from "pg";
import type { Clock } from "../../../base/clock.ts";
import { ConfigError, DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";
import { connectError, fileError, garbageError } from "./postgres-faults.ts";
import type { PostgresDriver } from "./postgres-driver.ts";
import { greeting, type ServerLimits } from "./session-settings.ts";

export interface ConnectionOptions {
  readonly driver: PostgresDriver;
  /** With its password, so only the driver may see it. */
  readonly url: string;
  /** Safe to show: without a password. */
  readonly location: string;
  readonly applicationName: string;
  readonly timeoutMs: number;
  readonly limits: ServerLimits;
  readonly clock: Clock;
}

/** Parts of the client that the types of `pg` do not describe. */
interface UntypedClient {
  readonly processID: number | null;
  readonly connection: {
    readonly stream: { destroy(error?: Error): void };
    attachListeners?: (stream: NodeJS.EventEmitter & { destroy(error?: Error): void }) => void;
  };
  ref(): void;
  unref(): void;
}

/**
 * Longer than the server waits for a lock or works on a statement, so that the server reports the
 * timeout first.
 */
export const GRACE_MS = 1_000;
/** A hanging server never answers the end of a connection. */
const GOODBYE_MS = 500;
const OLDEST_VERSION = 130_000;

/**
 * One connection to a server. It keeps the process alive while it is in use. `client` throws the
 * errors of `pg`.
 */
export class PostgresConnection {
  readonly client: Client;
  /**
   * True if the connection ends at the server itself. Behind a pooler, the settings of a session
   * are not reliable.
   */
  readonly isDirect: boolean;
  /** The server's version: 150008 is 15.8. */
  readonly version: number;
  readonly #clock: Clock;
  #isLost = false;
  #isGone = false;

  private constructor(client: Client, clock: Clock, isDirect: boolean, version: number) {
    this.client = client;
    this.isDirect = isDirect;
    this.version = version;
    this.#clock = clock;
    client.on("end", () => {
      this.#isLost = true;
      this.#isGone = true;
    });
    client.on("error", () => {
      this.#isLost = true;
    });
  }

  /**
   * Connects within the time of `options`. Calls `onBegun` with a function that cancels connecting.
   * Throws errors of metacache.
   */
  static async open(options: ConnectionOptions, onBegun: (giveUp: () => void) => void): Promise<PostgresConnection> {
    const client = newClient(options);
    const giveUp = (): void => hidden(client).connection.stream.destroy();
    onBegun(giveUp);
    try {
      await client.connect();
      const text = greeting(hidden(client).processID ?? 0, options.limits);
      const { rows } = await client.query<unknown[]>({ text, rowMode: "array" });
      const [isDirect, version, name, encoding] = rows[0] ?? [];
      assertSuitable(Number(version), String(name), String(encoding), options.location);
      return new PostgresConnection(client, options.clock, isDirect === true, Number(version));
    } catch (error) {
      giveUp();
      throw connectError(error, options.location);
    }
  }

  /** True if the connection cannot be used any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  ref(): void {
    hidden(this.client).ref();
  }

  /** From now on the connection does not keep the process alive. */
  unref(): void {
    hidden(this.client).unref();
  }

  /**
   * Ends the connection at once: everything that waits for an answer fails. Resolves when the
   * socket is gone.
   */
  async destroy(): Promise<void> {
    const gone = this.#gone();
    hidden(this.client).connection.stream.destroy();
    await gone;
  }

  /**
   * Ends the connection, even if the server hangs. Resolves when the socket is gone. May be called
   * again.
   */
  async end(): Promise<void> {
    if (this.#isGone) return;
    // An idle connection does not keep the process alive. But the process must not exit while a
    // caller waits for its end.
    this.ref();
    const cancel = this.#clock.schedule(GOODBYE_MS, () => void this.destroy());
    await this.client.end().catch(() => undefined);
    cancel();
  }

  #gone(): Promise<void> {
    return this.#isGone ? Promise.resolve() : new Promise((resolve) => this.client.once("end", resolve));
  }
}

function hidden(client: Client): UntypedClient {
  return client as unknown as UntypedClient;
}

/**
 * Throws `E_CONFIG` if `pg` refuses the address. The address may name a file that cannot be read.
 */
function newClient({ driver, url, location, applicationName, timeoutMs }: ConnectionOptions): Client {
  const config: ClientConfig = {
    connectionString: url,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs + GRACE_MS,
  };
  let client: Client;
  try {
    client = new driver.Client(config);
  } catch (error) {
    throw (
      fileError(error, location) ??
      new ConfigError("database", [`the address of ${location} is refused: ${messageOf(error)}`], { remedy: "check the address" })
    );
  }
  // A caller who waits on a lost connection gets its error. This listener is for all other times:
  // without it, the error would end the process.
  client.on("error", () => undefined);
  guardParser(client, location);
  return client;
}

/**
 * If `pg` cannot parse an answer, it throws in the socket's event, where nobody can catch the
 * error, and it would end the process. This turns it into a failure of the connection.
 */
function guardParser(client: Client, location: string): void {
  const { connection } = hidden(client);
  const attach = connection.attachListeners?.bind(connection);
  if (attach === undefined) return;
  connection.attachListeners = (stream) => {
    const others = new Set(stream.listeners("data"));
    attach(stream);
    for (const parse of stream.listeners("data")) {
      if (others.has(parse)) continue;
      stream.off("data", parse as (chunk: Buffer) => void);
      stream.on("data", (chunk: Buffer) => {
        try {
          (parse as (chunk: Buffer) => void)(chunk);
        } catch (error) {
          stream.destroy(garbageError(error, location));
        }
      });
    }
  };
}

function assertSuitable(version: number, name: string, encoding: string, location: string): void {
  if (version < OLDEST_VERSION) {
    throw new DatabaseUnavailableError("not-a-database", `the database ${location} is on PostgreSQL ${name}`, {
      remedy: "metacache needs 13 or later, upgrade the server or use another one",
    });
  }
  if (encoding !== "UTF8") {
    const problem = `the database ${location} has the encoding ${encoding}, which cannot hold every path and text`;
    const remedy = "create one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0";
    throw new DatabaseUnavailableError("not-a-database", problem, { remedy });
  }
}
