import type { Clock } from "../../base/clock.ts";
import { Slices } from "../../base/slices.ts";

/**
 * Let the event loop run at least this often, even if the queue never becomes empty and each task
 * is synchronous.
 */
const SLICE_US = 8_000;

/**
 * Runs tasks one after the other, in the order of the calls. A failed task does not stop the
 * others.
 */
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

  /** Resolves when all tasks so far have ended. */
  idle(): Promise<void> {
    return this.#last;
  }

  #end(): void {
    this.#size--;
  }
}
