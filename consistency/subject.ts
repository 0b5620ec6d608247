import type { Random } from "../bench/random.ts";
import type { MetadataCache } from "../src/cache/metadata-cache.ts";
import type { FileMetadata } from "../src/model/file-metadata.ts";
import type { QueryAnswer, ReadOptions, WriteReport } from "../src/query/cache-calls.ts";
import type { Question } from "./operation.ts";
import { PLANTS } from "./plants.ts";

/** What a process does with a cache. */
export interface Subject {
  revision(): number;
  peek(path: string): FileMetadata | undefined;
  get(path: string, options: ReadOptions): Promise<FileMetadata | undefined>;
  query(question: Question & { readonly cursor?: string | undefined }, options: ReadOptions): Promise<QueryAnswer<FileMetadata>>;
  paths(question: Question): readonly string[];
  count(question: Question): number;
  update(records: readonly FileMetadata[]): Promise<WriteReport>;
  remove(paths: readonly string[]): Promise<WriteReport>;
  sync(): Promise<unknown>;
  /** Everything, at the end of all. */
  all(): Promise<QueryAnswer<FileMetadata>>;
}

/** A cache, with a bug planted in it by name, or without one. */
export function subjectOf(cache: MetadataCache, plant: string | undefined, random: Random): Subject {
  const good: Subject = {
    revision: () => cache.revision,
    peek: (path) => cache.peek(path),
    get: (path, options) => cache.getMetadata(path, options),
    query: (question, options) => cache.query(question, options),
    paths: (question) => cache.paths(question),
    count: (question) => cache.count(question),
    update: (records) => cache.update(records),
    remove: (paths) => cache.remove(paths),
    sync: () => cache.syncWithDatabase(),
    all: () => cache.query({}),
  };
  return plant === undefined ? good : { ...good, ...PLANTS[plant]?.plant(good, random) };
}
