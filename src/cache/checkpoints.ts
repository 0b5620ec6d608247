import type { Logger } from "../base/logger.ts";
import { DatabaseUnavailableError, messageOf } from "../base/errors.ts";
import type { CheckpointHeader } from "../database/checkpoint-store.ts";
import { isSamePosition, type ProjectStore, type StoredChange, type StorePosition } from "../database/metadata-database.ts";
import { IMAGE_FORMAT } from "../indexing/image/image-format.ts";
import { Image } from "../indexing/image/image.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { IndexMerging } from "../state/index-merging.ts";
import type { WholeIndex } from "../state/state-events.ts";
import { MAX_INCREMENTAL_CHANGES } from "../sync/database-synchronizer.ts";
import type { CheckpointPolicy } from "./index-upkeep.ts";

/**
 * Keeps the index in the database, so that the next start need not read every row (law 16). A checkpoint is the image of the whole index at one
 * position. Nothing depends on it: without one that fits, everything is read from the rows.
 */
export class Checkpoints {
  readonly #store: ProjectStore;
  readonly #state: CacheState;
  readonly #merging: IndexMerging;
  readonly #policy: CheckpointPolicy;
  readonly #logger: Logger;
  #saving: Promise<void> | undefined;
  /** The revision of the usable checkpoint that was read or written last; `undefined` if none is known. */
  #revision: number | undefined;
  /** The position of one that is kept but cannot be used. It must not stand in the way of another one. */
  #useless: StorePosition | undefined;

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
   * Begins the state with the checkpoint and what has changed since, if there is a checkpoint that fits. Else the state is left as it is, for a first load:
   * the checkpoint may be damaged, of another history, or too old. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async restore(): Promise<void> {
    const kept = await this.#read();
    if (kept === undefined) return;
    const { image, position: from } = kept;
    const { question } = this.#state.ask();
    const { position, continues, changes } = await this.#store.readChanges(from, MAX_INCREMENTAL_CHANGES);
    if (!continues || changes === undefined) {
      const why = continues ? "too much has changed since" : "it is of another history";
      this.#logger.debug(`the checkpoint of revision ${from.revision} is not used: ${why}`);
      return;
    }
    this.#revision = from.revision;
    try {
      this.#state.restore(image, { from, position, changes, question });
    } catch (error) {
      // The state knows that it is broken: the sync that follows loads everything.
      this.#refuse(from);
      this.#logger.warn(`the checkpoint of revision ${from.revision} is not used, all rows are read: ${messageOf(error)}`);
    }
  }

  /** Writes a checkpoint if enough has changed since the last one. Never rejects: without one, the next start takes its time. */
  async save(): Promise<void> {
    while (this.#saving !== undefined) await this.#saving;
    await this.#begin(() => this.#save());
  }

  /** One at a time: what comes meanwhile is left to the next one. */
  #begin(task: () => Promise<void>): Promise<void> {
    this.#saving ??= task()
      .catch((error: unknown) => {
        this.#logger.debug(`no checkpoint of the index was left: ${messageOf(error)}`);
      })
      .finally(() => {
        this.#saving = undefined;
      });
    return this.#saving;
  }

  async #read(): Promise<{ readonly image: Image; readonly position: StorePosition } | undefined> {
    const stored = await this.#readBytes();
    if (stored === undefined) {
      // Perhaps there is one, and it is damaged.
      const header = await this.#header();
      if (header !== undefined) this.#refuse(header);
      return undefined;
    }
    const position = { ...stored.position, horizon: stored.position.revision };
    const image = Image.open(stored.bytes);
    if (image === undefined) this.#refuse(position);
    return image === undefined ? undefined : { image, position };
  }

  /** Who may read the rows but not the checkpoint reads the rows. Everything else that fails would fail with the rows, too (law 6). */
  async #readBytes(): ReturnType<ProjectStore["checkpoints"]["read"]> {
    try {
      return await this.#store.checkpoints.read(IMAGE_FORMAT);
    } catch (error) {
      if (!isDenied(error)) throw error;
      this.#logger.debug(`the checkpoint of the index cannot be read, the rows are: ${messageOf(error)}`);
      return undefined;
    }
  }

  #refuse(position: StorePosition): void {
    this.#revision = undefined;
    this.#useless = position;
    this.#logger.debug(`the checkpoint of revision ${position.revision} is of no use`);
  }

  /** Without `given`, the index is merged, if a checkpoint of it is due. */
  async #save(given?: WholeIndex): Promise<void> {
    const revision = given?.position.revision ?? this.#state.revision;
    if (!this.#isDue(this.#revision, revision)) return;
    // Another process may have left one, or it was lost.
    this.#revision = await this.#findKept();
    if (!this.#isDue(this.#revision, revision)) return;
    const whole = given ?? (await this.#merging.whole());
    if (whole === undefined || !this.#isSound) return;
    const { image, position } = whole;
    const bytes = new Uint8Array(image.memory);
    if (!(await this.#store.checkpoints.write({ format: IMAGE_FORMAT, position, bytes }))) return;
    this.#revision = position.revision;
    this.#logger.debug(`left a checkpoint of ${image.count} records at revision ${position.revision}`);
  }

  /** The revision of the checkpoint in the database, if a reader could be brought up from it. One that is known to be useless is removed. */
  async #findKept(): Promise<number | undefined> {
    const kept = await this.#header();
    if (kept === undefined) return undefined;
    if (this.#useless !== undefined && isSamePosition(kept, this.#useless)) {
      await this.#store.checkpoints.remove();
      return undefined;
    }
    const { position, continues } = await this.#store.readChanges(kept, 0);
    return continues && kept.revision >= position.horizon ? kept.revision : undefined;
  }

  /** The position of the checkpoint in the database if it is of this format. */
  async #header(): Promise<StorePosition | undefined> {
    const header: CheckpointHeader | undefined = await this.#store.checkpoints.header().catch((error: unknown) => {
      if (isDenied(error)) return undefined;
      throw error;
    });
    return header?.format === IMAGE_FORMAT ? { ...header.position, horizon: header.position.revision } : undefined;
  }

  /** Whether an index at `revision` is worth more than a checkpoint at `kept`. */
  #isDue(kept: number | undefined, revision: number): boolean {
    const { size } = this.#state.index;
    const { leastRecords, leastChanges, changedShare, mostChanges } = this.#policy;
    if (!this.#isSound || size < leastRecords) return false;
    return kept === undefined || revision - kept >= Math.min(mostChanges, Math.max(leastChanges, size * changedShare));
  }

  /** An image knows nothing of rows that cannot be read: while there are some, they are to be found anew at each start. */
  get #isSound(): boolean {
    return !this.#state.isOutdated && this.#state.unreadable.size === 0;
  }

  /** Whether the row became unreadable without a change that the feed knows of: then whoever begins with the checkpoint knows nothing of it. */
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
