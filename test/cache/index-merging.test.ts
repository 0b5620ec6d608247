import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { INDEX_UPKEEP, type IndexUpkeep } from "../../src/cache/index-upkeep.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

function file(number: number, version = 0): FileMetadata {
  const functions = Array.from({ length: 8 }, (_, index) => `function_${number}_${version}_${index}`);
  return recordOf({ path: `d${number % 7}/f${number}.ts`, functions, size: number + version });
}

const FILES = 6_000;

async function openFull(
  maxItems = 100,
  clock: Clock = WITHOUT_TIMERS,
  upkeep: IndexUpkeep = INDEX_UPKEEP,
): Promise<{ cache: MetadataCache; store: MemoryStore; database: MemoryDatabase }> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(
    Array.from({ length: FILES }, (_, number) => file(number)),
    [],
  );
  const cache = await MetadataCache.open(store, { ...TINY, maxItems }, { clock, upkeep });
  onTestFinished(() => cache.shutdown());
  return { cache, store, database };
}

async function bytesOfNew(store: MemoryStore): Promise<number> {
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS });
  const { indexBytes } = cache.getStats();
  await cache.shutdown();
  return indexBytes;
}

function paths(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => file(from + index).path);
}

test("an index gives back the memory of records that are gone, while reads and writes go on", async () => {
  const { cache, store } = await openFull();
  cache.share();
  const full = cache.getStats().indexBytes;
  const reads: Promise<unknown>[] = [];
  for (let first = 100; first < FILES; first += 100) {
    const removal = cache.remove(paths(first, first + 100));
    reads.push(cache.update(file(first % 100, first)), cache.query({ pathPrefix: "d3/", limit: 20 }), cache.getMetadata(file(5).path));
    await removal;
    // The index is made again in the turns between.
    await systemClock.yield();
    expect(cache.count({})).toBe(FILES - first);
  }
  await Promise.all(reads);
  while (cache.getStats().indexBytes >= full / 2) await systemClock.yield();
  const left = cache.getStats().indexBytes;
  expect(left).toBeLessThan(5 * (await bytesOfNew(store)) + 500_000);
  expect(cache.verify()).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  const { items } = await cache.query({ orderBy: "-size" });
  expect(items).toEqual(naiveQuery(store.records().values(), { orderBy: "-size" }));
});

test("what changes while the index is made again is in it", async () => {
  let now = 0;
  // Every step of the work is followed by a turn in which something may change.
  const { cache, store } = await openFull(100, { ...WITHOUT_TIMERS, microseconds: () => (now += 10_000) });
  await cache.remove(paths(0, 3_300));
  for (let rounds = 0; rounds < 60; rounds++) {
    const changed = FILES - 1 - (rounds % 2_000);
    await Promise.all([cache.update(file(changed, 1)), cache.update(file(FILES + rounds)), cache.remove(file(3_300 + rounds).path)]);
    await systemClock.yield();
  }
  expect(cache.verify()).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  expect(cache.paths({ orderBy: "-size" })).toEqual(naiveQuery(store.records().values(), { orderBy: "-size" }).map(({ path }) => path));
});

test("an index gives back the memory of names that are gone, though as many files stay", async () => {
  // Plain maps take more than images, and how many records are in them is chance: here few are.
  const { cache } = await openFull(100, WITHOUT_TIMERS, { ...INDEX_UPKEEP, maxRecent: 128 });
  const before = cache.getStats().indexBytes;
  for (let version = 1; version <= 3; version++) {
    for (let first = 0; first < FILES; first += 500)
      await cache.update(Array.from({ length: 500 }, (_, index) => file(first + index, version)));
  }
  expect(cache.getStats().indexBytes).toBeLessThan(2 * before + 2_000_000);
  await cache.update(Array.from({ length: FILES }, (_, number) => recordOf({ path: file(number).path })).slice(0, 5_000));
  await cache.update(Array.from({ length: FILES }, (_, number) => recordOf({ path: file(number).path })).slice(5_000));
  expect(cache.terms("functionName")).toEqual([]);
  while (cache.getStats().indexBytes >= before / 2) await systemClock.yield();
  expect(cache.verify()).toEqual([]);
});

test("records in memory stay there when the index is made again, and are found", async () => {
  const { cache } = await openFull(200);
  const kept = cache.paths({}).filter((path) => cache.peek(path) !== undefined);
  const gone = cache.paths({}).filter((path) => cache.peek(path) === undefined);
  const before = kept.map((path) => cache.peek(path));
  await cache.remove(gone.slice(0, 4_900));
  await cache.remove(gone.slice(4_900));
  expect(cache.getStats().indexBytes).toBeLessThan(1_000_000);
  kept.forEach((path, index) => expect(cache.peek(path)).toBe(before[index]));
  expect((await cache.query({})).items).toHaveLength(kept.length);
  expect(cache.getStats().loads).toBe(0);
});

test("a load that replaces the index while it is made again wins, and so does a shutdown", async () => {
  const { cache, store } = await openFull();
  const removals = [cache.remove(paths(0, 3_400)), cache.remove(paths(3_400, 5_900))];
  await removals[0];
  store.epoch = "another";
  const load = cache.syncWithDatabase();
  await Promise.all([...removals, load]);
  expect(cache.paths({})).toHaveLength(100);
  expect(cache.verify()).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  const { cache: other } = await openFull();
  const removal = other.remove(paths(0, 4_900));
  const ending = other.shutdown();
  await Promise.allSettled([removal, ending]);
  await expect(other.getMetadata("a.ts")).rejects.toMatchObject({ code: "E_CLOSED" });
});
