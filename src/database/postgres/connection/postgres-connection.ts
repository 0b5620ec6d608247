import type { Client, ClientConfig } from "pg";
import type { Clock } from "../../../base/clock.ts";
import { ConfigError, DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";
import { connectError, fileError, garbageError } from "./postgres-faults.ts";
import type { PostgresDriver } from "./postgres-driver.ts";
import { greeting, type ServerLimits } from "./session-settings.ts";

export interface ConnectionOptions {
  readonly driver: PostgresDriver;
  /** With its password, for the driver alone. */
  readonly url: string;
  /** Fit to be shown. */
  readonly location: string;
  readonly applicationName: string;
  readonly timeoutMs: number;
  readonly limits: ServerLimits;
  readonly clock: Clock;
}

/** What the types of `pg` do not know of its client. */
interface Hidden {
  readonly processID: number | null;
  readonly connection: {
    readonly stream: { destroy(error?: Error): void };
    attachListeners?: (stream: NodeJS.EventEmitter & { destroy(error?: Error): void }) => void;
  };
  ref(): void;
  unref(): void;
}

/** Longer than the server waits for a lock or works on a statement, so that it is the server that says so. */
export const GRACE_MS = 1_000;
/** A server that hangs never says goodbye. */
const GOODBYE_MS = 500;
const OLDEST_VERSION = 130_000;

/** One connection to a server, which keeps the process alive until it is idle. What `client` throws is as `pg` threw it. */
export class PostgresConnection {
  readonly client: Client;
  /** Whether it ends at the server itself: behind a pooler, what is set for a session does not hold. */
  readonly isDirect: boolean;
  /** As the server tells it: 150008 is 15.8. */
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

  /** Connects, within the time of `options`. `onBegun` is told how to give it up meanwhile. Throws metacache's errors. */
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

  /** Whether it is of no more use. */
  get isLost(): boolean {
    return this.#isLost;
  }

  ref(): void {
    hidden(this.client).ref();
  }

  /** It keeps no process alive from now on. */
  unref(): void {
    hidden(this.client).unref();
  }

  /** Ends it at once: whatever waits for an answer fails. Resolves when its socket is gone. */
  async destroy(): Promise<void> {
    const gone = this.#gone();
    hidden(this.client).connection.stream.destroy();
    await gone;
  }

  /** Ends it, whatever its server does; resolves when its socket is gone. Idempotent. */
  async end(): Promise<void> {
    if (this.#isGone) return;
    // An idle connection keeps no process alive, but who waits for its end is not to be left by it before.
    this.ref();
    const cancel = this.#clock.schedule(GOODBYE_MS, () => void this.destroy());
    await this.client.end().catch(() => undefined);
    cancel();
  }

  #gone(): Promise<void> {
    return this.#isGone ? Promise.resolve() : new Promise((resolve) => this.client.once("end", resolve));
  }
}

function hidden(client: Client): Hidden {
  return client as unknown as Hidden;
}

/** Throws `E_CONFIG` for an address that `pg` refuses; what it names may be a file that cannot be read. */
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
  // A connection that is lost says so to whoever waits on it; without a listener, at any moment of its life, it would end the process.
  client.on("error", () => undefined);
  guardParser(client, location);
  return client;
}

/**
 * What `pg` cannot parse it throws where nobody can catch it: in the socket's event, which would end the process. It becomes the
 * connection's failure instead.
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
