import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { startChild } from "./fixtures/child-process.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

/** On which nobody looks by the clock: whatever is noticed was hinted at. */
const WITHOUT_LOOKS: Clock = {
  ...systemClock,
  schedule: (ms, task) => (ms >= 5_000 ? () => undefined : systemClock.schedule(ms, task)),
};
const WAIT = { interval: 5 };

async function openCache(url: string): Promise<MetadataCache> {
  const store = await (await openPostgresForTest(url)).openProject("p");
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_LOOKS });
  onTestFinished(() => cache.shutdown());
  return cache;
}

/** A database with the projects p and q, each with the row `a`. */
async function prepared(): Promise<string> {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase({ url });
  for (const name of ["p", "q"]) await (await database.openProject(name)).write([recordOf({ path: "a" })], []);
  await database.close();
  return url;
}

function add(path: string, project = 1): string {
  return `INSERT INTO metacache.file (project_id, path, size, modified_at, digest, extractor_version, language, header_sections)
    SELECT ${project}, '${path}', size, modified_at, digest, extractor_version, language, header_sections FROM metacache.file
    WHERE project_id = 1 AND path = 'a'`;
}

async function proxied(url: string): Promise<{ proxy: TcpProxy; through: string }> {
  const proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  return { proxy, through: proxy.through(url) };
}

/** Counts the hints of a store from its first on, which comes when it listens. */
async function countHints(store: ProjectStore): Promise<() => number> {
  let hints = 0;
  onTestFinished(store.watch(() => hints++));
  await expect.poll(() => hints, WAIT).toBeGreaterThan(0);
  return () => hints;
}

const LISTENERS = "pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'metacache listener'";

describe("a change in PostgreSQL", () => {
  test("by any program reaches a cache without a call: plain SQL, a transaction, a truncation, another cache", async () => {
    const url = await prepared();
    const [cache, other] = [await openCache(url), await openCache(url)];
    const sql = await foreignClient(url);
    await sql.query(add("b"));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b"]);
    await sql.query("BEGIN");
    await sql.query(add("c"));
    await sql.query("DELETE FROM metacache.file WHERE path = 'b'");
    await sql.query("COMMIT");
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "c"]);
    await other.update(recordOf({ path: "d" }));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "c", "d"]);
    await sql.query("TRUNCATE metacache.file");
    await expect.poll(() => [cache.paths({}), other.paths({})], WAIT).toEqual([[], []]);
  });

  test("of another project wakes nobody here", async () => {
    const url = await prepared();
    const store = await (await openPostgresForTest(url)).openProject("p");
    await store.position();
    const hints = await countHints(store);
    const before = hints();
    const sql = await foreignClient(url);
    for (let index = 0; index < 5; index++) await sql.query(add(`other ${index}`, 2));
    expect(hints()).toBe(before);
    // Notifications come in their order.
    await sql.query(add("own"));
    await expect.poll(hints, WAIT).toBe(before + 1);
  });

  test("while the listener has lost its connection arrives when it has another", async () => {
    const url = await prepared();
    const { proxy, through } = await proxied(url);
    const cache = await openCache(through);
    const sql = await foreignClient(url);
    const listeners = async (): Promise<number> => (await sql.query(`SELECT ${LISTENERS}`)).rows.length;
    await expect.poll(listeners, WAIT).toBe(1);
    proxy.isDown = true;
    proxy.cut();
    await expect.poll(listeners, WAIT).toBe(0);
    await sql.query(add("b"));
    proxy.isDown = false;
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b"]);
    await sql.query(`SELECT pg_terminate_backend(pid) FROM (SELECT ${LISTENERS}) AS listener`);
    await sql.query(add("c"));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b", "c"]);
    await sql.query(add("d"));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b", "c", "d"]);
  });

  test("arrives where no notification comes through, and the examination says so", async () => {
    const url = await prepared();
    const { proxy, through } = await proxied(url);
    const waiting = new Map<object, Buffer>();
    proxy.filter = (direction, data, link) => {
      if (direction === "to server") return data;
      const { passed, rest } = withoutNotifications(Buffer.concat([waiting.get(link) ?? Buffer.of(), data]));
      waiting.set(link, rest);
      return passed;
    };
    const cache = await openCache(through);
    await withClient(url, (client) => client.query(add("b")));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b"]);
    await withClient(url, (client) => client.query(add("c")));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b", "c"]);
    const findings = await (await openPostgresForTest(through)).examine();
    expect(findings.map(({ problem }) => problem)).toEqual([expect.stringContaining("notifications do not arrive")]);
  });
});

