import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { findPostgresBinaries } from "./postgres-binaries.ts";

/** PostgreSQL refuses to run as root. This user may own its files instead. */
const UNPRIVILEGED = 65_534;
const isRoot = process.getuid?.() === 0;
const asServer: { uid?: number; gid?: number } = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

/**
 * A real PostgreSQL server for one test, on a free port of the loopback address, with its data in a
 * temporary folder. It can be killed, paused and started again. It ends at the latest when this
 * process ends.
 */
export class TestPostgresServer {
  readonly port: number;
  readonly folder: string;
  /** The user that the server runs as, if it is not the user of this process. */
  readonly user: number | undefined = asServer.uid;
  readonly #binaries: string;
  readonly #settings: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, binaries: string, settings: readonly string[]) {
    this.port = port;
    this.folder = folder;
    this.#binaries = binaries;
    this.#settings = settings;
  }

  static async start(settings: readonly string[] = []): Promise<TestPostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), "metacache-postgres-"));
    chmodSync(folder, 0o755);
    const binaries = findPostgresBinaries();
    const data = join(folder, "data");
    mkdirSync(data, { mode: 0o700 });
    if (isRoot) chownSync(data, UNPRIVILEGED, UNPRIVILEGED);
    const options = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"];
    execFileSync(join(binaries, "initdb"), options, { ...asServer, cwd: "/", stdio: "pipe" });
    const server = new TestPostgresServer(await freePort(), folder, binaries, settings);
    await server.restart();
    return server;
  }

  /** Creates a new, empty database. */
  async createDatabase(): Promise<string> {
    const name = `test_${randomUUID().replaceAll("-", "")}`;
    await this.admin((client) => client.query(`CREATE DATABASE ${name}`));
    return this.urlOf(name);
  }

  urlOf(database: string, user = "postgres"): string {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  async dropDatabase(url: string): Promise<void> {
    const name = new URL(url).pathname.slice(1);
    await this.admin((client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  async admin<T>(task: (client: pg.Client) => Promise<T>): Promise<T> {
    return withClient(this.urlOf("postgres"), task);
  }

  /** Requires a password from this user from now on. */
  async requirePassword(user: string): Promise<void> {
    writeFileSync(join(this.folder, "data", "pg_hba.conf"), accessRule(user, "scram-sha-256") + accessRule("all", "trust"));
    await this.admin((client) => client.query("SELECT pg_reload_conf()"));
  }

  /** Starts the server and waits until it answers. Precondition: the server is not running. */
  async restart(): Promise<void> {
    const settings = [`port=${this.port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", ...this.#settings];
    const args = ["-D", join(this.folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
    const log = ["ignore", "ignore", "ignore"] as const;
    const child = spawn(join(this.#binaries, "postgres"), args, { ...asServer, cwd: "/", stdio: [...log] });
    this.#process = child;
    const endWithThis = (): void => void child.kill("SIGKILL");
    process.once("exit", endWithThis);
    child.once("exit", () => process.off("exit", endWithThis));
    await this.#untilUp(child);
  }

  /**
   * Kills one of the server's processes. The server then ends all the others, and recovers as after
   * a crash.
   */
  async killOne(): Promise<void> {
    const child = this.#process;
    if (child === undefined) return;
    await this.admin(async (client) => {
      const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
      const ended = new Promise((resolve) => client.once("end", resolve));
      process.kill(rows[0]?.pid ?? 0, "SIGKILL");
      await ended;
    });
    await this.#untilUp(child);
  }

  /**
   * Sends a signal. `SIGQUIT` ends the server at once, without a checkpoint. `SIGSTOP` pauses all
   * of its processes, `SIGCONT` resumes them.
   */
  signal(name: "SIGQUIT" | "SIGSTOP" | "SIGCONT"): void {
    const main = this.#process?.pid;
    if (main === undefined) return;
    const all = name === "SIGQUIT" ? [main] : [main, ...childrenOf(main)];
    for (const pid of all) process.kill(pid, name);
  }

  /** Ends the server as a crash would, and waits until it is gone. */
  async crash(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.signal("SIGQUIT");
    await ended;
  }

  /** Starts the server as a standby of a primary server, although there is no primary. */
  async restartAsStandby(): Promise<void> {
    await this.admin((client) => client.query("CHECKPOINT"));
    await this.crash();
    writeFileSync(join(this.folder, "data", "standby.signal"), "");
    await this.restart();
  }

  async #untilUp(child: ChildProcess): Promise<void> {
    for (;;) {
      if (child.exitCode !== null) throw new TypeError(`the PostgreSQL server ended while starting, with exit code ${child.exitCode}`);
      const isUp = await this.admin((client) => client.query("SELECT 1")).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    await this.crash();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A connection of another program, which knows nothing of metacache. */
export async function withClient<T>(url: string, task: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await task(client);
  } finally {
    await client.end();
  }
}

/**
 * Copies a database, lets the caller write to it, and then replaces the database by the copy: like
 * restoring a backup.
 */
export async function restoreDatabase(server: TestPostgresServer, url: string, meanwhile: () => Promise<void>): Promise<void> {
  const name = new URL(url).pathname.slice(1);
  // PostgreSQL cannot copy or rename a database that is in use.
  const alone = async (client: pg.Client, task: string): Promise<void> => {
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await client.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [name]);
    await client.query(task);
  };
  await server.admin(async (client) => {
    await alone(client, `CREATE DATABASE ${name}_copy TEMPLATE ${name}`);
    await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
  });
  await meanwhile();
  await server.admin(async (client) => {
    await alone(client, `DROP DATABASE ${name}`);
    await client.query(`ALTER DATABASE ${name}_copy RENAME TO ${name}`);
  });
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

function accessRule(user: string, method: string): string {
  return `host all ${user} 127.0.0.1/32 ${method}\n`;
}
