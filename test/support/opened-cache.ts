import { INDEX_UPKEEP, type IndexUpkeep } from "../../src/cache/index-upkeep.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MemoryDatabase, type MemoryStore } from "./memory-database.ts";
import { recordOf } from "./small-records.ts";
import { WITHOUT_TIMERS } from "./without-timers.ts";

/** So small that almost every operation evicts. */
export const TINY: MemoryCacheConfig = {
  maxItems: 3,
  maxBytes: 1_000_000,
  evictionStrategy: "lru",
  evictionBatchSize: 1,
  syncIntervalSeconds: 300,
  staleAfterSeconds: 600,
  sharedBytes: 1_048_576,
};

/** `f0.ts` and so on, each with the function `f`. */
export function files(count: number): FileMetadata[] {
  return Array.from({ length: count }, (_, file) => recordOf({ path: `f${file}.ts`, functions: ["f"] }));
}

export interface OpenedCache {
  readonly database: MemoryDatabase;
  readonly store: MemoryStore;
  readonly cache: MetadataCache;
}

/** A tiny cache over a store that has these records already. */
export async function openCache(
  records: readonly FileMetadata[],
  config: Partial<MemoryCacheConfig> = {},
  upkeep: IndexUpkeep = INDEX_UPKEEP,
): Promise<OpenedCache> {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(records, []);
  return { database, store, cache: await MetadataCache.open(store, { ...TINY, ...config }, { clock: WITHOUT_TIMERS, upkeep }, database) };
}

/**
 * What the store answers to an operation from now on stays on its way until the function that this
 * returns is called.
 */
export function hold(database: MemoryDatabase, operation: string): () => void {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  database.gate = (each) => (each === operation ? held : Promise.resolve());
  return release;
}

/** Resolves when everything that waits for nothing but other promises has gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
