import { LRUCache } from "lru-cache";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { Rival } from "./rival.ts";

/**
 * The most used cache of npm. It finds records by key only, so it is compared with metacache only
 * if a path is given.
 */
export class LruCacheRival implements Rival {
  readonly name = "lru-cache";
  readonly configuration = "new LRUCache({ max }), every record in it; get";
  readonly ordered = true;
  readonly #cache: LRUCache<string, FileMetadata>;

  constructor(records: readonly FileMetadata[]) {
    this.#cache = new LRUCache({ max: records.length });
    for (const record of records) this.#cache.set(record.path, record);
  }

  get(path: string): FileMetadata | undefined {
    return this.#cache.get(path);
  }

  plain(item: unknown): unknown {
    return item;
  }

  close(): void {
    this.#cache.clear();
  }
}