/** What a server sends, but for its notifications (messages `A`), up to the last whole message. */
function withoutNotifications(data: Buffer): { passed: Buffer; rest: Buffer } {
  const passed: Buffer[] = [];
  let at = 0;
  while (at + 5 <= data.length) {
    const end = at + 1 + data.readUInt32BE(at + 1);
    if (end > data.length) break;
    if (data[at] !== 0x41) passed.push(data.subarray(at, end));
    at = end;
  }
  return { passed: Buffer.concat(passed), rest: data.subarray(at) };
}

describe("a standby server", () => {
  test("is read and followed, refuses to be written, and goes on as the primary when it is made that", async () => {
    const standby = await TestPostgresServer.start();
    onTestFinished(() => standby.stop());
    const url = await standby.createDatabase();
    const database = await openPostgresDatabase({ url });
    await (await database.openProject("p")).write([recordOf({ path: "a" })], []);
    await database.close();
    await standby.restartAsStandby();

    const cache = await openCache(url);
    expect(cache.paths({})).toEqual(["a"]);
    await expect(cache.update(recordOf({ path: "b" }))).rejects.toMatchObject({ fault: "read-only" });
    // It takes no LISTEN: its stores are hinted by the clock.
    const hints = await countHints(await (await openPostgresForTest(url)).openProject("p"));
    const before = hints();
    await expect.poll(hints, WAIT).toBeGreaterThan(before + 1);
    await withClient(url, (client) => client.query("SELECT pg_promote()"));
    await withClient(url, (client) => client.query(add("b")));
    await expect.poll(() => cache.paths({}), WAIT).toEqual(["a", "b"]);
    await cache.update(recordOf({ path: "c" }));
    expect(cache.paths({})).toEqual(["a", "b", "c"]);
  });
});

describe("what follows a PostgreSQL database", () => {
  test("is gone when the database is closed, whatever its connections were doing", async () => {
    const url = await prepared();
    const resources = (): string[] => process.getActiveResourcesInfo().filter((each) => /TCP|Timeout|Pipe/.test(each));
    const before = resources();
    /** What is there now and was not before: what belongs to others may end meanwhile. */
    const left = (): string[] => {
      const gone = [...before];
      return resources().filter((each) => {
        const at = gone.indexOf(each);
        if (at >= 0) gone.splice(at, 1);
        return at < 0;
      });
    };
    for (const state of ["listening", "connecting", "in the middle of a scan", "hanging"]) {
      const database = await openPostgresDatabase({ url, timeoutMs: 2_000 });
      const store = await database.openProject("p");
      if (state === "connecting") store.watch(() => undefined);
      else await countHints(store);
      if (state === "in the middle of a scan") await (await store.scan(1)).pages[Symbol.asyncIterator]().next();
      if (state === "hanging") server.signal("SIGSTOP");
      await database.close();
      // What reported a closed socket is itself gone a little later.
      // Not by polling of the test's framework: that has a timer of its own.
      for (let turn = 0; turn < 1_000 && left().length > 0; turn++) await sleep(10);
      if (state === "hanging") server.signal("SIGCONT");
      expect([state, ...left()]).toEqual([state]);
    }
  });

  test("keeps no process alive", async () => {
    const child = startChild("careless-postgres-reader.ts", [await prepared()]);
    expect(await child.line()).toBe("1");
    child.process.stdin?.end();
    expect(await child.ended).toBe(0);
  });
});
