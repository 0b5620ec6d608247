import { expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";
import { recordOf } from "../support/small-records.ts";

/**
 * `time` is the clock that people set; `steady`, in milliseconds as well, is the one that nobody
 * can.
 */
async function openAt(): Promise<{ database: MemoryDatabase; cache: MetadataCache; clock: { time: number; steady: number } }> {
  const clock = { time: 1_000_000, steady: 0 };
  const own: Clock = { ...WITHOUT_TIMERS, now: () => clock.time, microseconds: () => clock.steady * 1_000 };
  const database = new MemoryDatabase();
  const cache = await MetadataCache.open(await database.openProject("p"), TINY, { clock: own });
  return { database, cache, clock };
}

test("an answer says since when nothing has confirmed it, and is stale when that is too long ago", async () => {
  const { database, cache, clock } = await openAt();
  expect(await cache.query({})).toMatchObject({ asOf: 1_000_000, stale: false });
  clock.time += 600_000;
  expect(await cache.query({})).toMatchObject({ asOf: 1_000_000, stale: false });
  clock.time += 1;
  expect(await cache.query({})).toMatchObject({ asOf: 1_000_000, stale: true });
  expect(cache.getStats()).toMatchObject({ asOf: 1_000_000, stalenessMs: 600_001, stale: true });
  database.gate = () => Promise.reject(new TypeError("unreachable"));
  await expect(cache.syncWithDatabase()).rejects.toThrow("unreachable");
  expect(await cache.query({})).toMatchObject({ asOf: 1_000_000, stale: true });
  database.gate = () => Promise.resolve();
  expect(await cache.query({}, { consistency: "latest" })).toMatchObject({ asOf: 1_600_001, stale: false });
});

test("what a slow look at the database confirms is the moment at which it was begun", async () => {
  const { database, cache, clock } = await openAt();
  database.gate = async () => void (clock.time += 1_000);
  expect(await cache.query({}, { consistency: "latest" })).toMatchObject({ asOf: 1_000_000 });
  const begun = clock.time;
  await cache.syncWithDatabase();
  expect(await cache.query({})).toMatchObject({ asOf: begun });
});

test("what a slow write confirms is no moment after its commit", async () => {
  const { database, cache, clock } = await openAt();
  const begun = clock.time;
  const store = await database.openProject("p");
  database.gate = async (operation) => {
    if (operation !== "write done") return;
    clock.time += 1_000;
    const foreign = recordOf({ path: "foreign.ts" });
    store.writeBehindTheCache(foreign.path, foreign);
    clock.time += 1_000;
  };
  await cache.update(recordOf({ path: "own.ts" }));
  const answer = await cache.query({});
  expect(answer).toMatchObject({ revision: 1, total: 1 });
  expect(answer.asOf).toBeLessThan(begun + 1_000);
});

test("a clock that is set back or forth makes nothing look fresher than it is", async () => {
  const { cache, clock } = await openAt();
  clock.time -= 500_000;
  clock.steady += 600_001;
  expect(cache.getStats()).toMatchObject({ stalenessMs: 600_001, stale: true });
  await cache.syncWithDatabase();
  expect(await cache.query({})).toMatchObject({ asOf: 500_000, stale: false });
  // The machine slept: only the clock that people set has gone on.
  clock.time += 600_001;
  expect(await cache.query({})).toMatchObject({ stale: true });
  expect(await cache.query({}, { consistency: "latest" })).toMatchObject({ asOf: 1_100_001, stale: false });
});
