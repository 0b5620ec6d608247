import type { Clock } from "./clock.ts";

/** After this many microseconds, long work lets other work run. */
const SLICE_US = 4_000;

/**
 * Splits long work into slices, so that it does not block the event loop. The work checks `isOver`
 * often, and awaits `pause()` if it is true. The first slice starts when the object is created.
 */
export class Slices {
  readonly #clock: Clock;
  readonly #us: number;
  #startedAt: number;

  constructor(clock: Clock, us: number = SLICE_US) {
    this.#clock = clock;
    this.#us = us;
    this.#startedAt = clock.microseconds();
  }

  get isOver(): boolean {
    return this.#clock.microseconds() - this.#startedAt >= this.#us;
  }

  /** Lets other work run. The next slice starts when this resolves. */
  async pause(): Promise<void> {
    await this.#clock.yield();
    this.#startedAt = this.#clock.microseconds();
  }
}

/**
 * Runs `steps`, each about a millisecond long, in slices. Returns the value that the iterator
 * returns.
 */
export async function inSlices<T>(steps: Iterator<unknown, T, undefined>, clock: Clock): Promise<T> {
  const slices = new Slices(clock);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (slices.isOver) await slices.pause();
  }
}
