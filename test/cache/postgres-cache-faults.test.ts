import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { MIGRATIONS } from "../../src/database/postgres/migrations/migrations.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { files, TINY } from "../support/opened-cache.ts";
import { openPostgresForTest } from "../support/postgres-connection.ts";
import { restoreDatabase, TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

const WAIT = { interval: 10 };
const UNREACHABLE = { code: "E_DATABASE_UNAVAILABLE", fault: "unreachable" };

/**
 * A cache of five files, three of which it can hold, on a clock that it looks by as it does in use.
 */
async function openCache(url: string, timeoutMs = 2_000): Promise<MetadataCache> {
  const store = await (await openPostgresForTest(url, { timeoutMs })).openProject("p");
  const cache = await MetadataCache.open(store, { ...TINY, staleAfterSeconds: 1 });
  onTestFinished(() => cache.shutdown());
  return cache;
}

/** The URL of a database with five files. */
async function prepared(): Promise<string> {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase({ url });
  await (await database.openProject("p")).write(files(5), []);
  await database.close();
  return url;
}

async function run(url: string, sql: string): Promise<void> {
  await withClient(url, (client) => client.query(sql));
}

const RENAME = "UPDATE metacache.file SET path = 'renamed.ts' WHERE path = 'f1.ts'";
const RENAMED = ["f0.ts", "f2.ts", "f3.ts", "f4.ts", "renamed.ts"];

/**
 * Whatever has become of the database: what is in memory is served, what is not fails, and both say
 * so (law 6).
 */
async function expectServedFromMemoryAlone(cache: MetadataCache): Promise<void> {
  const resident = cache.paths({}).find((path) => cache.peek(path) !== undefined) as string;
  const evicted = cache.paths({}).find((path) => cache.peek(path) === undefined) as string;
  expect((await cache.getMetadata(resident))?.path).toBe(resident);
  expect(await cache.getMetadata("absent.ts")).toBeUndefined();
  expect(await cache.query({ select: ["path"] })).toMatchObject({ total: 5 });
  await expect(cache.getMetadata(evicted)).rejects.toMatchObject(UNREACHABLE);
  await expect(cache.query({})).rejects.toMatchObject(UNREACHABLE);
  await expect(cache.getMetadata(resident, { consistency: "latest" })).rejects.toMatchObject(UNREACHABLE);
  await expect(cache.update(recordOf({ path: "new.ts" }))).rejects.toMatchObject(UNREACHABLE);
  await expect.poll(() => cache.getStats().stale, WAIT).toBe(true);
  expect(await cache.query({ select: ["path"] })).toMatchObject({ total: 5, stale: true });
}

async function expectRecovered(cache: MetadataCache, paths: readonly string[]): Promise<void> {
  await expect.poll(() => [cache.getStats().stale, cache.paths({})], WAIT).toEqual([false, paths]);
  expect((await cache.query({})).items.map(({ path }) => path)).toEqual(paths);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
}

describe("a cache over PostgreSQL", () => {
  test("serves what it has while the server is gone, says so, and recovers by itself when it is back, with all that it missed", async () => {
    const url = await prepared();
    const cache = await openCache(url);
    await server.crash();
    await expectServedFromMemoryAlone(cache);
    await server.restart();
    await run(url, RENAME);
    await expectRecovered(cache, RENAMED);
    await cache.update(recordOf({ path: "new.ts" }));
    expect(cache.count({})).toBe(6);
  });

  test("does so while the server hangs", async () => {
    const url = await prepared();
    const cache = await openCache(url, 200);
    expect(cache.getStats().stale).toBe(false);
    server.signal("SIGSTOP");
    try {
      await expectServedFromMemoryAlone(cache);
    } finally {
      server.signal("SIGCONT");
    }
    await run(url, RENAME);
    await expectRecovered(cache, RENAMED);
  });

  test("does so while the network is down, whatever is written meanwhile", async () => {
    const url = await prepared();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const cache = await openCache(proxy.through(url));
    proxy.isDown = true;
    proxy.cut();
    await run(url, RENAME);
    await expectServedFromMemoryAlone(cache);
    expect(cache.revision).toBe(5);
    proxy.isDown = false;
    await expectRecovered(cache, RENAMED);
  });

  test("of whose write it is uncertain whether it was stored, learns what is true by itself", async () => {
    const url = await prepared();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const cache = await openCache(proxy.through(url), 300);
    proxy.filter = (direction, data) => {
      if (direction === "to server" || !data.includes("COMMIT\0")) return data;
      proxy.isDown = true;
      proxy.cut();
      return "drop";
    };
    await expect(cache.update(recordOf({ path: "new.ts" }))).rejects.toMatchObject({ fault: "uncertain" });
    proxy.filter = (_, data) => data;
    proxy.isDown = false;
    await expectRecovered(cache, ["f0.ts", "f1.ts", "f2.ts", "f3.ts", "f4.ts", "new.ts"]);
  });

  test("notices by itself that an older backup was restored, and serves nothing of the lost future", async () => {
    const url = await prepared();
    const cache = await openCache(url);
    await restoreDatabase(server, url, async () => {
      await run(url, "DELETE FROM metacache.file WHERE path = 'f0.ts'");
      await run(url, RENAME);
      await expect.poll(() => cache.paths({}), WAIT).toEqual(RENAMED.slice(1));
    });
    await expectRecovered(cache, ["f0.ts", "f1.ts", "f2.ts", "f3.ts", "f4.ts"]);
    expect(cache.revision).toBe(5);
  });

  test("notices by itself that another database has taken the place of its own", async () => {
    const url = await prepared();
    const cache = await openCache(url);
    await run(url, "DROP SCHEMA metacache CASCADE");
    const anew = await openPostgresForTest(url);
    await (await anew.openProject("q")).write([recordOf({ path: "elsewhere.ts" })], []);
    await (await anew.openProject("p")).write([recordOf({ path: "x.ts" }), ...files(5), recordOf({ path: "y.ts" })], []);
    await expectRecovered(cache, ["f0.ts", "f1.ts", "f2.ts", "f3.ts", "f4.ts", "x.ts", "y.ts"]);
    expect(cache.revision).toBe(7);
  });

  test("goes on serving what it has when a newer program migrates the database, and says why it does not follow", async () => {
    const url = await prepared();
    const cache = await openCache(url);
    await run(url, "UPDATE metacache.store SET schema_version = 99");
    await run(url, RENAME);
    await expect(cache.syncWithDatabase()).rejects.toMatchObject({ code: "E_SCHEMA_TOO_NEW" });
    await expect(cache.update(recordOf({ path: "new.ts" }))).rejects.toMatchObject({ code: "E_SCHEMA_TOO_NEW" });
    expect(cache.count({})).toBe(5);
    await expect.poll(() => cache.getStats().stale, WAIT).toBe(true);
    await run(url, `UPDATE metacache.store SET schema_version = ${MIGRATIONS.length}`);
    await expectRecovered(cache, RENAMED);
  });

  test("learns by itself of a row that cannot be read any more, names it, and hides no other", async () => {
    const url = await prepared();
    const cache = await openCache(url);
    await run(url, "UPDATE metacache.file SET functions = '[1]' WHERE path = 'f1.ts'");
    await expect.poll(() => [...cache.unreadable().keys()], WAIT).toEqual(["f1.ts"]);
    expect(await cache.query({})).toMatchObject({ total: 4, unreadable: 1 });
    await expect(cache.getMetadata("f1.ts")).rejects.toMatchObject({ code: "E_RECORD" });
    await cache.update(recordOf({ path: "f1.ts" }));
    expect(await cache.query({})).toMatchObject({ total: 5, unreadable: 0 });
  });

  test("is shut down while the server is gone or hangs", async () => {
    const url = await prepared();
    const [one, other] = [await openCache(url, 300), await openCache(url, 300)];
    server.signal("SIGSTOP");
    const reading = one.getMetadata("f0.ts", { consistency: "latest" });
    const outcome = reading.catch((error: unknown) => error);
    await one.shutdown();
    expect(await outcome).toMatchObject({ code: expect.stringMatching(/E_CLOSED|E_DATABASE_UNAVAILABLE/) as string });
    server.signal("SIGCONT");
    await server.crash();
    await other.shutdown();
    await server.restart();
  });
});
