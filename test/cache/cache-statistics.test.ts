import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { CacheCounters, type CacheStatistics } from "../../src/cache/statistics/cache-statistics.ts";
import type { LatencySummary } from "../../src/cache/statistics/latency-histogram.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { recordOf, SMALL_PATHS, smallPath, smallRecord } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const TINY: MemoryCacheConfig = {
  maxItems: 3,
  maxBytes: 1_000_000,
  evictionStrategy: "lru",
  evictionBatchSize: 1,
  syncIntervalSeconds: 300,
  staleAfterSeconds: 600,
  sharedBytes: 1_048_576,
};

interface Opened {
  readonly database: MemoryDatabase;
  readonly store: MemoryStore;
  readonly cache: MetadataCache;
}

async function opened(records: readonly FileMetadata[], config: Partial<MemoryCacheConfig> = {}, clock?: Clock): Promise<Opened> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(records, []);
  const cache = await MetadataCache.open(store, { ...TINY, ...config }, { clock: clock ?? WITHOUT_TIMERS });
  return { database, store, cache };
}

const files = (count: number): FileMetadata[] => Array.from({ length: count }, (_, file) => recordOf({ path: `f${file}.ts` }));

function absentOf(cache: MetadataCache): string[] {
  return cache.paths({}).filter((path) => cache.peek(path) === undefined);
}

/** Every figure that must never become less, by name. */
function growing(stats: CacheStatistics): ReadonlyMap<string, number> {
  const ofTimes = (name: string, { count, totalUs, maxUs, buckets }: LatencySummary): [string, number][] => [
    [`${name} count`, count],
    [`${name} total`, totalUs],
    [`${name} max`, maxUs],
    ...buckets.map((bucket): [string, number] => [`${name} from ${bucket.fromUs}`, bucket.count]),
  ];
  return new Map([
    ...Object.keys(new CacheCounters()).map((name): [string, number] => [name, stats[name as keyof CacheCounters]]),
    ["evictions", stats.evictions],
    ...Object.entries(stats.departures).map(([name, count]): [string, number] => [name, count as number]),
    ...ofTimes("loads", stats.loadTimes),
    ...ofTimes("syncs", stats.syncTimes),
  ]);
}

const step = fc.oneof(
  fc.record({ kind: fc.constant("update" as const), record: smallRecord }),
  fc.record({ kind: fc.constant("foreign" as const), record: smallRecord }),
  fc.record({ kind: fc.constantFrom("get" as const, "remove" as const, "invalidate" as const, "failing get" as const), path: smallPath }),
  fc.record({ kind: fc.constantFrom("query" as const, "clear" as const, "sync" as const, "failing sync" as const, "epoch" as const) }),
);

async function take({ database, store, cache }: Opened, next: typeof step extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  if (next.kind.startsWith("failing")) database.gate = () => Promise.reject(new TypeError("unreachable"));
  try {
    switch (next.kind) {
      case "update":
        await cache.update(next.record);
        break;
      case "foreign":
        store.writeBehindTheCache(next.record.path, next.record);
        break;
      case "get":
      case "failing get":
        await cache.getMetadata(next.path);
        break;
      case "remove":
        await cache.remove(next.path);
        break;
      case "invalidate":
        cache.invalidate(next.path);
        break;
      case "query":
        await cache.query({ limit: 4 });
        break;
      case "clear":
        cache.clear();
        break;
      case "sync":
      case "failing sync":
        await cache.syncWithDatabase();
        break;
      case "epoch":
        store.epoch = `${store.epoch}'`;
        break;
    }
  } catch (error) {
    expect(error).toMatchObject({ message: "unreachable" });
  } finally {
    database.gate = () => Promise.resolve();
  }
}

describe("the statistics of a cache", () => {
  test("counters only grow, whatever happens, and gauges show the present", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const all = await opened([]);
        const { cache } = all;
        let before = growing(cache.getStats());
        for (const next of steps) {
          await take(all, next);
          const stats = cache.getStats();
          const after = growing(stats);
          for (const [name, count] of before) expect(after.get(name), name).toBeGreaterThanOrEqual(count);
          before = after;

          // `verify` recomputes the weight of what is in memory.
          expect(cache.verify()).toEqual([]);
          expect(stats.residents).toBe(SMALL_PATHS.filter((path) => cache.peek(path) !== undefined).length);
          expect(stats.records).toBe(cache.count({}));
          // A term counts once in each layer of the index.
          expect(stats.terms.functionName).toBeGreaterThanOrEqual(cache.terms("functionName").length);
          expect(stats.revision).toBe(cache.revision);
          expect(stats.evictions).toBe(stats.departures.evictedByItems + stats.departures.evictedByBytes);
          expect(stats.loadTimes.count).toBe(stats.loads);
          expect(stats.syncTimes.count).toBe(stats.syncs + stats.syncFailures);
        }
      }),
      { numRuns: 200 },
    );
  });

  test("a snapshot is frozen, and later calls do not change it", async () => {
    const { cache } = await opened(files(5));
    const stats = cache.getStats();
    await cache.query({});
    expect(stats).toMatchObject({ queries: 0, loads: 0, loadTimes: { count: 0 } });
    expect([stats, stats.departures, stats.terms, stats.loadTimes, stats.syncTimes].every((part) => Object.isFrozen(part))).toBe(true);
  });

  test("reads are hits, misses and absences, and the ratio is of the first two", async () => {
    const { cache } = await opened(files(5));
    expect(cache.getStats()).toMatchObject({ hits: 0, misses: 0, hitRatio: 1 });
    const [absent] = absentOf(cache);
    await cache.getMetadata(absent as string);
    expect(cache.getStats()).toMatchObject({ hits: 0, misses: 1, hitRatio: 0, loads: 1, recordsLoaded: 1 });
    for (let read = 0; read < 3; read++) await cache.getMetadata(absent as string);
    await cache.getMetadata("nowhere.ts");
    cache.peek(absent as string);
    expect(cache.getStats()).toMatchObject({ hits: 3, misses: 1, absences: 1, hitRatio: 0.75, loads: 1 });
    await cache.query({});
    expect(cache.getStats()).toMatchObject({ queries: 1, hits: 6, misses: 3, loads: 2, recordsLoaded: 3 });
  });

  test("what is not in memory is counted by why: evicted by which bound, too heavy, or only read on the way without room", async () => {
    const none = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, notAdmitted: 0 };
    const full = (await opened(files(5))).cache;
    expect(full.getStats()).toMatchObject({ evictions: 0, departures: { ...none, notAdmitted: 2 } });
    await full.update(recordOf({ path: "new.ts" }));
    expect(full.getStats()).toMatchObject({ evictions: 1, departures: { ...none, notAdmitted: 2, evictedByItems: 1 } });

    const { cache } = await opened([], { maxBytes: 20_000 });
    await cache.update(recordOf({ path: "heavy.ts", intent: "x".repeat(100_000) }));
    expect(cache.getStats()).toMatchObject({ evictions: 0, departures: { ...none, tooHeavy: 1 } });
    for (const path of ["a.ts", "b.ts"]) await cache.update(recordOf({ path, intent: "x".repeat(10_000) }));
    expect(cache.getStats()).toMatchObject({ evictions: 1, departures: { ...none, tooHeavy: 1, evictedByBytes: 1 } });
  });
});

