import type { Clock } from "../../base/clock.ts";
import { inSlices } from "../../base/slices.ts";
import { isSamePosition, type StoredChange, type StorePosition, type WriteReceipt } from "../../database/metadata-database.ts";
import { IndexLoader } from "../../indexing/index-loader.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { termsOf } from "../../record/terms.ts";
import type { WholeIndex } from "../../state/state-events.ts";

/**
 * The index of a project that was empty, made from the writes of one program. So the program need
 * not read back the rows that it has just written.
 *
 * The index is right only if nobody else changed the project meanwhile: each write must begin where
 * the one before it ended, and bring only records of new paths. After any other write the index is
 * given up, and somebody has to read the rows.
 */
export class WrittenIndex {
  readonly #clock: Clock;
  readonly #paths = new Set<ProjectPath>();
  #loader: IndexLoader | undefined = new IndexLoader();
  #position: StorePosition;
  #taking: Promise<void> = Promise.resolve();

  /** `position` is that of the empty project. */
  constructor(position: StorePosition, clock: Clock) {
    this.#position = position;
    this.#clock = clock;
  }

  /**
   * Takes over what a write did. Call it for every write, in the order of the writes. Never
   * rejects: the write is stored, whatever happens here. `finish` tells.
   */
  async take(receipt: WriteReceipt): Promise<void> {
    this.#taking = this.#taking.then(() => this.#add(receipt));
    await this.#taking.catch(() => undefined);
  }

  /**
   * Returns `undefined` if nothing was written, or if the index was given up. Takes nothing more
   * afterwards.
   */
  async finish(): Promise<WholeIndex | undefined> {
    await this.#taking;
    const loader = this.#loader;
    this.#giveUp();
    const index = loader === undefined ? undefined : await inSlices(loader.finish(), this.#clock);
    const image = index?.images[0]?.image;
    return image === undefined ? undefined : { image, position: this.#position };
  }

  async #add({ before, position, changes }: WriteReceipt): Promise<void> {
    const loader = this.#loader;
    if (loader === undefined) return;
    if (!isSamePosition(before, this.#position)) return this.#giveUp();
    for (const change of changes) {
      if (!this.#isNew(change)) return this.#giveUp();
      this.#paths.add(change.path);
      loader.add(change.record, change.revision, termsOf(change.record));
    }
    this.#position = position;
    await inSlices(loader.tidy(), this.#clock);
  }

  #isNew(change: StoredChange): change is StoredChange & { readonly record: FileMetadata } {
    return "record" in change && change.record !== undefined && !this.#paths.has(change.path);
  }

  #giveUp(): void {
    this.#loader = undefined;
    this.#paths.clear();
  }
}
