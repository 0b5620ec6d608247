import type { Clock } from "./clock.ts";

/** How long work goes on before it lets others run, in microseconds. */
const SLICE_US = 4_000;

/**
 * Long work in slices, so that it does not hold up the event loop: work asks often if the slice `isOver`, and then awaits
 * `pause()`. The first slice starts with the object.
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

  /** Lets others run. The next slice starts when the work goes on. */
  async pause(): Promise<void> {
    await this.#clock.yield();
    this.#startedAt = this.#clock.microseconds();
  }
}

/** Does steps of about a millisecond in slices, and returns what the last one comes to. */
export async function inSlices<T>(steps: Iterator<unknown, T, undefined>, clock: Clock): Promise<T> {
  const slices = new Slices(clock);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    if (slices.isOver) await slices.pause();
  }
}
