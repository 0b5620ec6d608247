import type { Logger } from "../base/logger.ts";
import { messageOf } from "../base/errors.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import { IMAGE_FORMAT } from "../indexing/image/image-format.ts";
import { Image } from "../indexing/image/image.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { IndexMerging } from "../state/index-merging.ts";
import type { WholeIndex } from "../state/state-events.ts";

/** The rows of fewer records are read in less time than a checkpoint is worth. */
const LEAST_RECORDS = 1_000;
/** A new checkpoint is due when it would save the next reader so many changes, or this share of the records. */
const LEAST_CHANGES = 500;
const CHANGED_SHARE = 1 / 50;

/**
 * Keeps the index in the database, so that the next start need not read every row (law 16). A checkpoint is the image of the whole index at one
 * position. Nothing depends on it: without one that fits, everything is read from the rows.
 */
export class Checkpoints {
  readonly #store: ProjectStore;
  readonly #state: CacheState;
  readonly #merging: IndexMerging;
  readonly #logger: Logger;
  #saving: Promise<void> | undefined;
  /** The revision of the checkpoint that was read or written last; `undefined` if none is known. */
  #revision: number | undefined;

  constructor(store: ProjectStore, state: CacheState, merging: IndexMerging, logger: Logger) {
    this.#store = store;
    this.#state = state;
    this.#merging = merging;
    this.#logger = logger;
    state.subscribe((event) => {
      if (event.kind === "merged" && event.whole !== undefined) void this.#begin(() => this.#write(event.whole));
    });
  }

  /**
   * Begins the state with the checkpoint, if there is one. A sync must follow: it brings what has changed since, or finds that the checkpoint is of another
   * history, or too old, and loads everything.
   */
  async restore(): Promise<void> {
    const stored = await this.#store.checkpoints.read(IMAGE_FORMAT);
    const image = stored === undefined ? undefined : Image.open(stored.bytes);
    if (stored === undefined || image === undefined) return;
    const { position } = stored;
    this.#state.restore(image, { ...position, horizon: position.revision });
    this.#revision = position.revision;
  }

  /** Writes a checkpoint if enough has changed since the last one. Never rejects: without one, the next start takes its time. */
  async save(): Promise<void> {
    await this.#saving;
    await this.#begin(async () => {
      if (await this.#isDueBesideOthers()) await this.#write(await this.#merging.whole());
    });
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#saving;
  }

  /** One at a time: what comes meanwhile is left to the next one. */
  #begin(save: () => Promise<void>): Promise<void> {
    this.#saving ??= save()
      .catch((error: unknown) => {
        this.#logger.debug(`no checkpoint of the index was left: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }

  async #write(whole: WholeIndex | undefined): Promise<void> {
    if (whole === undefined || !this.#isDue(this.#revision)) return;
    const { image, position } = whole;
    const bytes = new Uint8Array(image.memory);
    const isWritten = await this.#store.checkpoints.write({ format: IMAGE_FORMAT, position, bytes });
    this.#revision = position.revision;
    if (isWritten) this.#logger.debug(`left a checkpoint of ${image.count} records at revision ${position.revision}`);
  }

  /** Another process may have left one. */
  async #isDueBesideOthers(): Promise<boolean> {
    if (!this.#isDue(this.#revision)) return false;
    const header = await this.#store.checkpoints.header();
    const isOfThis = header?.format === IMAGE_FORMAT && header.position.epoch === this.#state.position?.epoch;
    return this.#isDue(isOfThis ? header.position.revision : undefined);
  }

  /** Whether the state is worth more than a checkpoint at `revision`. */
  #isDue(revision: number | undefined): boolean {
    const { size } = this.#state.index;
    if (!this.#isSound || size < LEAST_RECORDS) return false;
    return revision === undefined || this.#state.revision - revision >= Math.max(LEAST_CHANGES, size * CHANGED_SHARE);
  }

  /** An image knows nothing of rows that cannot be read: while there are some, they are to be found anew at each start. */
  get #isSound(): boolean {
    return !this.#state.isOutdated && this.#state.unreadable.size === 0;
  }
}
