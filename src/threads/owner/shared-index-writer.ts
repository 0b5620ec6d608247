import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { Slices } from "../../base/slices.ts";
import type { StoredChange } from "../../database/metadata-database.ts";
import { encodeChange } from "../protocol/change-log.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { ControlBlock } from "../protocol/control-block.ts";
import { imageBytes, type ImageSections, writeImage } from "../protocol/index-image.ts";
import { packIndex } from "./pack-index.ts";
import type { ImageHalf, ImageMemory } from "../protocol/thread-messages.ts";

/** For each image's log of later changes. */
const DEFAULT_LOG_BYTES = 4 * 1_024 * 1_024;
/** More than this share of the log, and it is time for a new image: readers follow every change by themselves. */
const LOG_SHARE = 1 / 4;
/** A reader that looks at the older image keeps it from being written over; looked at again after so long. */
const PIN_PAUSE_MS = 1;
/** After so many pauses the new image goes to new memory: a thread that was stopped while it looked holds nobody up. */
const MOST_PIN_PAUSES = 1_000;
/** So that the next images fit, too. */
const HEADROOM = 1.25;
/** Memory is given back when an image takes less than this share of it. */
const LEAST_USED = 1 / 4;
/** Less is not worth giving back. */
const SMALL_BYTES = 64 * 1_024;

type IndexState = Pick<CacheState, "revision" | "confirmedAt" | "isOutdated" | "unreadable" | "index">;

/**
 * The owner's side of the shared index: keeps an image of it in shared memory, and a log of what has changed since. When the log has grown
 * long, a new image is packed beside it, step by step, while changes go on to the log of the present one and are kept for the next.
 */
export class SharedIndexWriter {
  readonly #state: IndexState;
  readonly #control: ControlBlock;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #logBytes: number;
  /** Called when there is other memory, before any image in it is told of: what is sent to readers then is there when they hear of the image. */
  readonly #onMemory: (memory: ImageMemory) => void;
  #memory: ImageMemory = newImageMemory(1, 0, 0);
  /** The first image that was put into the present memory. */
  #firstHere = 1;
  #loads = 0;
  #image = 0;
  #nextImage = 1;
  #logged = 0;
  /** What was logged since the packing began; `undefined` while nothing is packed. */
  #since: Uint8Array[] | undefined;
  #sinceBytes = 0;
  /** What is being packed has to be packed again. */
  #isReplaced = false;
  #stopped = false;

  constructor(
    state: IndexState,
    control: ControlBlock,
    clock: Clock,
    logger: Logger,
    onMemory: (memory: ImageMemory) => void,
    logBytes: number = DEFAULT_LOG_BYTES,
  ) {
    this.#state = state;
    this.#control = control;
    this.#clock = clock;
    this.#logger = logger;
    this.#onMemory = onMemory;
    this.#logBytes = logBytes;
    this.#repack();
  }

  get memory(): ImageMemory {
    return this.#memory;
  }

  get byteLength(): number {
    return this.#memory.halves.reduce((sum, { image, log }) => sum + image.byteLength + log.byteLength, 0);
  }

