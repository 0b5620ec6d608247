import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { StoredChange } from "../database/metadata-database.ts";
import { encodeChange } from "./change-log.ts";
import type { ControlBlock } from "./control-block.ts";
import { imageBytes, type ImageSections, writeImage } from "./index-image.ts";
import { packIndex } from "./pack-index.ts";
import type { SharedSource } from "./shared-source.ts";
import type { ImageHalf, ImageMemory } from "./thread-messages.ts";

/** For each image's log of later changes. */
const DEFAULT_LOG_BYTES = 4 * 1_024 * 1_024;
/** More than this share of the log, and it is time for a new image: readers follow every change by themselves. */
const LOG_SHARE = 1 / 4;
/** How long the packing works before it lets others run, in microseconds. */
const SLICE_US = 4_000;
/** A reader that looks at the older image keeps it from being written over; looked at again after so long. */
const PIN_PAUSE_MS = 1;
/** So that the next images fit, too. */
const HEADROOM = 1.25;

/**
 * The owner's side of the shared index: keeps an image of it in shared memory, and a log of what has changed since. When the log has grown
 * long, a new image is packed beside it, step by step, while changes go on to the log of the present one and are kept for the next.
 */
export class SharedIndexWriter {
  readonly #source: Pick<SharedSource, "revision" | "confirmedAt" | "unreadable" | "index">;
  readonly #control: ControlBlock;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #logBytes: number;
  /** Called when there is other memory, which readers do not have yet. */
  readonly #onMemory: (memory: ImageMemory) => void;
  #memory: ImageMemory;
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
    source: Pick<SharedSource, "revision" | "confirmedAt" | "unreadable" | "index">,
    control: ControlBlock,
    clock: Clock,
    logger: Logger,
    onMemory: (memory: ImageMemory) => void,
    logBytes: number = DEFAULT_LOG_BYTES,
  ) {
    this.#source = source;
    this.#control = control;
    this.#clock = clock;
    this.#logger = logger;
    this.#onMemory = onMemory;
    this.#logBytes = logBytes;
    this.#memory = newImageMemory(1, 0, logBytes);
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
    this.#isReplaced = true;
    this.#repack();
    this.publish();
  }

  publish(): void {
    const { revision, confirmedAt, unreadable } = this.#source;
    const deltaBytes = this.#image === 0 ? 0 : this.#logged;
    this.#control.publish({ revision, confirmedAt, unreadable: unreadable.size, image: this.#image, deltaBytes });
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
      this.publish();
      this.#logger.error(`the index cannot be shared any longer, readers ask for each answer: ${messageOf(error)}`);
    });
  }

  async #pack(): Promise<void> {
    const image = await this.#packWhole();
    const number = this.#nextImage;
    if (image === undefined) return;
    this.#makeRoom(number, image);
    // The half holds the image before the present one.
    while (this.#control.isPinned(number - 2)) {
      await this.#pause();
      if (this.#stopped) return;
    }
    const lines = this.#since ?? [];
    this.#since = undefined;
    if (this.#isReplaced) {
      this.#isReplaced = false;
      this.#repack();
      return;
    }
    const { image: memory, log } = this.#halfOf(number);
    writeImage(image, memory);
    let logged = 0;
    for (const line of lines) {
      new Uint8Array(log, logged).set(line);
      logged += line.length;
    }
    this.#nextImage++;
    this.#image = number;
    this.#logged = logged;
    this.publish();
  }

  /** In slices; begins again where the whole state was replaced meanwhile. */
  async #packWhole(): Promise<ImageSections | undefined> {
    for (;;) {
      this.#isReplaced = false;
      this.#since = [];
      this.#sinceBytes = 0;
      const steps = packIndex(this.#source.index);
      let due = this.#clock.microseconds() + SLICE_US;
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (this.#clock.microseconds() >= due) {
          await this.#clock.yield();
          due = this.#clock.microseconds() + SLICE_US;
        }
        if (this.#stopped) return undefined;
        if (this.#isReplaced) break;
      }
    }
  }

  /** Larger memory where the image does not fit. Until the new image is there, readers ask the owner. */
  #makeRoom(number: number, image: ImageSections): void {
    const needed = imageBytes(image);
    if (needed <= this.#halfOf(number).image.byteLength) return;
    this.#memory = newImageMemory(number, Math.ceil(needed * HEADROOM), this.#logBytes);
    // What is read from now on is in the new memory alone.
    this.#image = 0;
    this.publish();
    this.#onMemory(this.#memory);
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

function newImageMemory(firstImage: number, bytes: number, logBytes: number): ImageMemory {
  const half = (): ImageHalf => ({ image: new SharedArrayBuffer(bytes), log: new SharedArrayBuffer(bytes === 0 ? 0 : logBytes) });
  return { firstImage, halves: [half(), half()] };
}
