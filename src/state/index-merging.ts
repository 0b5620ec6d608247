import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import type { StorePosition } from "../database/metadata-database.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { LastingLayer } from "../indexing/layer.ts";
import type { CacheState } from "./cache-state.ts";
import type { WholeIndex } from "./state-events.ts";

/** An index of more layers than this makes writers wait: else a quick one leaves the merging behind. */
const MOST_LAYERS = 12;
/** More frozen layers than this do, too: plain maps take twenty times as much as an image of the same records. */
const MOST_FROZEN = 2;

/**
 * Keeps the index in few images, beside reads and writes, in slices: what was frozen becomes an image before anything else, then images are merged, one merge
 * at a time. That gives back, too, what records took that have changed since or are gone.
 */
export class IndexMerging {
  readonly #state: CacheState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  /** The index whose images could not be merged. To try again at once would fail again, for ever: it goes on as it is until a load replaces it. */
  #failed: IndexManager | undefined;
  #isPacking = false;
  #stopped = false;

  constructor(state: CacheState, clock: Clock, logger: Logger) {
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
    state.subscribe(({ kind }) => {
      if (kind === "advanced" || kind === "replaced") this.#consider();
    });
  }

  /** To be awaited after each write. Looks again after each slice: a writer does not wait for the end of a long merge if the maps are an image before. */
  async keepUp(): Promise<void> {
    while (this.#running !== undefined && this.#isBehind) await this.#clock.yield();
  }

  /** The whole index as one image, as it is when the merge begins; `undefined` if it has no record, or cannot be merged, or is replaced or stopped meanwhile. */
  async whole(): Promise<WholeIndex | undefined> {
    while (this.#running !== undefined) await this.#running;
    if (!this.#mayMerge) return undefined;
    let whole: WholeIndex | undefined;
    this.#running = this.#mergeAll().then((merged) => {
      whole = merged;
      this.#running = undefined;
    });
    await this.#running;
    return whole;
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Cheap if there is nothing to do. */
  #consider(): void {
    const { index } = this.#state;
    if (!this.#mayMerge || this.#running !== undefined || (index.frozen.length === 0 && index.mergeDue().length === 0)) return;
    this.#running = this.#mergeDue().then(() => {
      this.#running = undefined;
      this.#consider();
    });
  }

  async #mergeDue(): Promise<void> {
    // Not in the turn of the change that led to it.
    await this.#clock.yield();
    const { index } = this.#state;
    await this.#pack();
    const images = index.mergeDue();
    if (images.length === 0) return;
    if (images.length < index.images.length) await this.#merge(images, undefined);
    else await this.#mergeAll();
  }

  /** Makes an image of what was frozen. Nothing that is frozen waits for a long merge. */
  async #pack(): Promise<void> {
    const { frozen } = this.#state.index;
    if (frozen.length === 0 || this.#isPacking) return;
    this.#isPacking = true;
    await this.#merge(frozen, undefined);
    this.#isPacking = false;
  }

  /** What changed last goes with it: then the image is the whole index as it is now. */
  async #mergeAll(): Promise<WholeIndex | undefined> {
    const { index, position } = this.#state;
    index.freeze();
    const { lasting } = index;
    const [first] = index.images;
    if (lasting.length === 0 || position === undefined) return undefined;
    if (lasting.length === 1 && first !== undefined && first.masked === undefined) return { image: first.image, position };
    return this.#merge(lasting, position);
  }

  get #isBehind(): boolean {
    const { layers, images, lasting } = this.#state.index;
    return layers.length > MOST_LAYERS || lasting.length - images.length > MOST_FROZEN;
  }

  get #mayMerge(): boolean {
    return !this.#stopped && this.#state.index !== this.#failed;
  }

  /** Of all layers at `position`, returns the whole index. Never rejects: without a merge, the index goes on as it is. */
  async #merge(layers: readonly LastingLayer[], position: StorePosition | undefined): Promise<WholeIndex | undefined> {
    const { index } = this.#state;
    const steps = index.merge(layers);
    const slices = new Slices(this.#clock);
    try {
      // A load that replaces the state ends the merge.
      while (this.#mayMerge && this.#state.index === index) {
        const step = steps.next();
        if (step.done === true) {
          const { image, renumbering } = step.value;
          const whole = position === undefined ? undefined : { image, position };
          this.#state.renumber(renumbering, whole);
          return whole;
        }
        if (!slices.isOver) continue;
        await slices.pause();
        await this.#pack();
      }
    } catch (error) {
      this.#failed = index;
      this.#logger.warn(`the index goes on as it is, its images could not be merged: ${messageOf(error)}`);
    } finally {
      steps.return(undefined as never);
    }
    return undefined;
  }
}
