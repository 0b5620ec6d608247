import { expect, test, vi } from "vitest";
import { LONGEST_MS, systemClock } from "../../src/base/clock.ts";

test("a time beyond what a timer can hold is not over at once", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const over: number[] = [];
  const cancels = [LONGEST_MS + 1, 1e12, Infinity].map((ms) => systemClock.schedule(ms, () => over.push(ms)));
  void systemClock.sleep(LONGEST_MS).then(() => over.push(0));
  await systemClock.sleep(20);
  for (const cancel of cancels) cancel();
  process.off("warning", onWarning);
  expect(over).toEqual([]);
  expect(warnings).toEqual([]);
});

test("fake timers that a test puts in their place later do not stop the clock", async () => {
  vi.useFakeTimers();
  try {
    const before = systemClock.microseconds();
    await systemClock.yield();
    await systemClock.sleep(2);
    await new Promise<void>((resolve) => systemClock.schedule(2, resolve, "awaited"));
    expect(systemClock.microseconds()).toBeGreaterThan(before);
  } finally {
    vi.useRealTimers();
  }
});
