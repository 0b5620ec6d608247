import { systemClock } from "../base/clock.ts";
import { childLogger, silentLogger } from "../base/logger.ts";
import type { QueryAnswer } from "../calls/cache-calls.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import { LRUEvictionStrategy } from "../eviction/lru-eviction-strategy.ts";
import { prepareSymbolQuery } from "../query/symbols/prepared-symbol-query.ts";
import type { FoundSymbol, SymbolQuery } from "../query/symbols/symbol-query.ts";
import { SymbolSearch } from "../query/symbols/symbol-search.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { CacheState } from "../state/cache-state.ts";
import { IndexMerging } from "../state/index-merging.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import { CacheReader, queryAnswer } from "./reading/cache-reader.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { Checkpoints } from "./checkpoints.ts";
import { INDEX_UPKEEP } from "./index-upkeep.ts";
import { RecordLoads } from "./reading/record-loads.ts";
import { CacheActivity } from "./statistics/cache-activity.ts";

/**
 * The index of a project without any record in memory, for a program that asks few questions. It
 * does not sync by itself.
 */
export class BareIndex {
  readonly #state: CacheState;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #merging: IndexMerging;
  readonly #checkpoints: Checkpoints;

  readonly #reader: CacheReader;

  private constructor(store: ProjectStore, options: OpeningOptions) {
    const { clock = systemClock, logger = silentLogger, onLoadProgress, upkeep = INDEX_UPKEEP } = options;
    const storage = new CacheStorage({ maxItems: 0, maxBytes: 0, evictionBatchSize: 1 }, new LRUEvictionStrategy());
    this.#state = new CacheState(storage, upkeep.maxRecent);
    this.#synchronizer = new DatabaseSynchronizer(store, this.#state, clock, childLogger(logger, "sync"), { onLoadProgress });
    const activity = new CacheActivity(store.project, clock);
    const loads = new RecordLoads(store, activity, this.#state);
    this.#reader = new CacheReader(this.#state, loads, this.#synchronizer, activity.counters, clock);
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

  /**
   * Opens the index of a project without a checkpoint. If another project of the database has the
   * same rows, begins with its index. Throws `E_DATABASE_UNAVAILABLE`.
   */
  static async openLikeSibling(store: ProjectStore, options: OpeningOptions): Promise<BareIndex> {
    const index = new BareIndex(store, options);
    await index.#checkpoints.adopt();
    await index.#synchronizer.synchronize();
    return index;
  }

  get revision(): number {
    return this.#state.revision;
  }

  /** True if the project had no readable record. */
  get isEmpty(): boolean {
    return this.#state.index.size === 0;
  }

  /** The rows that cannot be read, each with the reason. */
  get unreadable(): ReadonlyMap<ProjectPath, string> {
    return this.#state.unreadable;
  }

  /**
   * Does what `MetadataCache.symbols` does, but always reads the records of the page from the
   * database. The answer is as fresh as the index. If a record shows that the database has moved
   * on, the index catches up first.
   */
  async symbols(query: SymbolQuery): Promise<QueryAnswer<FoundSymbol>> {
    return queryAnswer(await this.#reader.symbols(new SymbolSearch(prepareSymbolQuery(query))), this.#state.isOutdated);
  }

  /** Reads what changed in the database. Throws `E_DATABASE_UNAVAILABLE`. */
  async follow(): Promise<void> {
    await this.#synchronizer.synchronize();
  }

  /**
   * Catches up with the database, and writes a checkpoint if enough has changed. Throws
   * `E_DATABASE_UNAVAILABLE`. Call nothing else afterwards.
   */
  async save(): Promise<void> {
    await this.follow();
    await this.#checkpoints.save();
    await this.#merging.stop();
  }
}
