import { assert } from "../base/assert.ts";

/**
 * Runs a task, never twice at the same time. All callers during a run share the next run, because
 * the running one may have read the store before their call.
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

  /** Resolves when no run is active or waiting, also if runs failed. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#waiting !== undefined) await settled(this.#waiting ?? this.#running);
  }

  /** Precondition: no run is active. */
  #start(): Promise<T> {
    assert(this.#running === undefined, "two runs are never active at the same time");
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
