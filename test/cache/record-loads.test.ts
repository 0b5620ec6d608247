import { expect, test } from "vitest";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { files, hold, openCache, settled } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

test("concurrent requests for one absent record make one read, and a cancelled caller cancels nobody", async () => {
  const { store, cache } = await openCache(files(5));
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
  const { store, cache } = await openCache(files(50));
  store.reads = 0;
  await cache.query({ limit: 40 });
  expect(store.reads).toBe(1);
});

test("readers of what is in memory do not wait for a slow load", async () => {
  const { database, cache } = await openCache(files(5));
  const [resident, evicted] = [true, false].map(
    (inMemory) => cache.paths({}).find((path) => (cache.peek(path) !== undefined) === inMemory) as string,
  );
  const release = hold(database, "readRows");
  const waiting = cache.getMetadata(evicted as string);
  expect(await cache.getMetadata(resident as string)).toBeDefined();
  release();
  expect(await waiting).toBeDefined();
});

test("a slow load never overwrites what was written meanwhile, and its own reader gets the newer record", async () => {
  const { database, cache } = await openCache(files(5));
  cache.clear();
  const release = hold(database, "readRows done");
  const reading = cache.getMetadata("f1.ts");
  await settled();
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
    const { database, store, cache } = await openCache(files(5));
    cache.clear();
    const release = hold(database, "readRows done");
    const reading = cache.getMetadata("f1.ts");
    await settled();
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
    const { database, cache } = await openCache(files(5));
    cache.clear();
    const release = hold(database, "readRows done");
    const reading = cache.getMetadata("f1.ts");
    await settled();
    invalidate(cache);
    release();
    expect(await reading).toEqual(files(5)[1]);
    expect(cache.peek("f1.ts")).toBeUndefined();
  }
});

test("a load that ends after a sync changed its record does not put the old one in memory", async () => {
  const { database, store, cache } = await openCache(files(5));
  cache.clear();
  const release = hold(database, "readRows done");
  // Nobody waits any more, so that nothing but the load itself could mend what it leaves behind.
  const gone = new AbortController();
  const reading = cache.getMetadata("f1.ts", { signal: gone.signal });
  await settled();
  gone.abort();
  await expect(reading).rejects.toThrow(/abort/i);
  const newer = recordOf({ path: "f1.ts", functions: ["newer"] });
  // Memory is full of what is used, so the sync's own record finds no room.
  for (const path of ["f2.ts", "f3.ts", "f4.ts"]) await cache.update(recordOf({ path, functions: ["used"] }));
  store.writeBehindTheCache("f1.ts" as ProjectPath, newer);
  await cache.syncWithDatabase();
  release();
  await settled();
  expect(cache.verify()).toEqual([]);
  expect(cache.peek("f1.ts")).not.toEqual(files(5)[1]);
});

test("a reader that comes after a sync takes no older row from a load that was begun before it", async () => {
  const { database, store, cache } = await openCache(files(5));
  cache.clear();
  const release = hold(database, "readRows done");
  const first = cache.getMetadata("f1.ts");
  await settled();
  // Memory is full of what is used, so the sync's own record finds no room, and the second reader
  // joins the load.
  for (const path of ["f2.ts", "f3.ts", "f4.ts"]) await cache.update(recordOf({ path, functions: ["used"] }));
  const newer = recordOf({ path: "f1.ts", functions: ["newer"] });
  store.writeBehindTheCache(newer.path, newer);
  await cache.syncWithDatabase();
  expect(cache.peek("f1.ts")).toBeUndefined();
  store.reads = 0;
  const second = cache.getMetadata("f1.ts");
  await settled();
  expect(store.reads).toBe(0);
  release();
  expect(await first).toEqual(newer);
  expect(await second).toEqual(newer);
  expect(cache.verify()).toEqual([]);
});

test.each([
  ["not to memory, not to its reader", false],
  ["and nobody joins it", true],
])("a load of a history that was left is of no use afterwards: %s", async (_, joins) => {
  const { database, store, cache } = await openCache(files(2));
  const restore = store.snapshot();
  await cache.update(recordOf({ path: "f1.ts", size: 5 }));
  cache.clear();
  const release = hold(database, "readRows done");
  const early = cache.getMetadata("f1.ts");
  await settled();
  // Another history reaches the same revision, by a change of the same file.
  restore();
  const present = recordOf({ path: "f1.ts", size: 9 });
  store.writeBehindTheCache(present.path, present);
  database.gate = () => Promise.resolve();
  expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full", revision: 3 });
  if (joins) {
    expect(await cache.getMetadata("f1.ts")).toEqual(present);
    cache.clear();
  }
  release();
  expect(await early).toEqual(present);
  expect(cache.peek("f1.ts")?.size).not.toBe(5);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});
