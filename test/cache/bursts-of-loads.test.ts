import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { expect, onTestFinished, test } from "vitest";
import type { LoadMessage } from "../../src/cache/statistics/cache-diagnostics.ts";
import { MetacacheError } from "../../src/base/errors.ts";
import type { MemoryDatabase } from "../support/memory-database.ts";
import { INDEX_UPKEEP } from "../../src/cache/index-upkeep.ts";
import { files, hold, openCache, settled } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

/** How many paths each read of the database asked for, in the order in which the reads ended. */
function readSizes(): number[] {
  const sizes: number[] = [];
  const onLoad = (message: unknown): void => void sizes.push((message as LoadMessage).paths.length);
  subscribe("metacache:load", onLoad);
  onTestFinished(() => void unsubscribe("metacache:load", onLoad));
  return sizes;
}

/** Lets reads go one at a time: each call of what this returns answers the oldest, or fails it. */
function holdEach(database: MemoryDatabase): (error?: Error) => Promise<void> {
  const held: PromiseWithResolvers<void>[] = [];
  database.gate = (operation) => {
    if (operation !== "readRows") return Promise.resolve();
    const each = Promise.withResolvers<void>();
    held.push(each);
    return each.promise;
  };
  return async (error) => {
    const oldest = held.shift();
    if (error === undefined) oldest?.resolve();
    else oldest?.reject(error);
    await settled();
  };
}

const FAILURE = new MetacacheError("E_DATABASE_UNAVAILABLE", "the database is gone for a moment: try again");

test("reads that are asked for at the same time go to the database together, a few at once, in parts of bounded size", async () => {
  const { store, cache } = await openCache(files(2_000));
  cache.clear();
  store.reads = 0;
  const sizes = readSizes();
  const paths = cache.paths({});
  const records = await Promise.all(paths.map((path) => cache.getMetadata(path)));
  expect(records.map((record) => record?.path)).toEqual(paths);
  expect(store.reads).toBeLessThan(10);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(500);
  expect(cache.getStats().loads).toBe(store.reads);
});

test("a read that waits for nobody begins at once", async () => {
  const { store, cache } = await openCache(files(5));
  cache.clear();
  store.reads = 0;
  const reading = cache.getMetadata("f1.ts");
  expect(store.reads).toBe(1);
  await reading;
});

test("what waits is read in the order in which it was asked for", async () => {
  const { database, cache } = await openCache(files(2_000));
  cache.clear();
  const letOneGo = holdEach(database);
  const answered: number[] = [];
  const asked = Array.from({ length: 2_000 }, async (_, file) => {
    await cache.getMetadata(`f${file}.ts`);
    answered.push(file);
  });
  while (answered.length < 2_000) await letOneGo();
  await Promise.all(asked);
  expect(answered).toEqual(Array.from({ length: 2_000 }, (_, file) => file));
});

test("what one caller asks for is read together, however much it is", async () => {
  const { database, cache } = await openCache(files(1_500));
  cache.clear();
  const sizes = readSizes();
  const letOneGo = holdEach(database);
  const single = [0, 1, 2, 3, 4].map((file) => cache.getMetadata(`f${file}.ts`));
  const page = cache.query({ limit: 1_200 });
  const last = cache.getMetadata("f999.ts");
  for (let reads = 0; reads < 6; reads++) await letOneGo();
  expect((await page).items.length).toBe(1_200);
  expect(await last).toBeDefined();
  await Promise.all(single);
  // Five paths of the page were asked for already.
  expect(sizes).toEqual([1, 1, 1, 2, 1_195, 1]);
});

test("a read that fails, fails for those who asked for it, and for nobody else", async () => {
  const { database, cache } = await openCache(files(10));
  cache.clear();
  const letOneGo = holdEach(database);
  const asked = Array.from({ length: 10 }, (_, file) => cache.getMetadata(`f${file}.ts`).then(Boolean, () => "failed"));
  await letOneGo();
  await letOneGo(FAILURE);
  await letOneGo();
  await letOneGo();
  expect(await Promise.all(asked)).toEqual([true, "failed", true, true, true, true, true, true, true, true]);
  expect(cache.getStats().loadFailures).toBe(1);

  cache.clear();
  const again = Array.from({ length: 10 }, (_, file) => cache.getMetadata(`f${file}.ts`).then(Boolean, () => "failed"));
  for (const error of [undefined, undefined, undefined, FAILURE]) await letOneGo(error);
  expect(await Promise.all(again)).toEqual([true, true, true, ...Array.from({ length: 7 }, () => "failed")]);
  const after = cache.getMetadata("f9.ts");
  await letOneGo();
  expect(await after).toBeDefined();
});

test("a caller that gives up while its read waits cancels nobody", async () => {
  const { database, store, cache } = await openCache(files(10));
  cache.clear();
  const release = hold(database, "readRows");
  const busy = [0, 1, 2].map((file) => cache.getMetadata(`f${file}.ts`));
  store.reads = 0;
  const controller = new AbortController();
  const cancelled = cache.getMetadata("f5.ts", { signal: controller.signal });
  const others = [cache.getMetadata("f5.ts"), cache.getMetadata("f6.ts")];
  controller.abort();
  await expect(cancelled).rejects.toThrow(/abort/i);
  release();
  expect((await Promise.all(others)).map((record) => record?.path)).toEqual(["f5.ts", "f6.ts"]);
  await Promise.all(busy);
  expect(store.reads).toBe(1);
});

test("a read that waits is of what was written meanwhile, and what was invalidated meanwhile is not put in memory", async () => {
  const { database, cache } = await openCache(files(10), { maxItems: 100 });
  cache.clear();
  const release = hold(database, "readRows");
  const busy = [0, 1, 2].map((file) => cache.getMetadata(`f${file}.ts`));
  const written = cache.getMetadata("f5.ts");
  const invalidated = cache.getMetadata("f6.ts");
  const newer = recordOf({ path: "f5.ts", functions: ["newer"] });
  await cache.update(newer);
  cache.invalidate("f6.ts");
  cache.invalidate("f5.ts");
  release();
  expect(await written).toEqual(newer);
  expect((await invalidated)?.path).toBe("f6.ts");
  await Promise.all(busy);
  expect(cache.peek("f5.ts")).toBeUndefined();
  expect(cache.peek("f6.ts")).toBeUndefined();
});

test("a shutdown waits until the reads that were under way are told how they ended", async () => {
  // No checkpoint of the index is left: the reads could end meanwhile.
  const checkpoints = { ...INDEX_UPKEEP.checkpoints, leastRecords: 1_000 };
  const { cache, database } = await openCache(files(900), {}, { ...INDEX_UPKEEP, checkpoints });
  cache.clear();
  // Longer than the shutdown takes that does not wait for it.
  database.gate = (operation) => (operation.startsWith("read") ? new Promise((resolve) => setTimeout(resolve, 300)) : Promise.resolve());
  const ended: string[] = [];
  for (let file = 0; file < 900; file++) {
    cache.getMetadata(`f${file}.ts`).then(
      () => ended.push("read"),
      (error: unknown) => ended.push((error as MetacacheError).code),
    );
  }
  await cache.shutdown();
  expect(ended).toHaveLength(900);
  expect(ended).toContain("E_CLOSED");
  expect(new Set(["read", "E_CLOSED", ...ended]).size).toBe(2);
});
