import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { FileMetadata } from "../../src/model/file-metadata.ts";
import type { ProjectPath } from "../../src/model/project-path.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { recordOf, SMALL_PATHS, smallPath, smallQuery, smallRecord } from "../support/small-records.ts";

/** So small that almost every operation evicts. */
const TINY: MemoryCacheConfig = {
  maxItems: 3,
  maxBytes: 1_000_000,
  evictionStrategy: "lru",
  evictionBatchSize: 1,
  syncIntervalSeconds: 300,
  staleAfterSeconds: 600,
};

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("update" as const), records: fc.array(smallRecord, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("get" as const), path: smallPath }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("query" as const), query: smallQuery }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("foreign" as const), record: fc.option(smallRecord), path: smallPath }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("corrupt" as const), path: smallPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("sync" as const, "latest" as const, "clear" as const, "compact" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("invalidate" as const), path: smallPath }) },
);

/** The database as it was at each revision that a transaction ended with. */
class History {
  readonly #store: MemoryStore;
  readonly #states = new Map<number, ReadonlyMap<string, FileMetadata>>();

  constructor(store: MemoryStore) {
    this.#store = store;
    this.note();
  }

  note(): void {
    this.#states.set(this.#store.revision, this.#store.records());
  }

  has(revision: number): boolean {
    return this.#states.has(revision);
  }

  at(revision: number): ReadonlyMap<string, FileMetadata> {
    const state = this.#states.get(revision);
    if (state === undefined) throw new TypeError(`no transaction ended at revision ${revision}`);
    return state;
  }
}

/** Every answer that needs no database, and every law that `verify` knows, against the database at the cache's revision. */
async function check(cache: MetadataCache, history: History): Promise<void> {
  expect(cache.verify()).toEqual([]);
  const expected = history.at(cache.revision);
  expect([...cache.paths({})]).toEqual([...expected.keys()].sort());
  expect(cache.getStats().residents).toBeLessThanOrEqual(TINY.maxItems);
  for (const path of SMALL_PATHS) {
    const resident = cache.peek(path);
    if (resident !== undefined) expect(resident).toEqual(expected.get(path));
  }
}