  /** Notes changes and publishes where the cache stands now. */
  changed(changes: readonly StoredChange[]): void {
    for (const change of changes) this.#log(encodeChange(change));
    if (this.#logged > this.#logBytes * LOG_SHARE) this.#repack();
    this.publish();
  }

  /** Nothing of the present image holds any more. */
  replaced(): void {
    this.#image = 0;
    this.#loads++;
    this.#isReplaced = true;
    this.#repack();
    this.publish();
  }

  publish(): void {
    const { revision, confirmedAt, isOutdated, unreadable } = this.#state;
    this.#control.publish({
      revision,
      // The clock of a caller may tell parts of a millisecond.
      confirmedAt: isOutdated ? 0 : Math.trunc(confirmedAt.now),
      unreadable: unreadable.size,
      image: this.#image,
      memory: this.#memory.memory,
      logged: this.#image === 0 ? 0 : this.#logged,
      loads: this.#loads,
    });
  }

  stop(): void {
    this.#stopped = true;
  }

  #log(line: Uint8Array): void {
    this.#keepForNext(line);
    if (this.#image === 0) return;
    if (this.#logged + line.length > this.#logBytes) {
      // Readers ask the owner until the next image is there.
      this.#image = 0;
      this.#repack();
      return;
    }
    new Uint8Array(this.#halfOf(this.#image).log, this.#logged).set(line);
    this.#logged += line.length;
    assert(this.#logged <= this.#logBytes, "the log fits its memory");
  }

  /** What is packed now is of no use once more has changed than its log could hold, as when a reader keeps it from its place for long. */
  #keepForNext(line: Uint8Array): void {
    if (this.#since === undefined) return;
    this.#since.push(line);
    this.#sinceBytes += line.length;
    if (this.#sinceBytes <= this.#logBytes) return;
    this.#isReplaced = true;
    this.#since = [];
    this.#sinceBytes = 0;
  }

  /** Begins a new image, unless one is being made. */
  #repack(): void {
    if (this.#since !== undefined || this.#stopped) return;
    this.#since = [];
    void this.#pack().catch((error: unknown) => {
      this.#since = undefined;
      this.#image = 0;
      if (!this.#stopped) this.publish();
      this.#logger.error(`the index cannot be shared any longer, readers ask for each answer: ${messageOf(error)}`);
    });
  }

  async #pack(): Promise<void> {
    const image = await this.#packWhole();
    if (image === undefined) return;
    const isOverlong = this.#fits(image) && (await this.#isPinnedForLong());
    if (this.#stopped) return;
    const lines = this.#since ?? [];
    this.#since = undefined;
    if (this.#isReplaced) {
      this.#isReplaced = false;
      this.#repack();
      return;
    }
    const isElsewhere = isOverlong || !this.#fits(image);
    if (isElsewhere) this.#takeNewMemory(imageBytes(image));
    assert(this.#fits(image), "the image fits the memory that it goes to");
    const number = this.#nextImage++;
    assert(number !== this.#image && number >= this.#firstHere, "the image that can be read is not written over");
    const { image: memory, log } = this.#halfOf(number);
    writeImage(image, memory);
    let logged = 0;
    for (const line of lines) {
      new Uint8Array(log, logged).set(line);
      logged += line.length;
    }
    assert(logged <= this.#logBytes, "what was kept for the image fits its log");
    this.#image = number;
    this.#logged = logged;
    if (isElsewhere) this.#onMemory(this.#memory);
    this.publish();
  }

  /** Waits until nobody looks at the image that the next one is to be written over; not for ever. */
  async #isPinnedForLong(): Promise<boolean> {
    const older = this.#nextImage - 2;
    for (let pauses = 0; older >= this.#firstHere && this.#control.isPinned(older); pauses++) {
      if (pauses === MOST_PIN_PAUSES) return true;
      await this.#pause();
      if (this.#stopped) return false;
    }
    return false;
  }

  /** In slices; begins again where the whole state was replaced meanwhile. */
  async #packWhole(): Promise<ImageSections | undefined> {
    const slices = new Slices(this.#clock);
    for (;;) {
      this.#isReplaced = false;
      this.#since = [];
      this.#sinceBytes = 0;
      const steps = packIndex(this.#state.index);
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (slices.isOver) await slices.pause();
        if (this.#stopped) return undefined;
        if (this.#isReplaced) break;
      }
    }
  }

  /** Whether an image has its place in the present memory, and does not leave most of it empty. */
  #fits(image: ImageSections): boolean {
    const needed = imageBytes(image);
    const there = this.#memory.halves[0].image.byteLength;
    return needed <= there && (there <= SMALL_BYTES || needed >= there * LEAST_USED);
  }

  /** Nobody writes into the former memory any more: whoever reads it goes on with what is there. */
  #takeNewMemory(needed: number): void {
    this.#memory = newImageMemory(this.#memory.memory + 1, Math.ceil(needed * HEADROOM), this.#logBytes);
    this.#firstHere = this.#nextImage;
  }

  #halfOf(image: number): ImageHalf {
    return this.#memory.halves[image % 2] ?? this.#memory.halves[0];
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.schedule(PIN_PAUSE_MS, resolve);
    });
  }
}

function newImageMemory(memory: number, bytes: number, logBytes: number): ImageMemory {
  const half = (): ImageHalf => ({ image: new SharedArrayBuffer(bytes), log: new SharedArrayBuffer(logBytes) });
  return { memory, halves: [half(), half()] };
}
