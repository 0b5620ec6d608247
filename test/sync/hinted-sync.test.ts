import { expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { HintedSync } from "../../src/sync/hinted-sync.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";
import { settled } from "../support/opened-cache.ts";

interface Followed {
  readonly store: MemoryStore;
  readonly hinted: HintedSync;
  readonly clock: ManualClock;
  /** The pauses that were asked for, in milliseconds. */
  readonly pauses: number[];
  readonly warnings: string[];
  looks: number;
  outcome: Promise<void>;
}

async function follow(): Promise<Followed> {
  const store = await new MemoryDatabase().openProject("p");
  const manual = new ManualClock();
  const pauses: number[] = [];
  const clock: Clock = {
    ...WITHOUT_TIMERS,
    schedule: (ms, task) => {
      pauses.push(ms);
      return manual.schedule(ms, task);
    },
  };
  const warnings: string[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const catchUp = (): Promise<void> => {
    followed.looks++;
    return followed.outcome;
  };
  const followed: Followed = {
    store,
    hinted: new HintedSync(store, { catchUp }, clock, logger),
    clock: manual,
    pauses,
    warnings,
    looks: 0,
    outcome: Promise.resolve(),
  };
  followed.hinted.start();
  return followed;
}

test("looks soon after the start, for what changed while it began, at every hint, and every few seconds without one", async () => {
  const followed = await follow();
  expect(followed.pauses.at(-1)).toBeLessThan(100);
  followed.clock.fire();
  await settled();
  expect(followed.looks).toBe(1);
  expect(followed.pauses.at(-1)).toBe(5_000);
  followed.clock.fire();
  await settled();
  expect(followed.looks).toBe(2);
  followed.store.hint();
  await settled();
  expect(followed.looks).toBe(3);
});

test("hints during a look are followed by one more look, after a pause", async () => {
  const followed = await follow();
  let release: () => void = () => undefined;
  followed.outcome = new Promise<void>((resolve) => {
    release = resolve;
  });
  for (let hint = 0; hint < 5; hint++) followed.store.hint();
  expect(followed.looks).toBe(1);
  release();
  await settled();
  expect(followed.looks).toBe(1);
  expect(followed.pauses.at(-1)).toBe(10);
  followed.clock.fire();
  await settled();
  expect(followed.looks).toBe(2);
  expect(followed.pauses.at(-1)).toBe(5_000);
});

test("a look that failed is made again, with growing pauses, and warned of once", async () => {
  const followed = await follow();
  followed.outcome = Promise.reject(new TypeError("gone"));
  followed.store.hint();
  for (let round = 0; round < 6; round++) {
    await settled();
    followed.clock.fire();
  }
  await settled();
  expect(followed.looks).toBe(7);
  expect(followed.pauses.slice(1)).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  expect(followed.warnings).toEqual([expect.stringContaining("gone")]);
  followed.outcome = Promise.resolve();
  followed.clock.fire();
  await settled();
  followed.outcome = Promise.reject(new TypeError("gone again"));
  followed.store.hint();
  await settled();
  expect(followed.warnings).toHaveLength(2);
  expect(followed.pauses.at(-1)).toBe(250);
});

test("after the stop no hint and no timer makes it look, and a look under way schedules none", async () => {
  const followed = await follow();
  let release: () => void = () => undefined;
  followed.outcome = new Promise<void>((resolve) => {
    release = resolve;
  });
  followed.store.hint();
  followed.hinted.stop();
  release();
  await settled();
  expect(followed.clock.pending).toBe(0);
  followed.store.hint();
  await settled();
  expect(followed.looks).toBe(1);
});
