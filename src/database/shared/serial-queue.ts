import type { Clock } from "../../base/clock.ts";

/** Whoever gives one task after the other, each synchronous once it runs, leaves the turn of the event loop after so long all the same. */
const SLICE_US = 8_000;

/** Runs tasks one after the other, in the order in which they came; a failed one stops no other. */
export class SerialQueue {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  #size = 0;
  #yieldedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    const isDue = this.#clock.microseconds() - this.#yieldedAt > SLICE_US;
    const result = this.#size++ === 0 && !isDue ? task() : this.#last.then(() => this.#yield()).then(task);
    this.#last = result.then(
      () => this.#end(),
      () => this.#end(),
    );
    return result;
  }

  /** Resolves when all that was given so far has ended. */
  idle(): Promise<void> {
    return this.#last;
  }

  async #yield(): Promise<void> {
    await this.#clock.yield();
    this.#yieldedAt = this.#clock.microseconds();
  }

  #end(): void {
    this.#size--;
  }
}
