import type { Fingerprint } from "../../record/fingerprint.ts";
import { systemClock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { type Logger, silentLogger } from "../../base/logger.ts";
import { forgetTombstones, type TombstonePolicy } from "../../database/forget-tombstones.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { parseFileMetadata } from "../../record/parsing/parse-file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { BareIndex } from "../bare-index.ts";
import { CacheLifetime } from "../cache-lifetime.ts";
import type { OpeningOptions } from "../cache-options.ts";
import { type RecordTarget, SourceLog } from "../writing/source-log.ts";
import { WrittenIndex } from "../writing/written-index.ts";

/**
 * The sink of a run in a program that reads nothing. Writes records straight to the database, and
 * keeps none in memory: for 86,000 files that saves about 300 MB. It needs the index only to know
 * the unreadable rows, and writes a checkpoint of the index at the end.
 */
export class ProjectSink {
  /** What is known about the source tree besides its records. */
  readonly source: SourceLog;
  readonly #store: ProjectStore;
  readonly #options: OpeningOptions;
  #index: BareIndex;
  readonly #logger: Logger;
  /** The index of what this program writes, if the project was empty. */
  readonly #written: WrittenIndex | undefined;
  /** Rows from which no record can be made. */
  readonly #unreadable: ReadonlySet<ProjectPath>;

  private constructor(store: ProjectStore, index: BareIndex, options: OpeningOptions) {
    this.#store = store;
    this.#index = index;
    this.#options = options;
    this.#logger = options.logger ?? silentLogger;
    this.#unreadable = new Set(index.unreadable.keys());
    const { position } = index;
    const isNew = index.isEmpty && this.#unreadable.size === 0;
    if (isNew && position !== undefined) this.#written = new WrittenIndex(position, options.clock ?? systemClock);
    const target: RecordTarget = {
      update: (records) => this.update(records),
      copy: async (files) => (await store.copy(files)).copied,
      unreadable: async () => {
        await this.#follow();
        return this.#index.unreadable;
      },
    };
    this.source = new SourceLog(store, target, new CacheLifetime(store.project));
  }

  /** Reads every row if there is no checkpoint. Throws `E_DATABASE_UNAVAILABLE`. */
  static async open(store: ProjectStore, options: OpeningOptions): Promise<ProjectSink> {
    return new ProjectSink(store, await BareIndex.open(store, options), options);
  }

  /**
   * Reads the fingerprint of every file. Leaves out rows that cannot be read, so that the run
   * extracts these files again.
   */
  async *fingerprints(): AsyncGenerator<readonly Fingerprint[], void, undefined> {
    for await (const page of this.#store.readFingerprints(PAGE)) yield page.filter(({ path }) => !this.#unreadable.has(path));
  }

  /**
   * Stores records in one transaction. Throws `E_RECORD` or `E_PATH` before anything changes;
   * `E_DATABASE_UNAVAILABLE`.
   */
  update(records: readonly FileMetadata[]): Promise<{ readonly changed: number }> {
    return this.#write(records.map(parseFileMetadata), []);
  }

  /**
   * Removes the records of these files in one transaction. A path without a record is not an error.
   */
  remove(paths: readonly ProjectPath[]): Promise<{ readonly changed: number }> {
    return this.#write([], paths);
  }

  /**
   * Forgets old tombstones. Call it at the end of a complete run. Throws `E_DATABASE_UNAVAILABLE`.
   */
  async forgetTombstones(policy: TombstonePolicy): Promise<void> {
    await forgetTombstones(this.#store, policy);
  }

  /**
   * Writes a checkpoint of the index if enough has changed, so that the next program need not read
   * every row. Never rejects.
   */
  async leaveCheckpoint(): Promise<void> {
    try {
      await this.#follow();
      await this.#index.save();
    } catch (error) {
      this.#logger.debug(`no checkpoint of the index was written: ${messageOf(error)}`);
    }
  }

  /** Catches up with the database. */
  async #follow(): Promise<void> {
    if (this.#index.isEmpty) this.#index = await this.#firstIndex();
    else await this.#index.follow();
  }

  /**
   * The index of a project that was empty. All of its rows are new. Either this program has written
   * them and knows them, or they may be copies of another worktree's rows, whose index is then
   * right for them.
   */
  async #firstIndex(): Promise<BareIndex> {
    const written = await this.#written?.finish();
    if (written === undefined) return BareIndex.openLikeSibling(this.#store, this.#options);
    return BareIndex.openWritten(this.#store, this.#options, written);
  }

  async #write(put: readonly FileMetadata[], remove: readonly ProjectPath[]): Promise<{ readonly changed: number }> {
    const receipt = await this.#store.write(put, remove);
    await this.#written?.take(receipt);
    return { changed: receipt.changes.length };
  }
}

const PAGE = 500;
