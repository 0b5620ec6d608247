import { describe, expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { parseMemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const RECORDS = [
  recordOf({ path: "lib/a.go", language: "go", functions: ["getA", "main"], size: 3, modifiedAt: 5 }),
  recordOf({ path: "lib/b.go", language: "go", functions: ["getB"], size: 2, modifiedAt: 6 }),
  recordOf({ path: "web/c.ts", language: "typescript", functions: ["setC"], size: 1, modifiedAt: 7 }),
];

describe("what the index alone can answer touches no record", () => {
  test("neither in memory nor in the database, which is gone", async () => {
    const database = new MemoryDatabase();
    const store = await database.openProject("p");
    await using cache = await MetadataCache.open(store, parseMemoryCacheConfig({}), { clock: WITHOUT_TIMERS });
    await cache.update(RECORDS);
    const before = cache.getStats();
    for (const residents of ["resident", "evicted"]) {
      const query = { functionName: { prefix: "get" }, pathPattern: "^lib/", orderBy: "-size" } as const;
      expect(cache.count(query)).toBe(2);
      expect(cache.paths(query)).toEqual(["lib/a.go", "lib/b.go"]);
      expect((await cache.query({ ...query, select: ["path", "language", "size", "modifiedAt"] })).items).toEqual([
        { path: "lib/a.go", language: "go", size: 3, modifiedAt: 5 },
        { path: "lib/b.go", language: "go", size: 2, modifiedAt: 6 },
      ]);
      const { hits, misses, residents: left } = cache.getStats();
      expect({ hits, misses, reads: store.reads, left }).toEqual({
        hits: before.hits,
        misses: before.misses,
        reads: 0,
        left: residents === "resident" ? RECORDS.length : 0,
      });
      cache.clear();
      await database.close();
    }
  });
});
