import { ComponentNotInitializedError } from "../base/errors.ts";
import type { Component } from "../component/component.ts";
import type { InitializationContext } from "../component/initialization-context.ts";
import { DatabaseComponent } from "../database/database-component.ts";
import type { FileMetadata, FileMetadataInput, MetadataField } from "../record/file-metadata.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import type {
  DanglingAnswer,
  OrphansAnswer,
  OrphansQuery,
  ReferencesAnswer,
  ReferencesQuery,
} from "../query/references/references-query.ts";
import type { PreparedMetadataQuery } from "../query/prepared-query.ts";
import type { FoundSymbol, SymbolQuery } from "../query/symbols/symbol-query.ts";
import type { SyncReport } from "../sync/database-synchronizer.ts";
import type { CacheStatistics } from "./statistics/cache-statistics.ts";
import type { QueryAnswer, ReadOptions, WriteReport } from "../calls/cache-calls.ts";
import type { CacheOptions } from "./cache-options.ts";
import { MetadataCache } from "./metadata-cache.ts";

/**
 * The cache of one project as a component of a larger system, with method names of its own. Each
 * method calls one method of `MetadataCache`. It throws `E_NOT_INITIALIZED` before the start and
 * after the end.
 */
export class MemoryCacheComponent implements Component {
  readonly name = "memory_cache";
  readonly dependencies: readonly string[] = ["database"];
  readonly #project: string;
  readonly #options: Pick<CacheOptions, "clock" | "onLoadProgress">;
  #cache: MetadataCache | undefined;

  /** `project` is the name of the project in the database of the component `database`. */
  constructor(project: string, options: Pick<CacheOptions, "clock" | "onLoadProgress"> = {}) {
    this.#project = project;
    this.#options = options;
  }

  get isInitialized(): boolean {
    return this.#cache !== undefined;
  }

  /** The cache itself, with all of its calls. */
  get cache(): MetadataCache {
    if (this.#cache === undefined) throw new ComponentNotInitializedError(this.name);
    return this.#cache;
  }

  /** Loads the project's index. If the database cannot be read, rejects and releases everything. */
  async initialize(context: InitializationContext): Promise<void> {
    const { database } = context.getComponent("database", isDatabaseComponent);
    const store = await database.openProject(this.#project);
    this.#cache = await MetadataCache.open(store, context.config.memoryCache, { ...this.#options, logger: context.logger });
  }

  /** Does what `MetadataCache.getMetadata` does. */
  getMetadata(path: string, options?: ReadOptions): Promise<FileMetadata | undefined> {
    return this.cache.getMetadata(path, options);
  }

  /** Does what `MetadataCache.query` does. */
  getMetadataByQuery<F extends MetadataField = MetadataField>(
    query: MetadataQuery<F> | PreparedMetadataQuery<F>,
    options?: ReadOptions,
  ): Promise<QueryAnswer<Pick<FileMetadata, F>>> {
    return this.cache.query(query, options);
  }

  /** Does what `MetadataCache.symbols` does. */
  getSymbols(query: SymbolQuery, options?: ReadOptions): Promise<QueryAnswer<FoundSymbol>> {
    return this.cache.symbols(query, options);
  }

  /** Does what `MetadataCache.references` does. */
  getReferences(query: ReferencesQuery, options?: ReadOptions): Promise<ReferencesAnswer> {
    return this.cache.references(query, options);
  }

  /** Does what `MetadataCache.danglingReferences` does. */
  getDanglingReferences(options?: ReadOptions): Promise<DanglingAnswer> {
    return this.cache.danglingReferences(options);
  }

  /** Does what `MetadataCache.orphanDocuments` does. */
  getOrphanDocuments(query?: OrphansQuery, options?: ReadOptions): Promise<OrphansAnswer> {
    return this.cache.orphanDocuments(query, options);
  }

  /** Does what `MetadataCache.update` does. */
  updateMetadata(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport> {
    return this.cache.update(records);
  }

  /** Does what `MetadataCache.remove` does. */
  removeMetadata(paths: string | readonly string[]): Promise<WriteReport> {
    return this.cache.remove(paths);
  }

  /** Does what `MetadataCache.clear` does. */
  clearCache(): void {
    this.cache.clear();
  }

  /** Does what `MetadataCache.syncWithDatabase` does. */
  synchronizeWithDatabase(): Promise<SyncReport> {
    return this.cache.syncWithDatabase();
  }

  /** Does what `MetadataCache.getStats` does. */
  get stats(): CacheStatistics {
    return this.cache.getStats();
  }

  async shutdown(): Promise<void> {
    const cache = this.#cache;
    this.#cache = undefined;
    await cache?.shutdown();
  }
}

function isDatabaseComponent(component: Component): component is DatabaseComponent {
  return component instanceof DatabaseComponent;
}
