import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { isMetacacheError } from "../../src/base/errors.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { type Direction, TcpProxy } from "../support/tcp-proxy.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  // What was written is in memory alone until a commit: so that a crash loses it.
  server = await TestPostgresServer.start(["wal_writer_delay=10s", "max_connections=40"]);
});
afterAll(() => server.stop());

const COMMIT = Buffer.from("COMMIT\0");

interface Proxied {
  readonly url: string;
  readonly proxy: TcpProxy;
  readonly store: ProjectStore;
}

/** A project with one row, whose store is reached by way of a proxy. */
async function proxied(timeoutMs = 5_000): Promise<Proxied> {
  const url = await server.createDatabase();
  const proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  const store = await (await openPostgresForTest(proxy.through(url), { timeoutMs })).openProject("p");
  await store.write([recordOf({ path: "a" })], []);
  return { url, proxy, store };
}

/** Does something to the first message with COMMIT that passes in this direction, once. */
function onCommit(proxy: TcpProxy, where: Direction, then: () => "cut" | "drop"): Promise<void> {
  return new Promise((resolve) => {
    proxy.filter = (direction, data) => {
      if (direction !== where || !data.includes(COMMIT)) return data;
      proxy.filter = (_, passing) => passing;
      resolve();
      return then();
    };
  });
}

/** The path and size of each row, by a program of its own, and the project's revision. */
async function stored(url: string): Promise<{ rows: Record<string, number>; revision: number }> {
  return withClient(url, async (client) => {
    const files = await client.query<{ path: string; size: string }>("SELECT path, size FROM metacache.file WHERE project_id = 1");
    const { rows } = await client.query<{ revision: string }>("SELECT revision FROM metacache.project WHERE id = 1");
    const sizes = Object.fromEntries(files.rows.map(({ path, size }) => [path, Number(size)]));
    return { rows: sizes, revision: Number(rows[0]?.revision) };
  });
}

const uncertain = {
  code: "E_DATABASE_UNAVAILABLE",
  fault: "uncertain",
  message: expect.stringMatching(/could not find out whether it was committed/) as string,
};

