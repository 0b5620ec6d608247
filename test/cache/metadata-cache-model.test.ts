import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { EVICTION_STRATEGY_NAMES } from "../../src/config/memory-cache-config.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { TINY } from "../support/opened-cache.ts";
import { SMALL_PATHS, smallPath, smallQuery, smallRecord } from "../support/small-records.ts";
import { StoreHistory } from "../support/store-history.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("update" as const), records: fc.array(smallRecord, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("copy" as const), record: smallRecord, path: smallPath }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("get" as const), path: smallPath }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("query" as const), query: smallQuery }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("foreign" as const), record: fc.option(smallRecord), path: smallPath }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("corrupt" as const), path: smallPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("sync" as const, "latest" as const, "clear" as const, "compact" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("invalidate" as const), path: smallPath }) },
);

/**
 * Every answer that needs no database, and every law that `verify` knows, against the database at
 * the cache's revision.
 */
function check(cache: MetadataCache, history: StoreHistory): void {
  expect(cache.verify()).toEqual([]);
  const { records } = history.at(cache.revision);
  expect([...cache.paths({})]).toEqual([...records.keys()].sort());
  expect(cache.getStats().residents).toBeLessThanOrEqual(TINY.maxItems);
  for (const path of SMALL_PATHS) {
    const resident = cache.peek(path);
    if (resident !== undefined) expect(resident).toEqual(records.get(path));
  }
}

describe("MetadataCache against a plain scan of the database, one call after the other", () => {
  test.each(EVICTION_STRATEGY_NAMES)(
    "every answer is right at the one revision that it names, with %s eviction",
    async (evictionStrategy) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const database = new MemoryDatabase();
          const store = await database.openProject("p");
          const other = await database.openProject("other");
          const history = new StoreHistory(store);
          const cache = await MetadataCache.open(store, { ...TINY, evictionStrategy }, { clock: WITHOUT_TIMERS });
          let seen = 0;
          for (const next of steps) {
            switch (next.kind) {
              case "update": {
                const report = await cache.update(next.records);
                expect(report.revision).toBe(store.revision);
                for (const record of new Map(next.records.map((each) => [each.path, each])).values()) {
                  expect(await cache.getMetadata(record.path)).toEqual(record);
                }
                break;
              }
              case "remove":
                await cache.remove(next.path);
                expect(await cache.getMetadata(next.path)).toBeUndefined();
                break;
              case "copy": {
                await other.write([next.record], []);
                const path = next.path as ProjectPath;
                const { size, modifiedAt } = next.record;
                const copied = await cache.source.copy([{ ...next.record, path }]);
                expect(cache.revision).toBe(store.revision);
                if (copied.length > 0) expect(await cache.getMetadata(path)).toMatchObject({ path, size, modifiedAt });
                break;
              }
              case "foreign":
                store.writeBehindTheCache((next.record?.path ?? next.path) as ProjectPath, next.record ?? undefined);
                break;
              case "corrupt":
                store.writeBehindTheCache(next.path as ProjectPath, undefined, "not JSON");
                break;
              case "get": {
                const read = await cache.getMetadata(next.path).catch((error: unknown) => error);
                if (read instanceof Error) {
                  expect(read).toMatchObject({ code: "E_RECORD" });
                  expect(cache.unreadable().has(next.path as ProjectPath)).toBe(true);
                } else expect(read).toEqual(history.at(cache.revision).records.get(next.path));
                break;
              }
              case "query": {
                const answer = await cache.query(next.query);
                const expected = naiveQuery(history.at(answer.revision).records.values(), next.query);
                expect(answer.items).toEqual(expected.slice(0, next.query.limit));
                expect(answer.total).toBe(expected.length);
                expect(answer.unreadable).toBe(history.at(answer.revision).unreadable.size);
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
            check(cache, history);
            expect(cache.revision).toBeGreaterThanOrEqual(seen);
            seen = cache.revision;
          }
          await cache.shutdown();
        }),
        { numRuns: 150 },
      );
    },
  );
});
