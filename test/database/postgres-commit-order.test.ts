import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ProjectStore, StorePosition } from "../../src/database/metadata-database.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start(["max_connections=60", "deadlock_timeout=100ms"]);
});
afterAll(() => server.stop());

const INSERT = "INSERT INTO metacache.file (project_id, path, size, modified_at, digest, extractor_version, language, header_sections)";
const HEADER = `'{"intent":"","designPrinciples":[],"constraints":[],"referenceDocumentation":[],"changeHistory":[]}'`;
const UPSERT = `${INSERT} VALUES (1, $1, $2, 0, 'd', 'sql', 'c', ${HEADER}) ON CONFLICT (project_id, path_key) DO UPDATE SET size = excluded.size`;

type Sizes = Map<string, number | undefined>;

/** Reads the feed all the time, as a cache does. */
class Follower {
  readonly sizes: Sizes = new Map();
  readonly reached: number[] = [];
  readonly #store: ProjectStore;
  readonly #running: Promise<void>;
  #isEnding = false;

  constructor(store: ProjectStore, start: StorePosition) {
    this.#store = store;
    this.#running = this.#run(start);
    this.#running.catch(() => undefined);
  }

  /** Returns when it has read everything that is committed by now. */
  async end(): Promise<void> {
    this.#isEnding = true;
    await this.#running;
  }

  async #run(start: StorePosition): Promise<void> {
    for (let since = start, isLast = false; !isLast; await sleep(1)) {
      isLast = this.#isEnding;
      const { position, changes } = await this.#store.readChanges(since, 10_000);
      if (changes === undefined) throw new TypeError("the feed has a gap");
      for (const change of changes) {
        if ("deleted" in change) this.sizes.delete(change.path);
        else this.sizes.set(change.path, change.record?.size);
      }
      if (position.revision !== since.revision) this.reached.push(position.revision);
      since = position;
    }
  }
}

async function tableOf(url: string): Promise<Sizes> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ path: string; size: string }>("SELECT path, size FROM metacache.file WHERE project_id = 1"),
  );
  return new Map(rows.map(({ path, size }) => [path, Number(size)]));
}

/** Resolves when this many sessions of the database wait for a lock. */
async function untilWaiting(url: string, count: number): Promise<void> {
  const waiting = "SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
  await withClient(url, async (client) => {
    while ((await client.query<{ n: number }>(waiting)).rows[0]?.n !== count) await sleep(5);
  });
}

async function prepared(): Promise<{ url: string; store: ProjectStore; start: StorePosition }> {
  const url = await server.createDatabase();
  const store = await (await openPostgresForTest(url)).openProject("p");
  const { position } = await store.write([], []);
  return { url, store, start: position };
}

describe("writers of one project on PostgreSQL", () => {
  test("a transaction that began first and commits last is passed over by no reader, and the others wait for it", async () => {
    const { url, store, start } = await prepared();
    const follower = new Follower(store, start);
    const [first, second] = [await foreignClient(url), await foreignClient(url)];
    await first.query("BEGIN");
    await first.query(UPSERT, ["first", 1]);
    const later = second.query(UPSERT, ["second", 2]);
    const own = store.write([recordOf({ path: "third", size: 3 })], []);
    await untilWaiting(url, 2);
    expect((await store.position()).revision).toBe(0);
    await first.query(UPSERT, ["first, again", 1]);
    await first.query("COMMIT");
    await Promise.all([later, own]);
    await follower.end();
    expect(follower.sizes).toEqual(await tableOf(url));
    expect([...follower.sizes.keys()].sort()).toEqual(["first", "first, again", "second", "third"]);
    const { changes } = await store.readChanges(start, 100);
    expect(changes?.map(({ path }) => path).slice(0, 2)).toEqual(["first", "first, again"]);
  });

  test("a transaction that began first but wrote last has the last revision", async () => {
    const { url, store, start } = await prepared();
    const [first, second] = [await foreignClient(url), await foreignClient(url)];
    await first.query("BEGIN; SELECT pg_current_xact_id()");
    await second.query(UPSERT, ["second", 2]);
    const { position } = await store.readChanges(start, 100);
    await first.query(UPSERT, ["first", 1]);
    await first.query("COMMIT");
    expect((await store.readChanges(position, 100)).changes).toMatchObject([{ path: "first", revision: 2 }]);
  });

  test("no change of eight plain-SQL writers at once is lost to a reader who polls all the time", async () => {
    const { url, store, start } = await prepared();
    const follower = new Follower(store, start);
    let committed = 0;
    const write = async (writer: number): Promise<void> => {
      const client = await foreignClient(url);
      for (let round = 0; round < 60; round++) {
        const paths = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => `file ${Math.floor(Math.random() * 300)}`).sort();
        try {
          await client.query("BEGIN");
          for (const path of paths) {
            if (Math.random() < 0.25) await client.query("DELETE FROM metacache.file WHERE project_id = 1 AND path = $1", [path]);
            else await client.query(UPSERT, [path, writer * 1_000 + round]);
            if (Math.random() < 0.2) await sleep(Math.random() * 4);
          }
          await client.query(Math.random() < 0.2 ? "ROLLBACK" : "COMMIT");
          committed++;
        } catch (error) {
          // Those who lock rows in another order than others must expect it.
          if ((error as { code?: string }).code !== "40P01") throw error;
          await client.query("ROLLBACK");
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));
    await follower.end();
    expect(committed).toBeGreaterThan(300);
    expect(follower.reached.length).toBeGreaterThan(10);
    expect(follower.sizes).toEqual(await tableOf(url));
    expect(await verifyPostgres(url)).toEqual([]);
  });

  // A plain statement locks rows and then the project; metacache's own writes lock the project and
  // then rows.
  test("of a deadlock between a plain writer and metacache both writes come out in the end, each once", async () => {
    const { url, store } = await prepared();
    await store.write([recordOf({ path: "a" })], []);
    const plain = await foreignClient(url);
    await plain.query("SET deadlock_timeout = '1min'");
    await plain.query("BEGIN; SELECT FROM metacache.file WHERE path = 'a' FOR UPDATE");
    const own = store.write([recordOf({ path: "a", size: 2 })], []);
    await untilWaiting(url, 1);
    await plain.query("UPDATE metacache.file SET size = 1 WHERE path = 'a'");
    await plain.query("COMMIT");
    expect(await own).toMatchObject({ before: { revision: 2 }, position: { revision: 3 } });
    expect(await tableOf(url)).toEqual(new Map([["a", 2]]));
  });

  test("several databases that are opened at the same moment make one schema, and one project of a name", async () => {
    const url = await server.createDatabase();
    const opened = await Promise.all(Array.from({ length: 6 }, () => openPostgresForTest(url)));
    const stores = await Promise.all(opened.map((database) => database.openProject("p")));
    onTestFinished(async () => {
      for (const database of opened) await database.close();
    });
    const receipts = await Promise.all(stores.map((store, index) => store.write([recordOf({ path: `${index}` })], [])));
    expect(receipts.map(({ position }) => position.revision).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(receipts.map(({ position }) => position.epoch)).size).toBe(1);
  });
});
