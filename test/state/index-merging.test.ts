import { expect, onTestFinished, test, vi } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { systemClock } from "../../src/base/clock.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import type { StoredChange, StorePosition } from "../../src/database/metadata-database.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { CacheState } from "../../src/state/cache-state.ts";
import { IndexMerging } from "../../src/state/index-merging.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { IndexManager } from "../../src/indexing/index-manager.ts";
import { OFTEN } from "../support/checkpoint-places.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

test("images that cannot be merged stay as they are: nothing tries again for ever, and a shutdown ends", async () => {
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => warnings.push(message) };
  const store = await new MemoryDatabase().openProject("p");
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS, upkeep: OFTEN, logger });
  // As when there is no memory left for the new image.
  const merge = vi.spyOn(IndexManager.prototype, "merge").mockImplementation(function* fail() {
    yield;
    throw new RangeError("Array buffer allocation failed");
  });
  onTestFinished(() => merge.mockRestore());
  for (let file = 0; file < 40; file++) await cache.update(recordOf({ path: `f${file}.ts` }));
  for (let turn = 0; turn < 50; turn++) await systemClock.yield();
  expect(warnings).toEqual([expect.stringContaining("could not be merged: Array buffer allocation failed")]);
  expect(cache.count({})).toBe(40);
  expect(cache.verify()).toEqual([]);
  await cache.shutdown();
  expect(merge).toHaveBeenCalledTimes(1);
});

const at = (revision: number): StorePosition => ({ epoch: "e", revision, token: revision, horizon: 0 });

/**
 * A state of no records whose changes are frozen by fours, and its merging, of which every step is
 * a slice.
 */
function mergedState(): { state: CacheState; merging: IndexMerging; write: () => void; remove: (path: string) => void } {
  let us = 0;
  const clock = { ...WITHOUT_TIMERS, microseconds: () => (us += 10_000), yield: () => systemClock.yield() };
  const state = new CacheState(new CacheStorage({ maxItems: 10, maxBytes: 1e6, evictionBatchSize: 1 }, new LRUEvictionStrategy()), 4);
  const load = state.beginLoad(state.ask(), { position: at(0), continues: true });
  for (const _ of load.settle());
  load.commit(true);
  const change = (changeAt: (revision: number) => StoredChange): void => {
    const revision = state.revision + 1;
    state.apply({ from: at(revision - 1), position: at(revision), changes: [changeAt(revision)], question: state.ask().question });
  };
  const write = (): void =>
    change((revision) => {
      const record = recordOf({ path: `f${revision % 97}.ts`, size: revision });
      return { path: record.path, revision, record };
    });
  const remove = (path: string): void => change((revision) => ({ path: path as ProjectPath, revision, deleted: true }));
  return { state, merging: new IndexMerging(state, clock, silentLogger), write, remove };
}

test("a writer that is quicker than the merging waits: layers do not become more and more", async () => {
  const { state, merging, write } = mergedState();
  let most = 0;
  let mostFrozen = 0;
  for (let change = 1; change <= 800; change++) {
    write();
    most = Math.max(most, state.index.layers.length);
    mostFrozen = Math.max(mostFrozen, state.index.lasting.length - state.index.images.length);
    if (change % 4 === 0) await systemClock.yield();
    await merging.keepUp();
  }
  expect(most).toBeLessThanOrEqual(14);
  expect(mostFrozen).toBeLessThanOrEqual(3);
  expect([state.index.size, state.verify()]).toEqual([97, []]);
  await merging.stop();
});

test("what is frozen while a long merge runs becomes an image before that ends", async () => {
  const { state, merging, write } = mergedState();
  const { index } = state;
  for (let change = 0; change < 8; change++) write();
  await merging.mergeWhole();
  for (let change = 0; change < 3; change++) write();
  let isDone = false;
  const whole = merging.mergeWhole().finally(() => {
    isDone = true;
  });
  for (let change = 0; change < 4; change++) write();
  expect([index.frozen.length, index.images.length]).toEqual([1, 1]);
  while (!isDone && index.images.length === 1) await systemClock.yield();
  expect([isDone, index.frozen.length, index.images.length]).toEqual([false, 0, 2]);
  expect(await whole).toMatchObject({ image: { count: 11 }, position: { revision: 11 } });
  expect([index.size, state.verify()]).toEqual([15, []]);
  await merging.stop();
});

test("the whole index is one image of the records that are left: the same image if nothing changed, and none if no record is left", async () => {
  const { state, merging, write, remove } = mergedState();
  expect(await merging.mergeWhole()).toBeUndefined();
  for (let change = 0; change < 2; change++) write();
  const whole = await merging.mergeWhole();
  expect(whole).toMatchObject({ image: { count: 2 }, position: at(2) });
  expect((await merging.mergeWhole())?.image).toBe(whole?.image);
  remove("f1.ts");
  expect(await merging.mergeWhole()).toMatchObject({ image: { count: 1 }, position: at(3) });
  remove("f2.ts");
  expect([await merging.mergeWhole(), state.index.size, state.verify()]).toEqual([undefined, 0, []]);
  await merging.stop();
});

test("a layer goes with its last record, although a merge of the layer ended because another merge failed", async () => {
  const { state, merging, write, remove } = mergedState();
  const { index } = state;
  for (let change = 0; change < 8; change++) write();
  await merging.mergeWhole();
  write();
  const whole = merging.mergeWhole();
  // As if no memory were left for an image of the layer that is frozen meanwhile.
  const merge = vi.spyOn(IndexManager.prototype, "merge").mockImplementation(() => {
    throw new RangeError("Array buffer allocation failed");
  });
  onTestFinished(() => merge.mockRestore());
  for (let change = 0; change < 4; change++) write();
  expect([await whole, index.images.length]).toEqual([undefined, 1]);
  for (let file = 1; file <= 8; file++) remove(`f${file}.ts`);
  expect([index.images, index.size, state.verify()]).toEqual([[], 5, []]);
  await merging.stop();
});
