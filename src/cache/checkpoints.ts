import type { Logger } from "../base/logger.ts";
import { DatabaseUnavailableError, messageOf } from "../base/errors.ts";
import type { CheckpointHeader } from "../database/checkpoint-store.ts";
import { isSamePosition, type ProjectStore, type StoredChange, type StorePosition } from "../database/metadata-database.ts";
import { IMAGE_FORMAT } from "../indexing/image/image-format.ts";
import { adoptImage } from "../indexing/image/adopted-image.ts";
import { Image } from "../indexing/image/image.ts";
import { finished } from "../indexing/index-manager.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { IndexMerging } from "../state/index-merging.ts";
import type { WholeIndex } from "../state/state-events.ts";
import { MAX_INCREMENTAL_CHANGES } from "../sync/database-synchronizer.ts";
import type { CheckpointPolicy } from "./index-upkeep.ts";

/**
 * Keeps checkpoints of the index in the database, so that the next start need not read every row
 * (law 16). Nothing depends on a checkpoint: if none fits, the cache reads every row.
 */
export class Checkpoints {
  readonly #store: ProjectStore;
  readonly #state: CacheState;
  readonly #merging: IndexMerging;
  readonly #policy: CheckpointPolicy;
  readonly #logger: Logger;
  #saving: Promise<void> | undefined;
  /**
   * The revision of the last usable checkpoint that was read or written. `undefined` if none is
   * known.
   */
  #revision: number | undefined;
  /**
   * The position of a checkpoint in the database that cannot be used. Another one must replace it.
   */
  #unusable: StorePosition | undefined;

  constructor(store: ProjectStore, state: CacheState, merging: IndexMerging, policy: CheckpointPolicy, logger: Logger) {
    this.#store = store;
    this.#state = state;
    this.#merging = merging;
    this.#policy = policy;
    this.#logger = logger;
    state.subscribe((event) => {
      if (event.kind === "outdated") this.#revision = undefined;
      else if (event.kind === "merged" && event.whole !== undefined) void this.#begin(() => this.#save(event.whole));
      else if (event.kind === "advanced" && event.changes.some((change) => this.#isUnknown(change))) void this.#drop();
    });
  }

  /**
   * Starts the state with the checkpoint and everything that has changed since, if a checkpoint
   * fits. Otherwise leaves the state as it is, for a first load: the checkpoint may be damaged, of
   * another history, or too old. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async restore(): Promise<void> {
    const kept = await this.#read();
    if (kept !== undefined) await this.#start(kept, kept.position.revision);
  }

  /**
   * Starts the state with an index that is not from a checkpoint, and everything that has changed
   * since. If the database cannot tell the changes, leaves the state as it is, for a first load.
   * Throws `E_DATABASE_UNAVAILABLE`.
   */
  async begin(written: WholeIndex): Promise<void> {
    await this.#start(written, undefined);
  }

  /** `kept` is the revision of the checkpoint, if the image is from one. */
  async #start({ image, position: from }: WholeIndex, kept: number | undefined): Promise<void> {
    const { question } = this.#state.ask();
    const { position, continues, changes } = await this.#store.readChanges(from, MAX_INCREMENTAL_CHANGES);
    if (!continues || changes === undefined) {
      const reason = continues ? "too much has changed since" : "it is of another history";
      this.#logger.debug(`the index of revision ${from.revision} is not used: ${reason}`);
      return;
    }
    this.#revision = kept;
    try {
      this.#state.restore(image, { from, position, changes, question });
    } catch (error) {
      // The state knows that it is broken, so the next sync loads everything.
      if (kept !== undefined) this.#refuse(from);
      this.#logger.warn(`the index of revision ${from.revision} is not used, all rows are read: ${messageOf(error)}`);
    }
  }

  /**
   * Starts the state with the index of another project of the database whose rows are mostly the
   * same, such as another worktree. Leaves the state as it is if there is none, or if its image
   * lacks a row. Only the rows that differ are decoded. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async adopt(): Promise<void> {
    const { question } = this.#state.ask();
    const sibling = await this.#store.extractions.readSibling?.(IMAGE_FORMAT);
    const theirs = sibling === undefined ? undefined : Image.open(sibling.bytes);
    if (sibling === undefined || theirs === undefined) return;
    const { same, others, position } = sibling;
    const { image, masked, size } = finished(adoptImage(theirs, same));
    if (size !== same.size) return;
    const from = { ...position, revision: 0, token: 0, horizon: 0 };
    this.#state.restore(image, { from, position, changes: others, question }, masked);
    this.#logger.debug(`the index began with that of another project: ${size} records are the same, ${others.length} are not`);
  }

  /**
   * Writes a checkpoint if enough has changed since the last one. Never rejects: without a
   * checkpoint, the next start is only slower.
   */
  async save(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
    await this.#begin(() => this.#save());
  }

  /**
   * Runs at most one task at a time. Drops a task that comes while another one runs: the next task
   * does its work.
   */
  #begin(task: () => Promise<void>): Promise<void> {
    this.#saving ??= task()
      .catch((error: unknown) => {
        this.#logger.debug(`no checkpoint of the index was written: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }

  async #read(): Promise<WholeIndex | undefined> {
    const stored = await this.#readBytes();
    if (stored === undefined) {
      // There may be a checkpoint that is damaged.
      const header = await this.#header();
      if (header !== undefined) this.#refuse(header);
      return undefined;
    }
    const position = { ...stored.position, horizon: stored.position.revision };
    const image = Image.open(stored.bytes);
    if (image === undefined) this.#refuse(position);
    return image === undefined ? undefined : { image, position };
  }

  /**
   * Reads the checkpoint. A user who may read the rows but not the checkpoint gets `undefined`, and
   * reads the rows. Every other failure would also occur with the rows (law 6), so it is thrown.
   */
  async #readBytes(): ReturnType<ProjectStore["checkpoints"]["read"]> {
    try {
      return await this.#store.checkpoints.read(IMAGE_FORMAT);
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.#logger.debug(`the checkpoint of the index cannot be read, all rows are read instead: ${messageOf(error)}`);
      return undefined;
    }
  }

  #refuse(position: StorePosition): void {
    this.#revision = undefined;
    this.#unusable = position;
    this.#logger.debug(`the checkpoint of revision ${position.revision} cannot be used`);
  }