describe("a write to PostgreSQL whose connection is lost", () => {
  test("when the answer to its commit was under way is found committed, and not made twice", async () => {
    const { url, proxy, store } = await proxied();
    void onCommit(proxy, "to client", () => "cut");
    const receipt = await store.write([recordOf({ path: "a", size: 2 }), recordOf({ path: "b" })], []);
    expect([receipt.before.revision, receipt.position.revision, receipt.changes.length]).toEqual([1, 3, 2]);
    expect(await stored(url)).toEqual({ rows: { a: 2, b: 10 }, revision: 3 });
  });

  test("before its commit arrived is made again, once", async () => {
    const { url, proxy, store } = await proxied();
    void onCommit(proxy, "to server", () => "cut");
    const receipt = await store.write([recordOf({ path: "b" })], []);
    expect([receipt.before.revision, receipt.position.revision]).toEqual([1, 2]);
    expect(await stored(url)).toEqual({ rows: { a: 10, b: 10 }, revision: 2 });
  });

  test("at its commit, by as many writers at once as there are connections, is found out for each", async () => {
    const { url, proxy } = await proxied();
    const database = await openPostgresForTest(proxy.through(url), { timeoutMs: 5_000 });
    const stores = await Promise.all(Array.from({ length: 5 }, (_, index) => database.openProject(`project ${index}`)));
    let held = 0;
    const allHeld = new Promise<void>((resolve) => {
      proxy.filter = (direction, data) => {
        if (direction !== "to client" || !data.includes(COMMIT)) return data;
        if (++held === 5) resolve();
        return "drop";
      };
    });
    const writes = stores.map((store) => store.write([recordOf({ path: "b" })], []));
    await allHeld;
    proxy.filter = (_, data) => data;
    proxy.cut();
    for (const receipt of await Promise.all(writes)) expect([receipt.before.revision, receipt.position.revision]).toEqual([0, 1]);
  });

  test.each(["stored", "lost"])("at its commit, by a server that does not come back in time, is uncertain (%s)", async (outcome) => {
    const { url, proxy, store } = await proxied(600);
    const cut = onCommit(proxy, outcome === "stored" ? "to client" : "to server", () => {
      proxy.isDown = true;
      return "cut";
    });
    await expect(store.write([recordOf({ path: "b" })], [])).rejects.toMatchObject(uncertain);
    await cut;
    proxy.isDown = false;
    expect(Object.keys((await stored(url)).rows)).toEqual(outcome === "stored" ? ["a", "b"] : ["a"]);
    expect((await store.position()).revision).toBe(outcome === "stored" ? 2 : 1);
  });

  test("by a server that crashes before its commit arrived is made again when the server is back", async () => {
    const { url, proxy, store } = await proxied(20_000);
    const held = onCommit(proxy, "to server", () => "drop");
    const write = store.write([recordOf({ path: "b" })], []);
    await held;
    await server.crash();
    await server.restart();
    expect((await write).position.revision).toBe(2);
    expect((await stored(url)).rows).toEqual({ a: 10, b: 10 });
  });

  // The server gives the number of a transaction of which it has lost everything to the next one.
  test.each([
    ["that crashes", () => server.crash().then(() => server.restart())],
    ["of which one process crashes", () => server.killOne()],
  ])("by a server %s, and that has committed another transaction of the same number since, is uncertain", async (_, crash) => {
    const { url, proxy, store } = await proxied(20_000);
    await withClient(url, (client) => client.query("CHECKPOINT"));
    const held = onCommit(proxy, "to server", () => "drop");
    const outcome = store.write([recordOf({ path: "b" })], []).then(
      () => "acknowledged",
      (error: unknown) => error,
    );
    await held;
    proxy.isDown = true;
    const number = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next";
    const next = async (): Promise<string | undefined> =>
      (await withClient(url, (client) => client.query<{ next: string }>(number))).rows[0]?.next;
    const used = await next();
    await crash();
    expect(await next()).toBe(used);
    await (await foreignClient(url)).query("UPDATE metacache.file SET size = 5 WHERE path = 'a'");
    proxy.isDown = false;
    expect(await outcome).toMatchObject(uncertain);
    expect((await stored(url)).rows).toEqual({ a: 5 });
  });

  test("anywhere: what is acknowledged is stored once, what is refused is not, and nobody is told what is not known", async () => {
    const { url, proxy, store } = await proxied(3_000);
    const length = { "to server": 0, "to client": 0 };
    proxy.filter = (direction, data) => {
      length[direction] += data.length;
      return data;
    };
    await store.write([recordOf({ path: "measured" })], []);
    const longest = Math.max(length["to server"], length["to client"]) + 40;
    let size = 100;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<Direction>("to server", "to client"), fc.nat(longest), fc.nat(2), async (where, bytes, times) => {
        size++;
        const before = (await stored(url)).revision;
        cutAfter(proxy, where, bytes, times);
        const outcome = await store.write([recordOf({ path: "a", size })], []).then(
          ({ position }) => position.revision,
          (error: unknown) => error,
        );
        proxy.filter = (_, data) => data;
        // A server that was cut off from a commit may still be about to see that.
        while (await isWriting(url)) await sleep(2);
        const { rows, revision } = await stored(url);
        const isStored = rows["a"] === size;
        expect(revision).toBe(before + (isStored ? 1 : 0));
        if (typeof outcome === "number") expect([isStored, outcome]).toEqual([true, revision]);
        else {
          expect(isMetacacheError(outcome, "E_DATABASE_UNAVAILABLE")).toBe(true);
          if (!(outcome as { fault?: string }).fault?.includes("uncertain")) expect(isStored).toBe(false);
        }
      }),
      { numRuns: 120 },
    );
    expect(await verifyPostgres(url)).toEqual([]);
  });
});

/**
 * Cuts the connection on which this many bytes have passed; then, so many times, the next ones as
 * far.
 */
function cutAfter(proxy: TcpProxy, where: Direction, bytes: number, times: number): void {
  const passed = new Map<object, number>();
  let cuts = 0;
  proxy.filter = (direction, data, link) => {
    if (direction !== where || cuts > times) return data;
    const total = (passed.get(link) ?? 0) + data.length;
    passed.set(link, total);
    if (total <= bytes) return data;
    cuts++;
    return { last: data.subarray(0, Math.max(0, data.length - (total - bytes))) };
  };
}

async function isWriting(url: string): Promise<boolean> {
  const running = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL";
  return withClient(url, async (client) => (await client.query(running)).rows.length > 0);
}
