import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { MetadataDatabase, ProjectStore } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { systemClock } from "../../src/base/clock.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { startChild } from "./fixtures/child-process.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

const PATHS = Array.from({ length: 50 }, (_, file) => recordOf({ path: `f${file}` }).path);

interface Prepared {
  readonly url: string;
  readonly database: MetadataDatabase;
  readonly store: ProjectStore;
}

/** A project of fifty rows. */
async function prepared(timeoutMs?: number): Promise<Prepared> {
  const url = await server.createDatabase();
  const database = await openPostgresForTest(url, { timeoutMs });
  const store = await database.openProject("p");
  await store.write(
    PATHS.map((path) => recordOf({ path })),
    [],
  );
  return { url, database, store };
}

async function countConnections(url: string, state: string): Promise<number> {
  const sql = await foreignClient(url);
  const text = `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'metacache' AND ${state}`;
  return (await sql.query<{ count: number }>(text)).rows[0]?.count ?? 0;
}

describe("the connections to a PostgreSQL database", () => {
  test("are not held by streams that somebody begins and forgets, nor is a transaction", async () => {
    const { url, store } = await prepared();
    for (let stream = 0; stream < 20; stream++) {
      const first = await store.readFingerprints(5)[Symbol.asyncIterator]().next();
      expect(first.value).toHaveLength(5);
    }
    expect((await store.readRows(PATHS)).rows).toHaveLength(50);
    expect(await countConnections(url, "state <> 'idle'")).toBe(0);
  });

  test("are not held by scans that nobody reads on, who are told so when they come back", async () => {
    const url = await server.createDatabase();
    const due: (() => void)[] = [];
    // A minute is over when the test says so.
    const clock = {
      ...systemClock,
      schedule: (ms: number, task: () => void) => (ms === 60_000 ? (due.push(task), () => undefined) : systemClock.schedule(ms, task)),
    };
    const store = await (await openPostgresForTest(url, { clock })).openProject("p");
    await store.write(
      PATHS.map((path) => recordOf({ path })),
      [],
    );
    const scans = await Promise.all(Array.from({ length: 5 }, () => store.scan(5)));
    const pages = scans.map((scan) => scan.pages[Symbol.asyncIterator]());
    for (const each of pages.slice(0, 3)) await each.next();
    const waiting = store.readRows(PATHS);
    for (const abandon of due) abandon();
    expect((await waiting).rows).toHaveLength(50);
    for (const each of pages) {
      await expect(each.next()).rejects.toMatchObject({
        code: "E_DATABASE_UNAVAILABLE",
        fault: "closed",
        message: expect.stringMatching(/nobody read on.*begin another scan/) as string,
      });
    }
  });

  test("are waited for as long as the server answers others, in the order of asking", async () => {
    const { store } = await prepared(3_000);
    const scans = await Promise.all(Array.from({ length: 5 }, () => store.scan(1)));
    const answered: number[] = [];
    const waiting = Array.from({ length: 10 }, (_, read) => store.readRows(PATHS).then(() => answered.push(read)));
    // Longer than the time limit, in which the server answers all that have a connection.
    for (let pause = 0; pause < 40; pause++) {
      await sleep(100);
      await scans[0]?.pages[Symbol.asyncIterator]().next();
    }
    expect(answered).toEqual([]);
    for (const scan of scans) await scan.close();
    await Promise.all(waiting);
    expect(answered.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, read) => read));
  });

  test("are not waited for on a server that answers nobody", async () => {
    const { store } = await prepared(2_000);
    server.signal("SIGSTOP");
    try {
      const reads = await Promise.allSettled(Array.from({ length: 200 }, () => store.readRows(PATHS)));
      const silence = { fault: "unreachable", message: expect.stringMatching(/did not answer in time/) as string };
      for (const read of reads) expect(read).toMatchObject({ status: "rejected", reason: silence });
      // Those who waited are told of the silence that others met: they do not try the server one
      // after the other.
      expect(new Set(reads.map((read) => (read as PromiseRejectedResult).reason as unknown)).size).toBeLessThan(40);
    } finally {
      server.signal("SIGCONT");
    }
    expect((await store.readRows(PATHS)).rows).toHaveLength(50);
  });

  test("end on the server as well when nobody waits any more for what they do", async () => {
    const { url, store } = await prepared(2_000);
    const sql = await foreignClient(url);
    await sql.query("CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END'");
    await sql.query("CREATE TRIGGER slow AFTER INSERT ON metacache.file FOR EACH STATEMENT EXECUTE FUNCTION public.slow()");
    await expect(store.write([recordOf({ path: "slow" })], [])).rejects.toMatchObject({
      fault: "unreachable",
      message: expect.stringMatching(/did not answer in time/) as string,
    });
    await sql.query("DROP TRIGGER slow ON metacache.file");
    expect((await store.write([recordOf({ path: "next" })], [])).changes).toHaveLength(1);
    expect(
      (
        await sql.query(
          "SELECT FROM pg_stat_activity WHERE query LIKE '%INSERT INTO metacache.file%' AND state = 'active' AND pid <> pg_backend_pid()",
        )
      ).rows,
    ).toEqual([]);
  });
});