  /** Writes a checkpoint if one is due. Without `given`, merges the index first. */
  async #save(given?: WholeIndex): Promise<void> {
    const revision = given?.position.revision ?? this.#state.revision;
    if (!this.#isDue(this.#revision, revision)) return;
    // Another process may have written one, or the last one may be lost.
    this.#revision = await this.#findKept();
    if (!this.#isDue(this.#revision, revision)) return;
    const whole = given ?? (await this.#merge());
    if (whole === undefined || !this.#isSound) return;
    const { image, position } = whole;
    const bytes = new Uint8Array(image.memory);
    if (!(await this.#store.checkpoints.write({ format: IMAGE_FORMAT, position, bytes }))) return;
    this.#revision = position.revision;
    this.#logger.debug(`wrote a checkpoint of ${image.count} records at revision ${position.revision}`);
  }

  /**
   * Merges the index for a checkpoint. If this user may not write, nothing else has a use for the
   * merge, so this throws before it.
   */
  async #merge(): Promise<WholeIndex | undefined> {
    await this.#store.checkpoints.assertWritable();
    return this.#merging.mergeWhole();
  }

  /**
   * Returns the revision of the checkpoint in the database, if a reader can start from it. Removes
   * a checkpoint that cannot be used.
   */
  async #findKept(): Promise<number | undefined> {
    const kept = await this.#header();
    if (kept === undefined) return undefined;
    if (this.#unusable !== undefined && isSamePosition(kept, this.#unusable)) {
      await this.#store.checkpoints.remove();
      return undefined;
    }
    const { position, continues } = await this.#store.readChanges(kept, 0);
    return continues && kept.revision >= position.horizon ? kept.revision : undefined;
  }

  /** Returns the position of the checkpoint in the database, if it is of this format. */
  async #header(): Promise<StorePosition | undefined> {
    const header: CheckpointHeader | undefined = await this.#store.checkpoints.header().catch((error: unknown) => {
      if (isDenied(error)) return undefined;
      throw error;
    });
    return header?.format === IMAGE_FORMAT ? { ...header.position, horizon: header.position.revision } : undefined;
  }

  /** True if a checkpoint at `revision` is worth its cost, when there is one at `kept`. */
  #isDue(kept: number | undefined, revision: number): boolean {
    const { size } = this.#state.index;
    const { leastRecords, leastChanges, changedShare, mostChanges } = this.#policy;
    if (!this.#isSound || size < leastRecords) return false;
    return kept === undefined || revision - kept >= Math.min(mostChanges, Math.max(leastChanges, size * changedShare));
  }

  /**
   * True if a checkpoint of the state would be right. An image does not contain unreadable rows, so
   * while there are some, each start must read the rows to find them.
   */
  get #isSound(): boolean {
    return !this.#state.isOutdated && this.#state.unreadable.size === 0;
  }

  /**
   * True if the row became unreadable without a change in the feed. A reader that starts from the
   * checkpoint would not learn that.
   */
  #isUnknown(change: StoredChange): boolean {
    return "unreadable" in change && change.unreadable !== undefined && change.revision <= (this.#revision ?? -1);
  }

  async #drop(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
    await this.#begin(async () => {
      this.#revision = undefined;
      await this.#store.checkpoints.remove();
    });
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError && error.fault === "denied";
}
