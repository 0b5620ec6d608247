import type { Clock } from "../base/clock.ts";
import { childLogger, type Logger } from "../base/logger.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import { LRUEvictionStrategy } from "../eviction/lru-eviction-strategy.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { CacheState } from "../state/cache-state.ts";
import { IndexMerging } from "../state/index-merging.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import { DatabaseSynchronizer, type LoadProgress } from "../sync/database-synchronizer.ts";
import { Checkpoints } from "./checkpoints.ts";

/** The index of a project without a record in memory, for a program that asks nothing of it. It follows nothing by itself. */
export class BareIndex {
  readonly #state = new CacheState(new CacheStorage({ maxItems: 0, maxBytes: 0, evictionBatchSize: 1 }, new LRUEvictionStrategy()));
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #merging: IndexMerging;
  readonly #checkpoints: Checkpoints;

  private constructor(store: ProjectStore, clock: Clock, logger: Logger, onLoadProgress: ((progress: LoadProgress) => void) | undefined) {
    this.#synchronizer = new DatabaseSynchronizer(store, this.#state, clock, childLogger(logger, "sync"), { onLoadProgress });
    this.#merging = new IndexMerging(this.#state, clock, logger);
    this.#checkpoints = new Checkpoints(store, this.#state, this.#merging, logger);
  }

  /** Throws `E_DATABASE_UNAVAILABLE`. */
  static async open(
    store: ProjectStore,
    clock: Clock,
    logger: Logger,
    onLoadProgress?: (progress: LoadProgress) => void,
  ): Promise<BareIndex> {
    const index = new BareIndex(store, clock, logger, onLoadProgress);
    await index.#checkpoints.restore();
    await index.#synchronizer.synchronize();
    return index;
  }

  /** The rows that cannot be read. */
  get unreadable(): Iterable<ProjectPath> {
    return this.#state.unreadable.keys();
  }

  /** Follows the database, and leaves a checkpoint if enough has changed. Throws `E_DATABASE_UNAVAILABLE`. The last call. */
  async save(): Promise<void> {
    await this.#synchronizer.synchronize();
    await this.#checkpoints.save();
    await this.#merging.stop();
  }
}