describe("times, by the cache's own clock", () => {
  /**
   * A clock that stands still except while the database works: an operation lasts as long as
   * `lasts` says.
   */
  async function timed(records: readonly FileMetadata[]): Promise<Opened & { lasts: (operation: string, us: number) => void }> {
    let us = 1_000_000;
    const clock: Clock = { ...systemClock, now: () => Math.floor(us / 1_000), microseconds: () => us, schedule: () => () => undefined };
    const all = await opened(records, {}, clock);
    const lasts = (slow: string, duration: number): void => {
      all.database.gate = (operation) => {
        if (operation === slow) us += duration;
        return Promise.resolve();
      };
    };
    return { ...all, lasts };
  }

  test("a load takes as long as the database, one load for all who wait and for all records of a page", async () => {
    const { cache, lasts } = await timed(files(6));
    const [absent] = absentOf(cache);
    lasts("readRows", 250);
    await Promise.all([cache.getMetadata(absent as string), cache.getMetadata(absent as string)]);
    expect(cache.getStats().loadTimes).toMatchObject({ count: 1, totalUs: 250, maxUs: 250, p50Us: 250 });
    lasts("readRows", 4_000);
    await cache.query({});
    expect(cache.getStats().loadTimes).toEqual({
      count: 2,
      totalUs: 4_250,
      maxUs: 4_000,
      p50Us: 256,
      p90Us: 4_000,
      p99Us: 4_000,
      buckets: [
        { fromUs: 192, toUs: 256, count: 1 },
        { fromUs: 3_072, toUs: 4_096, count: 1 },
      ],
    });
  });

  test("a load that fails took its time as well, and one on its way is counted when it ends", async () => {
    const { database, cache } = await timed(files(4));
    const [absent] = absentOf(cache);
    let fail: (error: unknown) => void = () => undefined;
    const outcome = new Promise<void>((_, reject) => {
      fail = reject;
    });
    database.gate = () => outcome;
    const reading = cache.getMetadata(absent as string);
    await Promise.resolve();
    expect(cache.getStats()).toMatchObject({ loads: 1, loadFailures: 0, loadTimes: { count: 0 } });
    fail(new TypeError("unreachable"));
    await expect(reading).rejects.toThrow("unreachable");
    expect(cache.getStats()).toMatchObject({ loads: 1, loadFailures: 1, recordsLoaded: 0, loadTimes: { count: 1 } });
  });

  test("a sync counts once for all calls that share it, from any cause", async () => {
    const { store, cache, lasts } = await timed(files(2));
    expect(cache.getStats()).toMatchObject({ syncs: 1, lastSyncAt: 1_000, syncTimes: { count: 1, maxUs: 0 } });
    lasts("readChanges", 30_000);
    const first = cache.syncWithDatabase();
    await Promise.all([first, cache.syncWithDatabase(), cache.syncWithDatabase(), cache.syncWithDatabase()]);
    expect(cache.getStats()).toMatchObject({ syncs: 3, lastSyncAt: 1_060, syncTimes: { count: 3, totalUs: 60_000, maxUs: 30_000 } });

    store.writeBehindTheCache("f0.ts" as ProjectPath, recordOf({ path: "f0.ts", intent: "by another" }));
    await cache.getMetadata("f0.ts", { consistency: "latest" });
    expect(cache.getStats()).toMatchObject({ syncs: 4, lastSyncAt: 1_090, syncTimes: { count: 4, totalUs: 90_000 } });
  });

  test("a sync that fails took its time as well, and is not the last one that ended well", async () => {
    const { database, cache } = await timed(files(2));
    database.gate = () => Promise.reject(new TypeError("unreachable"));
    await expect(cache.syncWithDatabase()).rejects.toThrow("unreachable");
    await expect(cache.query({}, { consistency: "latest" })).rejects.toThrow("unreachable");
    expect(cache.getStats()).toMatchObject({ syncs: 1, syncFailures: 1, lastSyncAt: 1_000, syncTimes: { count: 2 } });
  });
});