test("a compaction takes its turn among the writes of a PostgreSQL database, and two projects do not wait for each other", async () => {
  const { url, database, store } = await prepared();
  const other = await database.openProject("other");
  const sql = await foreignClient(url);
  await sql.query("BEGIN; SELECT FROM metacache.project WHERE name = 'p' FOR UPDATE");
  const calls = Promise.all([
    store.write([], PATHS.slice(0, 1)),
    store.compact(Number.MAX_SAFE_INTEGER),
    store.write([], PATHS.slice(1, 2)),
    store.write([recordOf({ path: "last" })], []),
  ]);
  expect((await other.write([recordOf({ path: "a" })], [])).position.revision).toBe(1);
  await sql.query("ROLLBACK");
  const [, , , { position }] = await calls;
  expect([position.horizon, position.revision]).toEqual([51, 53]);
});

/** How each of `calls` has ended by the time `end` has. */
async function statesAt(end: Promise<void>, calls: readonly Promise<unknown>[]): Promise<string[]> {
  const states = calls.map(() => "pending");
  calls.forEach((call, index) => {
    call.then(
      () => (states[index] = "done"),
      (error: unknown) => (states[index] = String((error as { readonly code?: string }).code)),
    );
  });
  await end;
  return [...states];
}

describe("when a PostgreSQL database has been closed", () => {
  test("every call has settled: what ran, what waited for a connection, for its turn, or to be tried again", async () => {
    const { database, store } = await prepared();
    const scan = await store.scan(5);
    const pages = scan.pages[Symbol.asyncIterator]();
    await pages.next();
    const calls: Promise<unknown>[] = [
      ...PATHS.map((path) => store.readRows([path])),
      ...PATHS.map((path) => store.write([recordOf({ path, size: 7 })], [])),
      store.compact(3),
      store.position(),
      store.scan(5),
      store.readFingerprints(5)[Symbol.asyncIterator]().next(),
      pages.next().then(() => pages.next()),
      database.openProject("other"),
      database.projectNames(),
      database.describe(),
      database.examine(),
    ];
    const states = await statesAt(database.close(), calls);
    expect(states.filter((state) => state !== "done" && state !== "E_CLOSED")).toEqual([]);
    expect(states.filter((state) => state === "E_CLOSED").length).toBeGreaterThan(50);
  });

  test("every call has settled on a server that says nothing, and to which no connection could be made", async () => {
    const { url } = await prepared();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    // No limit of its own ends anything here.
    const database = await openPostgresDatabase({ url: proxy.through(url), timeoutMs: 600_000 });
    const store = await database.openProject("p");
    store.watch(() => undefined);
    proxy.filter = () => "drop";
    const stream = store.readFingerprints(5)[Symbol.asyncIterator]();
    const calls = [
      ...PATHS.map((path) => store.readRows([path])),
      stream.next(),
      database.examine(),
      database.projectNames(),
      store.write([], PATHS),
    ];
    const states = await statesAt(database.close(), calls);
    expect(new Set(states)).toEqual(new Set(["E_CLOSED"]));
  });

  test("a write that could not be committed for conflicts has given up", async () => {
    const { url, database, store } = await prepared();
    const sql = await foreignClient(url);
    await sql.query(
      "CREATE FUNCTION public.conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$",
    );
    await sql.query("CREATE TRIGGER conflict AFTER INSERT ON metacache.file FOR EACH STATEMENT EXECUTE FUNCTION public.conflict()");
    const writes = Array.from({ length: 5 }, (_, write) => store.write([recordOf({ path: `new ${write}` })], []));
    const states = await statesAt(
      sleep(20).then(() => database.close()),
      writes,
    );
    expect(states.every((state) => state !== "pending" && state !== "done")).toBe(true);
  });

  test("an opening that nobody answers ends in its time", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const address = silent.address();
    const url = `postgres://nobody@127.0.0.1:${typeof address === "object" ? address?.port : 0}/x`;
    await expect(openPostgresDatabase({ url, timeoutMs: 200 })).rejects.toMatchObject({ fault: "unreachable" });
  });
});

test("what a caller waits for keeps its process alive, also while others have all the connections", async () => {
  const { url } = await prepared();
  const child = startChild("waiting-postgres-reader.ts", [url, ...PATHS]);
  const read = Number(await child.line());
  expect(read).toBe(PATHS.length);
  expect(await child.ended).toBe(0);
});
