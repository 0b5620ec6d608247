import { expect, onTestFinished, test, vi } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { systemClock } from "../../src/base/clock.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
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
