import { systemClock } from "../base/clock.ts";
import { childLogger, silentLogger } from "../base/logger.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import { LRUEvictionStrategy } from "../eviction/lru-eviction-strategy.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { CacheState } from "../state/cache-state.ts";
import { IndexMerging } from "../state/index-merging.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { Checkpoints } from "./checkpoints.ts";
import { INDEX_UPKEEP } from "./index-upkeep.ts";

/** The index of a project without a record in memory, for a program that asks nothing of it. It follows nothing by itself. */
export class BareIndex {
  readonly #state: CacheState;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #merging: IndexMerging;
  readonly #checkpoints: Checkpoints;

  private constructor(store: ProjectStore, options: OpeningOptions) {
    const { clock = systemClock, logger = silentLogger, onLoadProgress, upkeep = INDEX_UPKEEP } = options;
    const storage = new CacheStorage({ maxItems: 0, maxBytes: 0, evictionBatchSize: 1 }, new LRUEvictionStrategy());
    this.#state = new CacheState(storage, upkeep.maxRecent);
    this.#synchronizer = new DatabaseSynchronizer(store, this.#state, clock, childLogger(logger, "sync"), { onLoadProgress });
    this.#merging = new IndexMerging(this.#state, clock, logger);
    this.#checkpoints = new Checkpoints(store, this.#state, this.#merging, upkeep.checkpoints, logger);
  }

  /** Throws `E_DATABASE_UNAVAILABLE`. */
  static async open(store: ProjectStore, options: OpeningOptions): Promise<BareIndex> {
    const index = new BareIndex(store, options);
    await index.#checkpoints.restore();
    await index.#synchronizer.synchronize();
    return index;
  }

  get revision(): number {
    return this.#state.revision;
  }

  /** The rows that cannot be read, each with why. */
  get unreadable(): ReadonlyMap<ProjectPath, string> {
    return this.#state.unreadable;
  }

  /** Follows the database, and leaves a checkpoint if enough has changed. Throws `E_DATABASE_UNAVAILABLE`. The last call. */
  async save(): Promise<void> {
    await this.#synchronizer.synchronize();
    await this.#checkpoints.save();
    await this.#merging.stop();
  }
}
