import { expect, test } from "vitest";
import { Slices } from "../../src/base/slices.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** A clock whose time passes only when a test says so, and which notes when others could run. */
class HandClock extends ManualClock {
  time = 50_000;
  readonly turns: number[] = [];

  override microseconds(): number {
    return this.time;
  }

  override async yield(): Promise<void> {
    this.turns.push(this.time);
    // What others do takes time, which is not the work's own.
    this.time += 100_000;
  }
}

test("long work lets others run each time a slice is over, and the time of the others does not count", async () => {
  const clock = new HandClock();
  const slices = new Slices(clock);
  for (let step = 0; step < 10; step++) {
    clock.time += 1_000;
    if (slices.isOver) await slices.pause();
  }
  expect(clock.turns).toEqual([54_000, 158_000]);
});

test("work names how long its slices are, and a slice is over when that time has passed", async () => {
  const clock = new HandClock();
  const slices = new Slices(clock, 8_000);
  clock.time += 7_999;
  expect(slices.isOver).toBe(false);
  clock.time += 1;
  expect(slices.isOver).toBe(true);
  await slices.pause();
  expect(slices.isOver).toBe(false);
});
