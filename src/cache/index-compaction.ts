import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { CacheState } from "./cache-state.ts";

/** From here on an index is made anew: the cost for each record that went is that of copying one that stayed. */
const WORTH_IT = 2;
/** From here on whoever writes waits until that is done: else a quick writer leaves it behind. */
const TOO_MUCH = 3;
/** How long the work goes on before it lets others run, in microseconds. */
const SLICE_US = 4_000;

/** Gives memory of the index back once more than half of it is left over from what is gone: beside reads and writes, one run at a time. */
export class IndexCompaction {
  readonly #state: CacheState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(state: CacheState, clock: Clock, logger: Logger) {
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
  }

  /** To be called after each change. Cheap if there is nothing to do. */
  consider(): void {
    if (this.#stopped || this.#running !== undefined || !this.#state.index.takesMoreThan(WORTH_IT)) return;
    const { revision } = this.#state;
    this.#running = this.#run().then(
      () => {
        this.#running = undefined;
        // What went meanwhile may be worth another one.
        if (this.#state.revision !== revision) this.consider();
      },
      (error: unknown) => {
        this.#running = undefined;
        this.#logger.warn(`the index goes on as it is, memory could not be given back: ${messageOf(error)}`);
      },
    );
  }

  /** To be awaited after each write. */
  async keepUp(): Promise<void> {
    while (this.#running !== undefined && this.#state.index.takesMoreThan(TOO_MUCH)) await this.#running;
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Not in the turn of the change that led to it.
    await this.#clock.yield();
    let due = this.#clock.microseconds() + SLICE_US;
    for (const _ of this.#state.compact()) {
      if (this.#stopped) return;
      if (this.#clock.microseconds() < due) continue;
      await this.#clock.yield();
      due = this.#clock.microseconds() + SLICE_US;
    }
  }
}