describe("MetadataCache against a plain scan of the database", () => {
  test.each(["lru", "lfu"] as const)(
    "every answer is right at the one revision that it names, with %s eviction",
    async (evictionStrategy) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const store = await new MemoryDatabase().openProject("p");
          const history = new History(store);
          const cache = await MetadataCache.open(store, { ...TINY, evictionStrategy });
          let seen = 0;
          for (const next of steps) {
            switch (next.kind) {
              case "update": {
                const report = await cache.update(next.records);
                history.note();
                expect(report.revision).toBe(store.revision);
                for (const record of new Map(next.records.map((each) => [each.path, each])).values()) {
                  expect(await cache.getMetadata(record.path)).toEqual(record);
                }
                break;
              }
              case "remove":
                await cache.remove(next.path);
                history.note();
                expect(await cache.getMetadata(next.path)).toBeUndefined();
                break;
              case "foreign":
                store.writeBehindTheCache((next.record?.path ?? next.path) as ProjectPath, next.record ?? undefined);
                history.note();
                break;
              case "corrupt":
                store.writeBehindTheCache(next.path as ProjectPath, undefined, "not JSON");
                history.note();
                break;
              case "get": {
                const read = await cache.getMetadata(next.path).catch((error: unknown) => error);
                if (read instanceof Error) {
                  expect(read).toMatchObject({ code: "E_RECORD" });
                  expect(cache.unreadable().has(next.path as ProjectPath)).toBe(true);
                } else expect(read).toEqual(history.at(cache.revision).get(next.path));
                break;
              }
              case "query": {
                const answer = await cache.query(next.query);
                const expected = naiveQuery(history.at(answer.revision).values(), next.query);
                expect(answer.items).toEqual(expected.slice(0, next.query.limit));
                expect(answer.total).toBe(expected.length);
                break;
              }
              case "latest": {
                const answer = await cache.query({}, { consistency: "latest" });
                expect(answer.revision).toBe(store.revision);
                expect(answer.items).toEqual(naiveQuery(store.records().values(), {}));
                break;
              }
              case "sync":
                expect((await cache.syncWithDatabase()).revision).toBe(store.revision);
                expect(await cache.verifyAgainstDatabase()).toEqual([]);
                break;
              case "compact":
                await store.compact(store.revision);
                break;
              case "clear":
                cache.clear();
                expect(cache.getStats().residents).toBe(0);
                break;
              case "invalidate":
                cache.invalidate(next.path);
                expect(cache.peek(next.path)).toBeUndefined();
                break;
            }
            await check(cache, history);
            expect(cache.revision).toBeGreaterThanOrEqual(seen);
            seen = cache.revision;
          }
          await cache.shutdown();
        }),
        { numRuns: 200 },
      );
    },
  );

  test("what runs at once, in any order, leaves every answer right and nothing behind", async () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("update" as const), record: smallRecord }),
      fc.record({ kind: fc.constant("remove" as const), path: smallPath }),
      fc.record({ kind: fc.constant("get" as const), path: smallPath }),
      fc.record({ kind: fc.constant("query" as const), query: smallQuery }),
      fc.record({ kind: fc.constant("foreign" as const), record: smallRecord }),
      fc.record({ kind: fc.constantFrom("sync" as const, "latest" as const, "clear" as const) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(smallRecord, { maxLength: 6 }),
        fc.array(operation, { minLength: 2, maxLength: 8 }),
        async (scheduler, initial, operations) => {
          const database = new MemoryDatabase();
          const store = await database.openProject("p");
          await store.write(initial, []);
          const cache = await MetadataCache.open(store, TINY);
          const history = new History(store);
          database.gate = (name) => {
            history.note();
            return scheduler.schedule(Promise.resolve(), name).then(() => history.note());
          };
          const running = operations.map(async (next) => {
            const from = cache.revision;
            switch (next.kind) {
              case "update": {
                await cache.update(next.record);
                return expect(cache.revision).toBeGreaterThan(0);
              }
              case "remove":
                return void (await cache.remove(next.path));
              case "foreign":
                await scheduler.schedule(Promise.resolve(), "foreign write");
                store.writeBehindTheCache(next.record.path, next.record);
                return history.note();
              case "get": {
                const record = await cache.getMetadata(next.path);
                // Any version between the call's start and its end is right; one from before it is not.
                const versions = revisionsBetween(from, store.revision).map((revision) => history.at(revision).get(next.path));
                return expect(versions).toContainEqual(record);
              }
              case "query": {
                const answer = await cache.query(next.query);
                expect(answer.revision).toBeGreaterThanOrEqual(from);
                const expected = naiveQuery(history.at(answer.revision).values(), next.query);
                expect(answer.items).toEqual(expected.slice(0, next.query.limit));
                return expect(answer.total).toBe(expected.length);
              }
              case "latest": {
                const asked = store.revision;
                return expect((await cache.query({}, { consistency: "latest" })).revision).toBeGreaterThanOrEqual(asked);
              }
              case "sync":
                return void (await cache.syncWithDatabase());
              case "clear":
                return cache.clear();
            }
          });
          await scheduler.waitFor(Promise.all(running));
          database.gate = () => Promise.resolve();
          expect(cache.verify()).toEqual([]);
          await cache.syncWithDatabase();
          expect(await cache.verifyAgainstDatabase()).toEqual([]);
          expect(cache.paths({})).toEqual([...store.records().keys()].sort());
          await cache.shutdown();

          function revisionsBetween(low: number, high: number): number[] {
            return Array.from({ length: high - low + 1 }, (_, offset) => low + offset).filter((revision) => history.has(revision));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("MetadataCache, one fault at a time", () => {
  const files = (count: number): FileMetadata[] =>
    Array.from({ length: count }, (_, file) => recordOf({ path: `f${file}.ts`, functions: ["f"] }));

  async function opened(
    records: readonly FileMetadata[],
    config: Partial<MemoryCacheConfig> = {},
  ): Promise<{ database: MemoryDatabase; store: MemoryStore; cache: MetadataCache }> {
    const database = new MemoryDatabase();
    const store = await database.openProject("p");
    await store.write(records, []);
    return { database, store, cache: await MetadataCache.open(store, { ...TINY, ...config }) };
  }

  /** Rows that are read from now on stay on their way until the function that it returns is called. */
  function holdReads(database: MemoryDatabase): () => void {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    database.gate = (operation) => (operation === "readRows done" ? held : Promise.resolve());
    return release;
  }

  test("the first load fills the cache", async () => {
    const { cache } = await opened(files(2));
    expect(cache.peek("f0.ts")).toBeDefined();
    expect(cache.getStats()).toMatchObject({ residents: 2, records: 2, revision: 2 });
  });

  test("a query sees what was evicted: 300 files stored, 100 in memory, 300 answered", async () => {
    const { cache } = await opened(files(300), { maxItems: 100 });
    expect((await cache.query({ functionName: "f" })).items).toHaveLength(300);
    expect(cache.getStats()).toMatchObject({ residents: 100, records: 300 });
  });

  test("one broad query does not flush what is really used", async () => {
    const { cache } = await opened(files(50));
    const used = [];
    for (const path of ["f7.ts", "f8.ts", "f9.ts"]) used.push(await cache.getMetadata(path));
    await cache.query({});
    expect(["f7.ts", "f8.ts", "f9.ts"].map((path) => cache.peek(path))).toEqual(used);
  });

  test("a failed sync leaves the old state whole, says so, and the next one recovers", async () => {
    const { database, store, cache } = await opened(files(5));
    store.writeBehindTheCache("new.ts" as ProjectPath, recordOf({ path: "new.ts" }));
    store.epoch = "another";
    database.gate = (operation) => (operation === "scan page" ? Promise.reject(new TypeError("connection lost")) : Promise.resolve());
    await expect(cache.syncWithDatabase()).rejects.toThrow("connection lost");
    expect(cache.paths({})).toHaveLength(5);
    expect(cache.getStats()).toMatchObject({ syncFailures: 1 });
    expect(cache.verify()).toEqual([]);
    database.gate = () => Promise.resolve();
    expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full", added: 1 });
    expect(cache.paths({})).toHaveLength(6);
  });

  test("a failure is not an absence: what needs the database fails, what is in memory is served", async () => {
    const { database, cache } = await opened(files(5));
    const resident = cache.paths({}).find((path) => cache.peek(path) !== undefined) as string;
    const evicted = cache.paths({}).find((path) => cache.peek(path) === undefined) as string;
    database.gate = () => Promise.reject(new TypeError("unreachable"));
    await expect(cache.getMetadata(evicted)).rejects.toThrow("unreachable");
    await expect(cache.query({})).rejects.toThrow("unreachable");
    await expect(cache.getMetadata(resident, { consistency: "latest" })).rejects.toThrow("unreachable");
    expect(await cache.getMetadata(resident)).toBeDefined();
    expect(await cache.getMetadata("absent.ts")).toBeUndefined();
    expect(cache.count({ functionName: "f" })).toBe(5);
    expect((await cache.query({ select: ["path"] })).total).toBe(5);
  });

  test("concurrent requests for one absent record make one read, and a cancelled caller cancels nobody", async () => {
    const { store, cache } = await opened(files(5));
    cache.clear();
    store.reads = 0;
    const controller = new AbortController();
    const cancelled = cache.getMetadata("f1.ts", { signal: controller.signal });
    const others = Promise.all([cache.getMetadata("f1.ts"), cache.getMetadata("f1.ts")]);
    controller.abort();
    await expect(cancelled).rejects.toThrow(/abort/i);
    expect(await others).toEqual([files(5)[1], files(5)[1]]);
    expect(store.reads).toBe(1);
  });

  test("a page's absent records come in one read", async () => {
    const { store, cache } = await opened(files(50));
    store.reads = 0;
    await cache.query({ limit: 40 });
    expect(store.reads).toBe(1);
  });

  test("a slow load never overwrites what was written meanwhile, and its own reader gets the newer record", async () => {
    const { database, cache } = await opened(files(5));
    cache.clear();
    const release = holdReads(database);
    const reading = cache.getMetadata("f1.ts");
    await new Promise((resolve) => setImmediate(resolve));
    database.gate = () => Promise.resolve();
    const newer = recordOf({ path: "f1.ts", functions: ["newer"] });
    await cache.update(newer);
    release();
    expect(await reading).toEqual(newer);
    expect(cache.peek("f1.ts")).toEqual(newer);
    expect(cache.verify()).toEqual([]);
  });

  test("a slow load never revives what a sync has replaced or removed", async () => {
    for (const newer of [recordOf({ path: "f1.ts", functions: ["newer"] }), undefined]) {
      const { database, store, cache } = await opened(files(5));
      cache.clear();
      const release = holdReads(database);
      const reading = cache.getMetadata("f1.ts");
      await new Promise((resolve) => setImmediate(resolve));
      database.gate = () => Promise.resolve();
      store.writeBehindTheCache("f1.ts" as ProjectPath, newer);
      await cache.syncWithDatabase();
      cache.clear();
      const again = newer === undefined ? undefined : cache.getMetadata("f1.ts");
      release();
      expect(await reading).toEqual(newer);
      expect(await again).toEqual(newer);
      expect(cache.peek("f1.ts")).toEqual(newer);
      expect(cache.verify()).toEqual([]);
    }
  });

  test("a load that was begun before an invalidation serves its reader, and leaves nothing in memory", async () => {
    for (const invalidate of [(cache: MetadataCache) => cache.clear(), (cache: MetadataCache) => cache.invalidate("f1.ts")]) {
      const { database, cache } = await opened(files(5));
      cache.clear();
      const release = holdReads(database);
      const reading = cache.getMetadata("f1.ts");
      await new Promise((resolve) => setImmediate(resolve));
      invalidate(cache);
      release();
      expect(await reading).toEqual(files(5)[1]);
      expect(cache.peek("f1.ts")).toBeUndefined();
    }
  });

  test("a load that ends after a sync changed its record does not put the old one in memory", async () => {
    const { database, store, cache } = await opened(files(5));
    cache.clear();
    const release = holdReads(database);
    // Nobody waits any more, so that nothing but the load itself could mend what it leaves behind.
    const gone = new AbortController();
    const reading = cache.getMetadata("f1.ts", { signal: gone.signal });
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    await expect(reading).rejects.toThrow(/abort/i);
    const newer = recordOf({ path: "f1.ts", functions: ["newer"] });
    // Memory is full of what is used, so the sync's own record finds no room.
    for (const path of ["f2.ts", "f3.ts", "f4.ts"]) await cache.update(recordOf({ path, functions: ["used"] }));
    store.writeBehindTheCache("f1.ts" as ProjectPath, newer);
    await cache.syncWithDatabase();
    release();
    await new Promise((resolve) => setImmediate(resolve));
    expect(cache.verify()).toEqual([]);
    expect(cache.peek("f1.ts")).not.toEqual(files(5)[1]);
  });

  test("what is handed out cannot be changed", async () => {
    const { cache } = await opened(files(1));
    const record = (await cache.getMetadata("f0.ts")) as FileMetadata;
    const frozen = (value: unknown): boolean =>
      typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(record)).toBe(true);
    const answer = await cache.query({ select: ["path", "functions"] });
    expect(frozen(answer)).toBe(true);
    const given = { ...record, functions: [...record.functions], path: "given.ts" };
    await cache.update(given);
    given.functions.length = 0;
    expect((await cache.getMetadata("given.ts"))?.functions).toHaveLength(1);
  });

  test("a corrupt row hides no other, is an error by name, and is counted in every answer", async () => {
    const { store, cache } = await opened(files(3));
    store.writeBehindTheCache("f1.ts" as ProjectPath, undefined, "functions: not JSON");
    await cache.syncWithDatabase();
    expect(await cache.query({ select: ["path"] })).toMatchObject({
      items: [{ path: "f0.ts" }, { path: "f2.ts" }],
      total: 2,
      unreadable: 1,
    });
    await expect(cache.getMetadata("f1.ts")).rejects.toMatchObject({
      code: "E_RECORD",
      message: expect.stringContaining("not JSON") as string,
    });
    await cache.update(recordOf({ path: "f1.ts" }));
    expect(await cache.query({ limit: 1 })).toMatchObject({ total: 3, unreadable: 0 });
  });

  test("a reader from before the horizon loads everything, and sees what was deleted meanwhile as gone", async () => {
    const { store, cache } = await opened(files(5));
    store.writeBehindTheCache("f3.ts" as ProjectPath, undefined);
    await store.compact(store.revision);
    expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full", removed: 1, added: 0, changed: 0 });
    expect(await cache.getMetadata("f3.ts")).toBeUndefined();
  });

  test("a restored backup is noticed, and nothing of the lost future is served", async () => {
    const { store, cache } = await opened(files(3));
    const restore = store.snapshot();
    await cache.update(recordOf({ path: "lost.ts" }));
    await cache.update(recordOf({ path: "f1.ts", functions: ["lost"] }));
    restore();
    store.writeBehindTheCache("f1.ts" as ProjectPath, recordOf({ path: "f1.ts", functions: ["other"] }));
    expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full" });
    expect(await cache.getMetadata("lost.ts")).toBeUndefined();
    expect(await cache.query({ functionName: "lost" })).toMatchObject({ total: 0 });
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });

  test("own writes are seen after a backup was restored, although no sync has noticed it yet", async () => {
    const { store, cache } = await opened(files(3));
    const restore = store.snapshot();
    for (let size = 0; size < 5; size++) await cache.update(recordOf({ path: "f1.ts", size: 100 + size }));
    restore();
    const own = recordOf({ path: "f2.ts", functions: ["own"] });
    await cache.update(own);
    expect(await cache.getMetadata("f2.ts")).toEqual(own);
    expect(cache.revision).toBe(store.revision);
    expect(await cache.getMetadata("f1.ts")).toEqual(files(3)[1]);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });

  test("a record heavier than the bound is served and not kept", async () => {
    const { cache } = await opened([], { maxBytes: 20_000 });
    await cache.update(recordOf({ path: "heavy.ts", intent: "x".repeat(100_000) }));
    expect((await cache.getMetadata("heavy.ts"))?.headerSections.intent).toHaveLength(100_000);
    expect(cache.getStats()).toMatchObject({ residents: 0, records: 1 });
  });

  test("a wrong record changes nothing: not the cache, not the database, nor the records given with it", async () => {
    const { store, cache } = await opened(files(1));
    const wrong = { ...recordOf({ path: "b.ts" }), functions: "none" } as unknown as FileMetadata;
    await expect(cache.update([recordOf({ path: "a.ts" }), wrong])).rejects.toMatchObject({ code: "E_RECORD" });
    await expect(cache.remove("../f0.ts")).rejects.toMatchObject({ code: "E_PATH" });
    expect(store.revision).toBe(1);
    expect(cache.paths({})).toEqual(["f0.ts"]);
  });

  test("counters only grow: clear empties memory and no statistic", async () => {
    const { cache } = await opened(files(5));
    await cache.query({});
    const before = cache.getStats();
    cache.clear();
    const { residents, residentBytes, ...after } = cache.getStats();
    expect([residents, residentBytes]).toEqual([0, 0]);
    expect(after).toMatchObject({ hits: before.hits, misses: before.misses, loads: before.loads, queries: 1, syncs: 1, records: 5 });
  });

  test("readers of what is in memory do not wait for a slow load", async () => {
    const { database, cache } = await opened(files(5));
    const [resident, evicted] = [true, false].map(
      (inMemory) => cache.paths({}).find((path) => (cache.peek(path) !== undefined) === inMemory) as string,
    );
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    database.gate = () => slow;
    const waiting = cache.getMetadata(evicted as string);
    expect(await cache.getMetadata(resident as string)).toBeDefined();
    release();
    expect(await waiting).toBeDefined();
  });

  test("after shutdown every call says so, and shutdown itself is idempotent", async () => {
    const { cache } = await opened(files(1));
    await Promise.all([cache.shutdown(), cache.shutdown()]);
    expect(() => cache.peek("f0.ts")).toThrow(expect.objectContaining({ code: "E_CLOSED" }) as Error);
    await expect(cache.getMetadata("f0.ts")).rejects.toMatchObject({ code: "E_CLOSED" });
    await expect(cache.query({})).rejects.toMatchObject({ code: "E_CLOSED" });
    await expect(cache.update(recordOf({ path: "a.ts" }))).rejects.toMatchObject({ code: "E_CLOSED" });
  });
});
