import { workerData } from "node:worker_threads";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";

const cache = await attachMetadataCache(workerData as CacheHandle);

/** How many functions the file has. */
export async function countFunctions(path: string): Promise<number | undefined> {
  return (await cache.getMetadata(path))?.functions.length;
}
