import { expect, test } from "vitest";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { files, openCache } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

test("the first load fills the cache", async () => {
  const { cache } = await openCache(files(2));
  expect(cache.peek("f0.ts")).toBeDefined();
  expect(cache.getStats()).toMatchObject({ residents: 2, records: 2, revision: 2 });
});

test("a query sees what was evicted: 300 files stored, 100 in memory, 300 answered", async () => {
  const { cache } = await openCache(files(300), { maxItems: 100 });
  expect((await cache.query({ functionName: "f" })).items).toHaveLength(300);
  expect(cache.getStats()).toMatchObject({ residents: 100, records: 300 });
});

test("one broad query does not flush what is really used", async () => {
  const { cache } = await openCache(files(50));
  const used = [];
  for (const path of ["f7.ts", "f8.ts", "f9.ts"]) used.push(await cache.getMetadata(path));
  await cache.query({});
  expect(["f7.ts", "f8.ts", "f9.ts"].map((path) => cache.peek(path))).toEqual(used);
});

test("a record heavier than the bound is served and not kept", async () => {
  const { cache } = await openCache([], { maxBytes: 20_000 });
  await cache.update(recordOf({ path: "heavy.ts", intent: "x".repeat(100_000) }));
  expect((await cache.getMetadata("heavy.ts"))?.headerSections.intent).toHaveLength(100_000);
  expect(cache.getStats()).toMatchObject({ residents: 0, records: 1 });
});

test("a wrong record changes nothing: not the cache, not the database, nor the records given with it", async () => {
  const { store, cache } = await openCache(files(1));
  const wrong = { ...recordOf({ path: "b.ts" }), functions: "none" } as unknown as FileMetadata;
  await expect(cache.update([recordOf({ path: "a.ts" }), wrong])).rejects.toMatchObject({ code: "E_RECORD" });
  await expect(cache.remove("../f0.ts")).rejects.toMatchObject({ code: "E_PATH" });
  expect(store.revision).toBe(1);
  expect(cache.paths({})).toEqual(["f0.ts"]);
});

test("counters only grow: clear empties memory and no statistic", async () => {
  const { cache } = await openCache(files(5));
  await cache.query({});
  const before = cache.getStats();
  cache.clear();
  const { residents, residentBytes, ...after } = cache.getStats();
  expect([residents, residentBytes]).toEqual([0, 0]);
  expect(after).toMatchObject({ hits: before.hits, misses: before.misses, loads: before.loads, queries: 1, syncs: 1, records: 5 });
});

test("after shutdown every call says so, and shutdown itself is idempotent", async () => {
  const { cache } = await openCache(files(1));
  await Promise.all([cache.shutdown(), cache.shutdown()]);
  expect(() => cache.peek("f0.ts")).toThrow(expect.objectContaining({ code: "E_CLOSED" }) as Error);
  await expect(cache.getMetadata("f0.ts")).rejects.toMatchObject({ code: "E_CLOSED" });
  await expect(cache.query({})).rejects.toMatchObject({ code: "E_CLOSED" });
  await expect(cache.update(recordOf({ path: "a.ts" }))).rejects.toMatchObject({ code: "E_CLOSED" });
});
