import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import type { CacheState } from "./cache-state.ts";

/** An index of more images than this makes writers wait: else a quick one leaves the merging behind. */
const MOST_IMAGES = 12;

/**
 * Keeps the index in few images, beside reads and writes: one merge at a time, in slices. That gives back, too, what records took that have
 * changed since or are gone.
 */
export class IndexMerging {
  readonly #state: CacheState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(state: CacheState, clock: Clock, logger: Logger) {
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
    state.subscribe(({ kind }) => {
      if (kind === "advanced" || kind === "replaced") this.#consider();
    });
  }

  /** To be awaited after each write. */
  async keepUp(): Promise<void> {
    while (this.#running !== undefined && this.#state.index.images.length > MOST_IMAGES) await this.#running;
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Cheap if there is nothing to do. */
  #consider(): void {
    if (this.#stopped || this.#running !== undefined || this.#state.index.mergeDue().length === 0) return;
    this.#running = this.#run().then(
      () => {
        this.#running = undefined;
        this.#consider();
      },
      (error: unknown) => {
        this.#running = undefined;
        this.#logger.warn(`the index goes on as it is, its images could not be merged: ${messageOf(error)}`);
      },
    );
  }

  async #run(): Promise<void> {
    // Not in the turn of the change that led to it.
    const slices = new Slices(this.#clock);
    await slices.pause();
    const { index } = this.#state;
    const images = index.mergeDue();
    if (this.#stopped || images.length === 0) return;
    const steps = index.merge(images);
    try {
      // A load that replaces the state ends the merge.
      while (!this.#stopped && this.#state.index === index) {
        const step = steps.next();
        if (step.done === true) return this.#state.renumber(step.value);
        if (slices.isOver) await slices.pause();
      }
    } finally {
      steps.return(undefined as never);
    }
  }
}
