import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { findPostgresBinaries } from "./postgres-binaries.ts";

/** PostgreSQL refuses to run as root; this user may own its files in its place. */
const UNPRIVILEGED = 65_534;
const isRoot = process.getuid?.() === 0;
const asServer = isRoot ? { uid: UNPRIVILEGED, gid: UNPRIVILEGED } : {};

/**
 * A real PostgreSQL server of the test's own, on a free port of the loopback address, with its data in a temporary folder. It can
 * be killed, stopped for a while and started again. It ends with this process at the latest.
 */
export class TestPostgresServer {
  readonly port: number;
  readonly folder: string;
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

  /** A new, empty database. */
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

  /** Starts the server, which does not run, and waits until it answers. */
  async restart(): Promise<void> {
    const settings = [`port=${this.port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", ...this.#settings];
    const args = ["-D", join(this.folder, "data"), ...settings.flatMap((setting) => ["-c", setting])];
    const log = ["ignore", "ignore", "ignore"] as const;
    const child = spawn(join(this.#binaries, "postgres"), args, { ...asServer, cwd: "/", stdio: [...log] });
    this.#process = child;
    const endWithThis = (): void => void child.kill("SIGKILL");
    process.once("exit", endWithThis);
    child.once("exit", () => process.off("exit", endWithThis));
    for (;;) {
      if (child.exitCode !== null) throw new TypeError(`the PostgreSQL server ended at its start with ${child.exitCode}`);
      const isUp = await this.admin((client) => client.query("SELECT 1")).then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await sleep(20);
    }
  }

  /** `SIGQUIT` ends it at once, without a checkpoint; `SIGSTOP` and `SIGCONT` freeze and thaw all of its processes. */
  signal(name: "SIGQUIT" | "SIGSTOP" | "SIGCONT"): void {
    const main = this.#process?.pid;
    if (main === undefined) return;
    const all = name === "SIGQUIT" ? [main] : [main, ...childrenOf(main)];
    for (const pid of all) process.kill(pid, name);
  }

  /** Ends it as a crash would, and waits until it is gone. */
  async crash(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.signal("SIGQUIT");
    await ended;
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
