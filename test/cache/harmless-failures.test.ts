import { expect, onTestFinished, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { files, settled, TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { systemClock } from "../../src/base/clock.ts";

/** What would have ended the process. */
function uncaught(): unknown[] {
  const found: unknown[] = [];
  const note = (error: unknown): void => void found.push(error);
  const events = ["uncaughtException", "unhandledRejection"] as const;
  const before = events.map((event) => process.listeners(event as "uncaughtException"));
  for (const event of events) process.removeAllListeners(event).on(event, note);
  onTestFinished(() => {
    events.forEach((event, index) => {
      process.removeAllListeners(event);
      for (const listener of before[index] ?? []) process.on(event, listener);
    });
  });
  return found;
}

const FAILURES: readonly (readonly [string, () => unknown])[] = [
  [
    "throws",
    () => {
      throw new TypeError("the program's own fault");
    },
  ],
  ["rejects", () => Promise.reject(new TypeError("the program's own fault"))],
];

test.for(FAILURES)("a logger that %s harms neither the timers that write to it nor the calls", async ([, fail]) => {
  const found = uncaught();
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(files(3), []);
  const clock = new ManualClock();
  const logger = { debug: fail, info: fail, warn: fail, error: fail };
  const cache = await MetadataCache.open(store, TINY, { clock, logger });
  database.gate = () => Promise.reject(new TypeError("unreachable"));
  store.hint();
  await settled();
  clock.fire();
  await settled();
  await expect(cache.syncWithDatabase()).rejects.toThrow("unreachable");
  database.gate = () => Promise.resolve();
  const foreign = recordOf({ path: "foreign.ts" });
  store.writeBehindTheCache("foreign.ts" as ProjectPath, foreign);
  clock.fire();
  await settled();
  expect(cache.peek("foreign.ts") ?? (await cache.getMetadata("foreign.ts"))).toEqual(foreign);
  await settled();
  expect(found).toEqual([]);
});

test.for(FAILURES)("an onLoadProgress that %s ends no load", async ([, fail]) => {
  const found = uncaught();
  const store = await new MemoryDatabase().openProject("p");
  await store.write(files(300), []);
  const cache = await MetadataCache.open(store, TINY, { onLoadProgress: fail });
  expect(cache.count({})).toBe(300);
  store.epoch = "another";
  expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full" });
  await cache.shutdown();
  await settled();
  expect(found).toEqual([]);
});

test.for(FAILURES)("a watcher that %s is told of later changes all the same", async ([, fail]) => {
  const found = uncaught();
  const database = await openForTest(`${temporaryDirectory()}/metadata.db`);
  const store = await database.openProject("p");
  let hints = 0;
  let noticed: () => void = () => undefined;
  const stop = store.watch(() => {
    hints++;
    noticed();
    return fail();
  });
  onTestFinished(stop);
  for (let change = 0; change < 3; change++) {
    const hinted = new Promise<void>((resolve) => (noticed = resolve));
    await store.write([recordOf({ path: `${change}.ts` })], []);
    await hinted;
  }
  await systemClock.yield();
  expect(hints).toBeGreaterThanOrEqual(3);
  expect(found).toEqual([]);
});
