import { assert } from "../base/assert.ts";
/**
 * Runs a task, never two at a time. Whoever asks while it runs shares the next run with all others who do: what the present one has
 * seen may be older than the call.
 */
export class SharedRuns<T> {
  readonly #task: () => Promise<T>;
  #running: Promise<T> | undefined;
  #waiting: Promise<T> | undefined;

  constructor(task: () => Promise<T>) {
    this.#task = task;
  }

  /** Resolves with the result of a run that begins after this call. */
  run(): Promise<T> {
    if (this.#waiting !== undefined) return this.#waiting;
    if (this.#running === undefined) return this.#start();
    this.#waiting = settled(this.#running).then(() => {
      this.#waiting = undefined;
      return this.#start();
    });
    return this.#waiting;
  }

  /** Resolves when none runs or waits, however they ended. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#waiting !== undefined) await settled(this.#waiting ?? this.#running);
  }

  /** Precondition: none runs. */
  #start(): Promise<T> {
    assert(this.#running === undefined, "never two at a time");
    const run = this.#task().finally(() => {
      this.#running = undefined;
    });
    this.#running = run;
    return run;
  }
}

function settled(promise: Promise<unknown> | undefined): Promise<void> {
  return Promise.resolve(promise).then(
    () => undefined,
    () => undefined,
  );
}
