import { systemClock } from "../base/clock.ts";
import { silentLogger } from "../base/logger.ts";
import type { QueryAnswer } from "../calls/cache-calls.ts";
import type { ProjectStore, StorePosition } from "../database/metadata-database.ts";
import { LRUEvictionStrategy } from "../eviction/lru-eviction-strategy.ts";
import { prepareSymbolQuery } from "../query/symbols/prepared-symbol-query.ts";
import type { FoundSymbol, SymbolQuery } from "../query/symbols/symbol-query.ts";
import { SymbolSearch } from "../query/symbols/symbol-search.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { WholeIndex } from "../state/state-events.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import { CacheCore } from "./cache-core.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { queryAnswer } from "./reading/cache-reader.ts";

/**
 * The index of a project without any record in memory, for a program that asks few questions. It
 * does not sync by itself.
 */
export class BareIndex {
  readonly #core: CacheCore;

  private constructor(core: CacheCore) {
    this.#core = core;
  }

  /** Throws `E_DATABASE_UNAVAILABLE`. */
  static async open(store: ProjectStore, options: OpeningOptions): Promise<BareIndex> {
    const core = coreOf(store, options);
    await core.fill();
    return new BareIndex(core);
  }

  /**
   * Opens the index of a project without a checkpoint. If another project of the database has the
   * same rows, begins with its index. Throws `E_DATABASE_UNAVAILABLE`.
   */
  static async openLikeSibling(store: ProjectStore, options: OpeningOptions): Promise<BareIndex> {
    const core = coreOf(store, options);
    await core.checkpoints.adopt();
    await core.synchronizer.synchronize();
    return new BareIndex(core);
  }

  /**
   * Opens the index with what a program has written. Reads only what has changed since. Throws
   * `E_DATABASE_UNAVAILABLE`.
   */
  static async openWritten(store: ProjectStore, options: OpeningOptions, written: WholeIndex): Promise<BareIndex> {
    const core = coreOf(store, options);
    await core.checkpoints.begin(written);
    await core.synchronizer.synchronize();
    return new BareIndex(core);
  }

  get position(): StorePosition | undefined {
    return this.#core.state.position;
  }

  get revision(): number {
    return this.#core.state.revision;
  }

  /** True if the project had no readable record. */
  get isEmpty(): boolean {
    return this.#core.state.index.size === 0;
  }

  /** The rows that cannot be read, each with the reason. */
  get unreadable(): ReadonlyMap<ProjectPath, string> {
    return this.#core.state.unreadable;
  }

  /**
   * Does what `MetadataCache.symbols` does, but always reads the records of the page from the
   * database. The answer is as fresh as the index. If a record shows that the database has moved
   * on, the index catches up first.
   */
  async symbols(query: SymbolQuery): Promise<QueryAnswer<FoundSymbol>> {
    const { reader, state } = this.#core;
    return queryAnswer(await reader.symbols(new SymbolSearch(prepareSymbolQuery(query))), state.isOutdated);
  }

  /** Reads what changed in the database. Throws `E_DATABASE_UNAVAILABLE`. */
  async follow(): Promise<void> {
    await this.#core.synchronizer.synchronize();
  }

  /**
   * Catches up with the database, and writes a checkpoint if enough has changed. Throws
   * `E_DATABASE_UNAVAILABLE`. Call nothing else afterwards.
   */
  async save(): Promise<void> {
    await this.follow();
    await this.#core.leave();
  }
}

function coreOf(store: ProjectStore, { clock = systemClock, logger = silentLogger, ...rest }: OpeningOptions): CacheCore {
  const storage = new CacheStorage({ maxItems: 0, maxBytes: 0, evictionBatchSize: 1 }, new LRUEvictionStrategy());
  return new CacheCore(store, storage, { ...rest, clock, logger });
}
