import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { expect, test } from "vitest";
import { isMetacacheError } from "../../src/base/errors.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { type CacheOperation, cacheOperation, contendedRecord } from "../support/cache-operation.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

function perform(next: CacheOperation, cache: MetadataCache, store: MemoryStore, clock: ManualClock): unknown {
  switch (next.kind) {
    case "get":
      return cache.getMetadata(next.path, next.manner);
    case "query":
      return cache.query(next.query, next.manner);
    case "update":
      return cache.update(next.records);
    case "remove":
      return cache.remove(next.path);
    case "sync":
      return cache.syncWithDatabase();
    case "audit":
      return cache.verifyAgainstDatabase();
    case "compact":
      return store.compact(store.revision);
    case "foreign write":
      return store.writeBehindTheCache(next.record.path, next.record);
    case "tick":
      return clock.fire();
    default:
      return cache.peek("a.ts");
  }
}

test.runIf(existsSync("/proc/self/fd"))("after shutdown no file is open and no timer runs, whatever the cache was doing", async () => {
  const root = temporaryDirectory();
  const resources = ownResources();
  const cache = await openMetadataCache({ project: root, environment: {} });
  await cache.update(recordOf({ path: "a.ts" }));
  cache.clear();
  const running = [cache.getMetadata("a.ts", { consistency: "latest" }), cache.syncWithDatabase(), cache.query({})];
  expect(openFilesBelow(root)).not.toEqual([]);
  await cache.shutdown();
  await Promise.allSettled(running);
  expect(openFilesBelow(root)).toEqual([]);
  // What reported a closed file is itself gone a turn later.
  await nextTurn();
  for (const resource of ownResources()) {
    expect(resources).toContain(resource);
    resources.splice(resources.indexOf(resource), 1);
  }
});

/**
 * What keeps the process busy, except the pipes of the program that runs the tests, which come and
 * go.
 */
function ownResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((resource) => resource !== "PipeWrap")
    .sort();
}

function openFilesBelow(root: string): string[] {
  return readdirSync("/proc/self/fd").flatMap((descriptor) => {
    const file = `/proc/self/fd/${descriptor}`;
    // The descriptor by which the folder itself is read is gone by now.
    const target = existsSync(file) ? readlinkSync(file) : "";
    return target.startsWith(root) ? [target] : [];
  });
}

test("a shutdown at any moment ends everything: no timer, no sync, no open scan is left, and what was under way says so", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(contendedRecord, { maxLength: 5 }),
      fc.array(cacheOperation, { minLength: 1, maxLength: 8 }),
      async (scheduler, initial, operations) => {
        const database = new MemoryDatabase();
        const store = await database.openProject("p");
        await store.write(initial, []);
        const clock = new ManualClock();
        const cache = await MetadataCache.open(store, TINY, { clock }, database);
        cache.clear();
        database.gate = (step) => scheduler.schedule(Promise.resolve(), step);
        let isEnding = false;
        const running = operations.map(async (operation) => {
          await scheduler.schedule(Promise.resolve(), operation.kind);
          await Promise.resolve()
            .then(() => perform(operation, cache, store, clock))
            .catch((error: unknown) => {
              if (!isEnding || !(isMetacacheError(error, "E_CLOSED") || isMetacacheError(error, "E_DATABASE_UNAVAILABLE"))) throw error;
            });
        });
        const ending = scheduler.schedule(Promise.resolve(), "shutdown").then(() => {
          isEnding = true;
          return cache.shutdown();
        });
        await scheduler.waitFor(Promise.all([ending, ...running]));
        await scheduler.waitIdle();
        expect([clock.pending, store.openScans, scheduler.count()]).toEqual([0, 0, 0]);
        expect(() => database.assertOpen()).toThrow("closed");
        clock.fire();
        expect([clock.pending, scheduler.count()]).toEqual([0, 0]);
        await expect(cache.getMetadata("a.ts")).rejects.toMatchObject({ code: "E_CLOSED" });
      },
    ),
    { numRuns: 300 },
  );
});
