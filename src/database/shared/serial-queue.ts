import type { Clock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";

/** Whoever gives one task after the other, each synchronous once it runs, leaves the turn of the event loop after so long all the same. */
const SLICE_US = 8_000;

/** Runs tasks one after the other, in the order in which they came; a failed one stops no other. */
export class SerialQueue {
  readonly #slices: Slices;
  #last: Promise<void> = Promise.resolve();
  #size = 0;

  constructor(clock: Clock) {
    this.#slices = new Slices(clock, SLICE_US);
  }

  run<T>(task: () => Promise<T>): Promise<T> {
    const isOver = this.#slices.isOver;
    const result = this.#size++ === 0 && !isOver ? task() : this.#last.then(() => this.#slices.pause()).then(task);
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
