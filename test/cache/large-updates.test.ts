import { expect, onTestFinished, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { FileMetadataInput } from "../../src/record/file-metadata.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { openCache, TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

function many(count: number, size = 1): FileMetadataInput[] {
  return Array.from({ length: count }, (_, index) => ({ ...recordOf({ path: `many/${index}.ts`, functions: [`f${index % 7}`], size }) }));
}

test("an update of very many records is seen whole when it resolves, and lets the event loop run meanwhile", async () => {
  const cache = await openMetadataCache({ project: "p", database: `${temporaryDirectory()}/metadata.db`, environment: {} });
  onTestFinished(() => cache.shutdown());
  let turns = 0;
  const tick = setInterval(() => turns++, 0);
  onTestFinished(() => clearInterval(tick));
  const counts = new Set<number>();
  const watch = setInterval(() => counts.add(cache.count({ functionName: "f1" })), 0);
  onTestFinished(() => clearInterval(watch));
  expect(await cache.update(many(7_000))).toEqual({ revision: 7_000, changed: 7_000, behind: false });
  expect(cache.count({ functionName: "f1" })).toBe(1_000);
  expect([...counts].filter((count) => count !== 0 && count !== 1_000)).toEqual([]);
  expect(turns).toBeGreaterThan(5);
  expect(await cache.remove(cache.paths({}).slice(1))).toEqual({ revision: 13_999, changed: 6_999, behind: false });
  expect(cache.paths({})).toHaveLength(1);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("calls take effect in the order in which they were made, though the records of one are read in many turns", async () => {
  const { store, cache } = await openCache([]);
  const calls = [
    cache.update(many(3_000)),
    cache.update({ ...recordOf({ path: "many/5.ts", size: 2 }) }),
    cache.remove("many/6.ts"),
    cache.update(many(2_000, 3)),
  ];
  const reports = await Promise.all(calls);
  expect(reports.map(({ changed }) => changed)).toEqual([3_000, 1, 1, 2_000]);
  expect(store.records().get("many/5.ts")).toMatchObject({ size: 3 });
  expect(store.records().get("many/2500.ts")).toMatchObject({ size: 1 });
  expect(cache.count({})).toBe(3_000);
});

test("a wrong record among very many stores none of them, and holds up no later call", async () => {
  const { store, cache } = await openCache([]);
  const wrong = cache.update([...many(3_000), { ...recordOf({ path: "wrong.ts" }), size: -1 }]);
  const later = cache.update(recordOf({ path: "later.ts" }));
  await expect(wrong).rejects.toMatchObject({ code: "E_RECORD" });
  await later;
  expect([...store.records().keys()]).toEqual(["later.ts"]);
});

test("what a caller does to its list and records after the call changes nothing of a call of up to a thousand records", async () => {
  const { store, cache } = await openCache([]);
  const records = many(1_000);
  const update = cache.update(records);
  for (const record of records) Object.assign(record, { size: 99 });
  records.length = 0;
  await update;
  expect([...store.records().values()].every(({ size }) => size === 1)).toBe(true);
  expect(store.records().size).toBe(1_000);
});

test("a shutdown ends an update that is still being read: it is not begun", async () => {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  const cache = await MetadataCache.open(store, TINY);
  const update = cache.update(many(3_000));
  await Promise.all([expect(update).rejects.toMatchObject({ code: "E_CLOSED" }), cache.shutdown()]);
  expect(store.records().size).toBe(0);
});
