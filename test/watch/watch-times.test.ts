import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { Debounce } from "../../src/watch/changes/debounce.ts";
import { functionNamed, newTree, watching } from "./watched.ts";

test("a change is taken over 50 ms after the last one, and 200 ms after the first one at the latest", () => {
  let ms = 0;
  const waits: number[] = [];
  let task = (): void => undefined;
  const clock: Clock = {
    ...systemClock,
    microseconds: () => ms * 1_000,
    schedule(wait, scheduled) {
      waits.push(wait);
      task = scheduled;
      return () => undefined;
    },
  };
  let runs = 0;
  const debounce = new Debounce(clock, () => runs++);
  for (const at of [0, 40, 80, 120, 160, 190, 230]) {
    ms = at;
    debounce.poke();
  }
  expect(waits).toEqual([50, 50, 50, 50, 40, 10, 0]);
  task();
  expect(runs).toBe(1);
  debounce.poke();
  expect(waits.at(-1)).toBe(50);
});

describe("a watcher without an event", () => {
  test("looks at everything when the regular look is due", async () => {
    // After a look that takes long the next one comes later: on this clock none does.
    const clock: Clock = { ...systemClock, microseconds: () => systemClock.microseconds() / 1_000 };
    const reasons: (string | undefined)[] = [];
    await watching(newTree("plain"), { clock, lookSeconds: 1, onBatch: ({ lookReason }) => reasons.push(lookReason) });
    await expect.poll(() => reasons).toContain("the regular look was due");
  });

  test("looks at everything after the machine slept", async () => {
    let slept = 0;
    const clock: Clock = { ...systemClock, now: () => systemClock.now() + slept };
    const reasons: (string | undefined)[] = [];
    await watching(newTree("plain"), { clock, onBatch: ({ lookReason }) => reasons.push(lookReason) });
    slept = 60_000;
    await expect.poll(() => reasons).toContain("the machine slept, or the process stood still");
  });
});

test("a watcher waits while git holds its lock, for two seconds at the most", async () => {
  const { tree, cache } = await watching(newTree());
  const lock = join(tree.root, ".git/index.lock");
  writeFileSync(lock, "");
  const written = performance.now();
  tree.write("b.ts", functionNamed("second"));
  await expect.poll(() => cache.paths({}), { interval: 20 }).toContain("b.ts");
  expect(performance.now() - written).toBeGreaterThan(1_900);
  rmSync(lock);
});
