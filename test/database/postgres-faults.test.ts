import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { restoreDatabase, TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

const asRoot = process.getuid?.() === 0;

let server: TestPostgresServer;
beforeAll(async () => {
  // A vacuum writes to the disk while it is full, and lets new connections write the catalog's copy
  // again.
  server = await TestPostgresServer.start(["autovacuum=off"]);
});
afterAll(() => server.stop());

function unavailable(fault: string, message: RegExp = /./): object {
  return { code: "E_DATABASE_UNAVAILABLE", fault, message: expect.stringMatching(message) as string };
}

interface Prepared {
  readonly url: string;
  readonly store: ProjectStore;
}

/** A project of three rows. */
async function prepared(timeoutMs?: number): Promise<Prepared> {
  const url = await server.createDatabase();
  const store = await (await openPostgresForTest(url, { timeoutMs })).openProject("p");
  await store.write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
  return { url, store };
}

function large(from: number, count: number): FileMetadata[] {
  return Array.from({ length: count }, (_, index) => recordOf({ path: `large ${from + index}`, intent: randomText() }));
}

/** 4,000 characters that cannot be compressed. */
function randomText(): string {
  return Array.from({ length: 4_000 }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join("");
}

async function countRows(store: ProjectStore): Promise<number> {
  const scan = await store.scan(1_000);
  let count = 0;
  for await (const page of scan.pages) count += page.length;
  return count;
}

describe("a PostgreSQL database that fails", () => {
  test("while its server is gone, cannot be reached, and works again when that is back", async () => {
    const { url, store } = await prepared();
    const scan = await store.scan(1);
    const pages = scan.pages[Symbol.asyncIterator]();
    await pages.next();
    await server.crash();
    await expect(store.position()).rejects.toMatchObject(unavailable("unreachable", /cannot be reached .*check that its server runs/));
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("unreachable"));
    await expect(openPostgresDatabase({ url })).rejects.toMatchObject(unavailable("unreachable"));
    // What was asked for ahead may have come: to end there would look like the end of the rows.
    await expect(pages.next().then(() => pages.next())).rejects.toMatchObject(unavailable("unreachable"));
    await server.restart();
    expect(await countRows(store)).toBe(3);
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
    expect(await verifyPostgres(url)).toEqual([]);
  });

  test("while its server hangs, ends every call after its time, and close as well", async () => {
    const { url, store } = await prepared(2_000);
    const other = await openPostgresDatabase({ url, timeoutMs: 2_000 });
    (await other.openProject("p")).watch(() => undefined);
    server.signal("SIGSTOP");
    try {
      await expect(store.position()).rejects.toMatchObject(unavailable("unreachable", /did not answer in time/));
      await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("unreachable"));
      await expect(store.scan(10)).rejects.toMatchObject(unavailable("unreachable"));
      await expect(openPostgresDatabase({ url, timeoutMs: 2_000 })).rejects.toMatchObject(unavailable("unreachable"));
      await other.close();
    } finally {
      server.signal("SIGCONT");
    }
    expect(await countRows(store)).toBe(3);
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
  });

  test("replaces connections that were ended while they were idle, unnoticed", async () => {
    const { url, store } = await prepared();
    await Promise.all(Array.from({ length: 5 }, () => store.scan(10).then((scan) => scan.close())));
    const others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
    expect((await withClient(url, (client) => client.query(others))).rows.length).toBeGreaterThan(1);
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
    await withClient(url, (client) => client.query(others));
    expect(await countRows(store)).toBe(4);
  });

  test("waits for a lock, gives up after its time, and works again when the lock is gone", async () => {
    const { url, store } = await prepared(2_000);
    const sql = await foreignClient(url);
    for (const lock of ["SELECT FROM metacache.project FOR UPDATE", "SELECT FROM metacache.file FOR UPDATE"]) {
      await sql.query(`BEGIN; ${lock}`);
      const locked = unavailable("locked", /is locked by another program .*end the program that holds/);
      await expect(store.write([recordOf({ path: "a", size: 5 })], [])).rejects.toMatchObject(locked);
      expect(await countRows(store)).toBe(3);
      await sql.query("ROLLBACK");
    }
    await sql.query("BEGIN; LOCK TABLE metacache.file");
    await expect(store.scan(10)).rejects.toMatchObject(unavailable("locked"));
    // A statement alone cannot tell a lock from a server that is slow.
    const slow = unavailable("unreachable", /did not answer in time .*nothing holds a lock/);
    await expect(store.readRows([recordOf({ path: "a" }).path])).rejects.toMatchObject(slow);
    await sql.query("ROLLBACK");
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
  });

  test("goes on where prepared statements are gone, as behind a pooler that hands out connections by the transaction", async () => {
    const { url } = await prepared();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const store = await (await openPostgresForTest(proxy.through(url))).openProject("p");
    expect(await countRows(store)).toBe(3);
    await store.write([recordOf({ path: "d" })], []);
    await proxy.inject("DISCARD ALL");
    expect((await store.write([recordOf({ path: "e" })], [])).position.revision).toBe(5);
    await proxy.inject("DISCARD ALL");
    expect(await countRows(store)).toBe(5);
  });

  test("put back to an older backup, or replaced by another one, cannot tell what changed", async () => {
    const { url, store } = await prepared();
    const start = await store.position();
    await restoreDatabase(server, url, async () => {
      await store.write([recordOf({ path: "lost" })], [recordOf({ path: "a" }).path]);
    });
    expect(await store.position()).toEqual(start);
    expect(await store.readChanges({ ...start, revision: 5 }, 100)).toEqual({ position: start, continues: false, changes: undefined });
    expect(await countRows(store)).toBe(3);
    const listing = store.readFingerprints(1)[Symbol.asyncIterator]();
    await listing.next();
    await withClient(url, (client) => client.query("DROP SCHEMA metacache CASCADE"));
    await expect(store.position()).rejects.toMatchObject(unavailable("corrupt", /has lost a table or a column/));
    const anew = await (await openPostgresForTest(url)).openProject("p");
    await anew.write(
      Array.from({ length: 9 }, (_, index) => recordOf({ path: `new ${index}` })),
      [],
    );
    expect(await store.readChanges(start, 100)).toMatchObject({ position: { revision: 9 }, changes: undefined });
    // What was read ahead may come, or say that the table was gone at that time. To go on in the
    // other database would look like the rest of the first.
    await expect(listing.next().then(() => listing.next())).rejects.toMatchObject({
      code: "E_DATABASE_UNAVAILABLE",
      message: expect.stringMatching(/was replaced.*list them again|has lost a table or a column/) as string,
    });
    expect(await countRows(store)).toBe(9);
  });
});

