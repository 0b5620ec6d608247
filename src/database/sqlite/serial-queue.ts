import type { Clock } from "../../base/clock.ts";

/** Runs tasks one after the other, in the order in which they came; a failed one stops no other. */
export class SerialQueue {
  readonly #clock: Clock;
  #last: Promise<void> = Promise.resolve();
  #size = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#size++ === 0 ? task() : this.#last.then(() => this.#clock.yield()).then(task);
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

  #end(): void {
    this.#size--;
  }
}
