import { assert } from "../base/assert.ts";

/**
 * A task that is executed for many callers, never twice at the same time. All callers during one
 * execution share the next one, because the present one may have read the store before their call.
 */
export class SharedTask<T> {
  readonly #task: () => Promise<T>;
  #running: Promise<T> | undefined;
  #waiting: Promise<T> | undefined;

  constructor(task: () => Promise<T>) {
    this.#task = task;
  }

  /** Resolves with the result of an execution that begins after this call. */
  execute(): Promise<T> {
    if (this.#waiting !== undefined) return this.#waiting;
    if (this.#running === undefined) return this.#start();
    this.#waiting = settled(this.#running).then(() => {
      this.#waiting = undefined;
      return this.#start();
    });
    return this.#waiting;
  }

  /** Resolves when no execution is active or waiting, also if some failed. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#waiting !== undefined) await settled(this.#waiting ?? this.#running);
  }

  /** Precondition: no execution is active. */
  #start(): Promise<T> {
    assert(this.#running === undefined, "the task is never executed twice at the same time");
    const execution = this.#task().finally(() => {
      this.#running = undefined;
    });
    this.#running = execution;
    return execution;
  }
}

function settled(promise: Promise<unknown> | undefined): Promise<void> {
  return Promise.resolve(promise).then(
    () => undefined,
    () => undefined,
  );
}
