import { flush } from "../support/flush-index.ts";
import fc from "fast-check";
import { expect } from "vitest";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { IndexManager, type Merge } from "../../src/indexing/index-manager.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import { TermsByRecord } from "../../src/indexing/terms-by-record.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { INDEX_NAMES, type IndexName, type Term, termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { naiveQuery } from "../support/naive-query.ts";
import type { SmallQuery } from "../support/small-records.ts";

/**
 * What can happen to an index. A merge begins with so many of the newest layers, or with the images
 * that are due.
 */
export type IndexStep =
  | { readonly kind: "put"; readonly record: FileMetadata }
  | { readonly kind: "remove"; readonly path: string }
  | { readonly kind: "freeze" | "flush" | "merge step" | "merge end" | "merge given up" }
  | { readonly kind: "merge begin"; readonly layers: number };

export function indexStep(record: fc.Arbitrary<FileMetadata>): fc.Arbitrary<IndexStep> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("put" as const), record }) },
    { weight: 3, arbitrary: record.map(({ path }): IndexStep => ({ kind: "remove", path })) },
    { weight: 2, arbitrary: fc.constant<IndexStep>({ kind: "freeze" }) },
    { weight: 2, arbitrary: fc.constant<IndexStep>({ kind: "flush" }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("merge begin" as const), layers: fc.nat(6) }) },
    { weight: 3, arbitrary: fc.constant<IndexStep>({ kind: "merge step" }) },
    { weight: 2, arbitrary: fc.constant<IndexStep>({ kind: "merge end" }) },
    { weight: 1, arbitrary: fc.constant<IndexStep>({ kind: "merge given up" }) },
  );
}

/** An index takes no more layers than this before some are merged. */
const MOST_LAYERS = 24;

/**
 * An index, the residents that follow it, and beside them a plain map of what both have to know.
 */
export class ModelledIndex {
  readonly index: IndexManager;
  readonly engine: QueryEngine;
  readonly storage: CacheStorage = new CacheStorage({ maxItems: 100_000, maxBytes: 1e9, evictionBatchSize: 1 }, new LRUEvictionStrategy());
  readonly model: Map<string, { readonly record: FileMetadata; readonly revision: number }> = new Map();
  #revision = 0;
  #merge: Generator<void, Merge, undefined> | undefined;

  constructor(index: IndexManager = new IndexManager(), known: Iterable<FileMetadata> = []) {
    this.index = index;
    this.engine = new QueryEngine(index);
    for (const record of known) {
      this.model.set(record.path, { record, revision: 0 });
      this.storage.put(index.idOf(record.path), record);
    }
  }

  take(step: IndexStep): void {
    if (step.kind === "put") this.put(step.record);
    else if (step.kind === "remove") this.remove(step.path);
    else if (step.kind === "freeze") this.#freeze();
    else if (step.kind === "flush") this.flush();
    else if (step.kind === "merge begin") this.#beginMerge(step.layers);
    else if (step.kind === "merge step") this.#stepMerge();
    else if (step.kind === "merge end") while (this.#merge !== undefined) this.#stepMerge();
    else {
      this.#merge?.return(undefined as never);
      this.#merge = undefined;
    }
  }

  put(record: FileMetadata): void {
    const revision = ++this.#revision;
    this.storage.put(this.index.put(record, revision, termsOf(record)), record);
    this.model.set(record.path, { record, revision });
  }

  remove(path: string): void {
    expect(this.index.remove(path as FileMetadata["path"])).toBe(this.model.delete(path));
    this.storage.remove(path as FileMetadata["path"]);
  }

  flush(): void {
    if (this.index.lasting.length >= MOST_LAYERS) return;
    const renumbering = flush(this.index);
    if (renumbering !== undefined) this.storage.renumber(renumbering);
  }

  #freeze(): void {
    if (this.index.lasting.length < MOST_LAYERS) this.index.freeze();
  }

  #beginMerge(layers: number): void {
    if (this.#merge !== undefined) return;
    const chosen = layers === 0 ? this.index.mergeDue() : this.index.lasting.slice(-layers);
    if (chosen.length === 0) return;
    this.#merge = this.index.merge(chosen);
    this.#stepMerge();
  }

  #stepMerge(): void {
    const step = this.#merge?.next();
    if (step?.done !== true) return;
    this.#merge = undefined;
    this.storage.renumber(step.value.renumbering);
  }

  get records(): FileMetadata[] {
    return Array.from(this.model.values(), ({ record }) => record);
  }

  /** Compares all that can be asked of an index with the map. */
  checkContent(): void {
    const { index, model } = this;
    expect(index.verify()).toEqual([]);
    expect(index.size).toBe(model.size);
    expect([...index.paths()].sort()).toEqual([...model.keys()].sort());
    const terms = new TermsByRecord();
    for (const [path, { record, revision }] of model) {
      const id = index.idOf(path as FileMetadata["path"]) as RecordId;
      expect(id).toBeDefined();
      expect([index.pathOf(id), index.revisionOf(id), index.sizeOf(id), index.modifiedAtOf(id), index.languageOf(id)]).toEqual([
        path,
        revision,
        record.size,
        record.modifiedAt,
        record.language,
      ]);
      const own = termsOf(record);
      const sorted = Object.fromEntries(INDEX_NAMES.map((name) => [name, own[name].toSorted()]));
      expect(terms.termsOf(index, id)).toEqual(sorted);
    }
    for (const name of INDEX_NAMES) this.#checkCounts(name);
  }

  #checkCounts(name: IndexName): void {
    const counts = new Map<string, number>();
    for (const { record } of this.model.values()) for (const term of termsOf(record)[name]) counts.set(term, (counts.get(term) ?? 0) + 1);
    const sorted = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    expect([...this.index.termsWithCounts(name)]).toEqual(sorted);
    for (const [term, count] of sorted) expect(this.index.count(name, term as Term)).toBe(count);
    expect(this.index.count(name, "of no record" as Term)).toBe(0);
  }

  /** Every resident is found by where the index has it now, and nothing else is. */
  checkResidents(): void {
    expect(this.storage.verify()).toEqual([]);
    expect(this.storage.count).toBe(this.model.size);
    for (const [path, { record }] of this.model) {
      expect(this.storage.peek(this.index.idOf(path as FileMetadata["path"]) as RecordId)).toBe(record);
    }
  }

  /**
   * Compares an answer with what a plain scan gives: page, total, count, and all pages after it.
   */
  checkQuery(query: SmallQuery): void {
    const expected = naiveQuery(this.records, query).map(({ path }) => path);
    const prepared = prepareQuery(query);
    const page = this.engine.page(prepared);
    const pathsOf = (ids: readonly RecordId[]): string[] => ids.map((id) => this.index.pathOf(id));
    expect(pathsOf(page.ids)).toEqual(expected.slice(0, query.limit));
    expect(page.total).toBe(expected.length);
    expect(page.nextCursor === undefined).toBe(query.limit === undefined || expected.length <= query.limit);
    expect(this.engine.count(prepared)).toBe(expected.length);
    const paths = pathsOf(page.ids);
    for (let cursor = page.nextCursor; cursor !== undefined;) {
      const next = this.engine.page(prepareQuery({ ...query, cursor }));
      expect(next.total).toBe(expected.length);
      // A cursor that does not get on would page for ever.
      expect(next.ids.length).toBeGreaterThan(0);
      paths.push(...pathsOf(next.ids));
      cursor = next.nextCursor;
    }
    expect(paths).toEqual(expected);
  }
}
