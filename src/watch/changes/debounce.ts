import type { Clock } from "../../base/clock.ts";

const QUIET_MS = 50;
const LONGEST_WAIT_MS = 200;

/**
 * Runs a task 50 ms after the last call of `poke`, and at the latest 200 ms after the first call.
 * Does not keep the process alive.
 */
export class Debounce {
  readonly #clock: Clock;
  readonly #task: () => void;
  #first: number | undefined;
  #cancel: () => void = () => undefined;

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock;
    this.#task = task;
  }

  poke(): void {
    const now = this.#clock.microseconds() / 1_000;
    this.#first ??= now;
    this.#cancel();
    const wait = Math.max(0, Math.min(QUIET_MS, this.#first + LONGEST_WAIT_MS - now));
    this.#cancel = this.#clock.schedule(wait, () => {
      this.#first = undefined;
      this.#task();
    });
  }

  stop(): void {
    this.#first = undefined;
    this.#cancel();
  }
}
