import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Slices } from "../base/slices.ts";
import type { StorePosition } from "../database/metadata-database.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { LastingLayer } from "../indexing/layers/layer.ts";
import type { CacheState } from "./cache-state.ts";
import type { WholeIndex } from "./state-events.ts";

/**
 * If the index has more layers than this, writers wait. Otherwise a fast writer adds layers faster
 * than merges remove them.
 */
const MOST_LAYERS = 12;
/**
 * Writers also wait if there are more frozen layers than this: their plain maps take twenty times
 * as much memory as an image of the same records.
 */
const MOST_FROZEN = 2;

/**
 * Keeps the index in few images. Works in slices beside reads and writes. Frozen layers become
 * images first, then images are merged, one merge at a time. A merge also frees the memory of
 * records that have changed since or are gone.
 */
export class IndexMerging {
  readonly #state: CacheState;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #running: Promise<void> | undefined;
  /**
   * The index whose merge failed. Another try would fail again, for ever. So this index keeps its
   * layers until a load replaces it.
   */
  #failed: IndexManager | undefined;
  #isPacking = false;
  #stopped = false;

  constructor(state: CacheState, clock: Clock, logger: Logger) {
    this.#state = state;
    this.#clock = clock;
    this.#logger = logger;
    state.subscribe(({ kind }) => {
      if (kind === "advanced" || kind === "replaced") this.#startIfDue();
    });
  }

  /**
   * Await this after each write. It checks again after each slice: once frozen layers are an image,
   * a writer does not wait for the end of a long merge.
   */
  async keepUp(): Promise<void> {
    while (this.#running !== undefined && this.#isBehind) await this.#clock.yield();
  }

  /**
   * Returns the whole index as one image, as it is when the merge begins. Returns `undefined` if
   * the index has no record or cannot be merged, or if a load replaces it or `stop` is called
   * meanwhile.
   */
  async mergeWhole(): Promise<WholeIndex | undefined> {
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

  /** Stops merging. Resolves when no merge runs any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Starts the next merge. Cheap if none is due. */
  #startIfDue(): void {
    const { index } = this.#state;
    if (!this.#mayMerge || this.#running !== undefined || (index.frozen.length === 0 && index.mergeDue().length === 0)) return;
    this.#running = this.#mergeDue().then(() => {
      this.#running = undefined;
      this.#startIfDue();
    });
  }

  async #mergeDue(): Promise<void> {
    // A later turn than the change that made the merge due.
    await this.#clock.yield();
    const { index } = this.#state;
    await this.#pack();
    const images = index.mergeDue();
    if (images.length === 0) return;
    if (images.length < index.images.length) await this.#merge(images, undefined);
    else await this.#mergeAll();
  }

  /**
   * Makes an image of the frozen layers. It also runs in the pauses of a long merge, so that frozen
   * layers do not wait for its end.
   */
  async #pack(): Promise<void> {
    const { frozen } = this.#state.index;
    if (frozen.length === 0 || this.#isPacking) return;
    this.#isPacking = true;
    await this.#merge(frozen, undefined);
    this.#isPacking = false;
  }

  /**
   * Merges all layers, including the records that changed last. So the image is the whole index as
   * it is now.
   */
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

  /**
   * Merges `layers`. Pass `position` if they are all layers: then returns the whole index. Never
   * rejects: if the merge fails, the index keeps its layers.
   */
  async #merge(layers: readonly LastingLayer[], position: StorePosition | undefined): Promise<WholeIndex | undefined> {
    const { index } = this.#state;
    const steps = index.merge(layers);
    const slices = new Slices(this.#clock);
    try {
      // If a load replaces the index, the merge stops.
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
      this.#logger.warn(`the index keeps its images as they are, because they could not be merged: ${messageOf(error)}`);
    } finally {
      steps.return(undefined as never);
    }
    return undefined;
  }
}
