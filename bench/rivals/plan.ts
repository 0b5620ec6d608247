import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/**
 * The `IndexManager` of the first design: a set of paths for each term, in one map for each index.
 */
export class PlanIndexManager {
  readonly #pathIndex = new Map<string, string>();
  readonly languageIndex: Map<string, Set<string>> = new Map();
  readonly referenceDocIndex: Map<string, Set<string>> = new Map();
  readonly functionIndex: Map<string, Set<string>> = new Map();
  readonly classIndex: Map<string, Set<string>> = new Map();

  indexMetadata(metadata: FileMetadata): void {
    const { path } = metadata;
    this.#pathIndex.set(path, path);
    addTo(this.languageIndex, metadata.language, path);
    for (const { target } of metadata.headerSections.referenceDocumentation) addTo(this.referenceDocIndex, target, path);
    for (const { name } of metadata.functions) addTo(this.functionIndex, name, path);
    for (const { name } of metadata.classes) addTo(this.classIndex, name, path);
  }

  /**
   * As in the first design: it does not know which terms the path had, so it visits every set of
   * every index.
   */
  removeFromIndexes(path: string): void {
    this.#pathIndex.delete(path);
    for (const index of [this.languageIndex, this.referenceDocIndex, this.functionIndex, this.classIndex]) {
      for (const paths of index.values()) paths.delete(path);
    }
  }

  pathsByLanguage(language: string): Set<string> {
    return new Set(this.languageIndex.get(language));
  }

  pathsByReferenceDoc(target: string): Set<string> {
    return new Set(this.referenceDocIndex.get(target));
  }

  pathsByFunction(name: string): Set<string> {
    return new Set(this.functionIndex.get(name));
  }
}

function addTo(index: Map<string, Set<string>>, term: string, path: string): void {
  const paths = index.get(term);
  if (paths === undefined) index.set(term, new Set([path]));
  else paths.add(path);
}

/** The LRU of the first design: a time for each key, all sorted each time a record must leave. */
class PlanLruStrategy {
  readonly #accessTimes = new Map<string, number>();

  recordAccess(key: string): void {
    this.#accessTimes.set(key, performance.now());
  }

  selectForEviction(count: number): readonly string[] {
    const sorted = [...this.#accessTimes.keys()].sort((a, b) => (this.#accessTimes.get(a) ?? 0) - (this.#accessTimes.get(b) ?? 0));
    const victims = sorted.slice(0, count);
    for (const key of victims) this.#accessTimes.delete(key);
    return victims;
  }
}

/**
 * Only the storage and the eviction of the first design, with `_store_metadata` as written there,
 * without the indexes.
 */
export class PlanStorage<T> {
  readonly #cache = new Map<string, T>();
  readonly #strategy = new PlanLruStrategy();
  readonly #maxItems: number;
  readonly #evictionBatchSize: number;

  constructor(maxItems: number, evictionBatchSize: number) {
    this.#maxItems = maxItems;
    this.#evictionBatchSize = evictionBatchSize;
  }

  get count(): number {
    return this.#cache.size;
  }

  get(key: string): T | undefined {
    const found = this.#cache.get(key);
    if (found !== undefined) this.#strategy.recordAccess(key);
    return found;
  }

  peek(key: string): T | undefined {
    return this.#cache.get(key);
  }

  put(key: string, value: T): void {
    if (this.#cache.size >= this.#maxItems) {
      for (const victim of this.#strategy.selectForEviction(Math.max(1, this.#evictionBatchSize))) this.#cache.delete(victim);
    }
    this.#cache.set(key, value);
    this.#strategy.recordAccess(key);
  }
}

/**
 * The design that this project began from, exactly as it was written: copies of whole sets, their
 * intersection, and answers only from records in memory. Here all records are in memory, because
 * otherwise its answers would be incomplete.
 */
export class PlanRival implements Rival {
  readonly name = "the plan";
  readonly configuration = "Map<term, Set<path>> copied and intersected as the plan has it; max_items above the number of records";
  readonly ordered = false;
  readonly #indexManager = new PlanIndexManager();
  readonly #storage: PlanStorage<FileMetadata>;

  constructor(records: readonly FileMetadata[]) {
    this.#storage = new PlanStorage(records.length + 1, 100);
    for (const record of records) {
      this.#storage.put(record.path, record);
      this.#indexManager.indexMetadata(record);
    }
  }

  get(path: string): unknown {
    return this.#storage.get(path);
  }

  byLanguageAndFunction(language: string, functionName: string): readonly unknown[] {
    const candidates = this.#indexManager.pathsByLanguage(language);
    return this.#metadataOf(candidates.intersection(this.#indexManager.pathsByFunction(functionName)));
  }

  byReferenceDoc(target: string): readonly unknown[] {
    return this.#metadataOf(this.#indexManager.pathsByReferenceDoc(target));
  }

  pathsOfLanguageMatching(language: string, pattern: string): readonly string[] {
    const expression = new RegExp(pattern);
    return [...this.#indexManager.pathsByLanguage(language)].filter((path) => expression.test(path));
  }

  plain(item: unknown): unknown {
    return item;
  }

  close(): void {}

  #metadataOf(paths: Iterable<string>): FileMetadata[] {
    const found: FileMetadata[] = [];
    for (const path of paths) {
      const metadata = this.#storage.peek(path);
      if (metadata !== undefined) found.push(metadata);
    }
    return found;
  }
}
