import { describeFinding } from "../src/base/finding.ts";
import type { Random } from "../testing/random.ts";
import type { MetadataCache } from "../src/cache/metadata-cache.ts";
import type { FileMetadata } from "../src/record/file-metadata.ts";
import type { QueryAnswer, ReadOptions, WriteReport } from "../src/calls/cache-calls.ts";
import type { FoundSymbol, SymbolQuery } from "../src/query/symbols/symbol-query.ts";
import type { AttachedCache } from "../src/threads/reader/attached-cache.ts";
import type { Question } from "./operations/operation.ts";
import { plantAt } from "./plants/plants.ts";

/** What a process, or one of its threads, does with a cache. */
export interface Subject {
  revision(): number;
  peek(path: string): FileMetadata | undefined;
  get(path: string, options: ReadOptions): FileMetadata | undefined | Promise<FileMetadata | undefined>;
  query(
    question: Question & { readonly cursor?: string | undefined },
    options: ReadOptions,
  ): QueryAnswer<FileMetadata> | Promise<QueryAnswer<FileMetadata>>;
  symbols(query: SymbolQuery, options: ReadOptions): Promise<QueryAnswer<FoundSymbol>>;
  paths(question: Question): readonly string[] | Promise<readonly string[]>;
  count(question: Question): number | Promise<number>;
  update(records: readonly FileMetadata[]): Promise<WriteReport>;
  remove(paths: readonly string[]): Promise<WriteReport>;
  sync(): Promise<unknown>;
  /** Everything in the cache, at the end of the run. */
  all(): Promise<QueryAnswer<FileMetadata>>;
  verify(): Promise<readonly string[]>;
  /**
   * Makes it harder to be right: drops one record or all records from memory, or gives a thread no
   * turn of its event loop for a shorter or longer time.
   */
  hinder(path: string | undefined): void;
}

/** A cache, with the named bug planted in it, or without a bug. */
export function subjectOf(cache: MetadataCache, plant: string | undefined, random: Random): Subject {
  const good: Subject = {
    ...callsOf(cache),
    verify: async () => [...cache.verify(), ...(await cache.verifyAgainstDatabase())].map(describeFinding),
    hinder: (path) => (path === undefined ? cache.clear() : cache.invalidate(path)),
  };
  return withPlant(good, plant, "process", random);
}

/** The cache of a process, as one of its threads sees it. */
export function threadSubjectOf(cache: AttachedCache, plant: string | undefined, random: Random): Subject {
  const nobodyWakes = new Int32Array(new SharedArrayBuffer(4));
  const good: Subject = {
    ...callsOf(cache),
    verify: async () => (await cache.verify()).map(describeFinding),
    hinder: (path) => void Atomics.wait(nobodyWakes, 0, 0, random.integer(path === undefined ? 300 : 6)),
  };
  return withPlant(good, plant, "thread", random);
}

function callsOf(cache: MetadataCache | AttachedCache): Omit<Subject, "verify" | "hinder"> {
  return {
    revision: () => cache.revision,
    peek: (path) => cache.peek(path),
    get: (path, options) => cache.getMetadata(path, options),
    query: (question, options) => cache.query(question, options),
    symbols: (query, options) => cache.symbols(query, options),
    paths: (question) => cache.paths(question),
    count: (question) => cache.count(question),
    update: (records) => cache.update(records),
    remove: (paths) => cache.remove(paths),
    sync: () => cache.syncWithDatabase(),
    all: async () => cache.query({}),
  };
}

function withPlant(good: Subject, plant: string | undefined, where: "process" | "thread", random: Random): Subject {
  return { ...good, ...plantAt(plant, where)?.plant?.(good, random) };
}