describe.skipIf(!asRoot)("a PostgreSQL database on a full disk (needs root, to mount a small one)", () => {
  const mounted: string[] = [];

  afterEach(() => {
    for (const directory of mounted.splice(0)) execFileSync("umount", ["--lazy", directory]);
  });

  test("keeps its old state whole, says so, and works again when there is room", async () => {
    const directory = temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=14m,mode=755", "tmpfs", directory]);
    mounted.push(directory);
    const folder = join(directory, "data");
    mkdirSync(folder);
    chownSync(folder, server.user ?? 0, server.user ?? 0);
    await server.admin((client) => client.query(`CREATE TABLESPACE small LOCATION '${folder}'`));
    await server.admin((client) => client.query("CREATE DATABASE small TABLESPACE small"));
    const url = server.urlOf("small");
    const database = await openPostgresDatabase({ url });
    const store = await database.openProject("p");
    let stored = 0;
    await store.write(large(0, 100), []);
    stored++;
    // The next new connection writes its copy of the catalog, which the migrations changed: it must
    // not be the first to find the disk full.
    await (await openPostgresDatabase({ url })).close();
    await expect(
      (async () => {
        for (; ; stored++) await store.write(large(100 * stored, 100), []);
      })(),
    ).rejects.toMatchObject(unavailable("full", /no space left .*nothing of this was stored/));
    expect(stored).toBeGreaterThan(1);
    expect(await countRows(store)).toBe(100 * stored);
    expect(await store.position()).toMatchObject({ revision: 100 * stored });
    await expect(store.write(large(100_000, 2_000), [])).rejects.toMatchObject(unavailable("full"));
    expect(await countRows(store)).toBe(100 * stored);

    execFileSync("mount", ["-o", "remount,size=128m", directory]);
    const { before, position } = await store.write(large(100_000, 500), []);
    expect([before.revision, position.revision]).toEqual([100 * stored, 500 + 100 * stored]);
    expect(await verifyPostgres(url)).toEqual([]);
    await database.close();
    await server.dropDatabase(url);
    await server.admin((client) => client.query("DROP TABLESPACE small"));
  });
});
