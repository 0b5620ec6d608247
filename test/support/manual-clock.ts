import type { Clock } from "../../src/base/clock.ts";

/**
 * A clock that goes on by one with each look at it, and whose timers fire when they are told to.
 */
export class ManualClock implements Clock {
  readonly #tasks = new Set<() => void>();
  #time = 1_000;

  get pending(): number {
    return this.#tasks.size;
  }

  now(): number {
    return ++this.#time;
  }

  /** Stands still: no work ever takes so long that it would let others run. */
  microseconds(): number {
    return 0;
  }

  schedule(_ms: number, task: () => void): () => void {
    this.#tasks.add(task);
    return () => void this.#tasks.delete(task);
  }

  async sleep(): Promise<void> {}

  async yield(): Promise<void> {}

  fire(): void {
    const due = [...this.#tasks];
    this.#tasks.clear();
    for (const task of due) task();
  }
}
