import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { CacheHandle, MetadataCache } from "../src/index.ts";
import { type AttachedCache, attachMetadataCache } from "../src/worker.ts";

/** A function and a class, and how many files have both. */
export type Companions = readonly [functionName: string, className: string, files: number];

/**
 * Of each function that shares files with a class, the class that it shares the most with: a
 * question on the index for each pair.
 */
export async function companionsOf(
  cache: MetadataCache | AttachedCache,
  functions: readonly string[],
  classes: readonly string[],
): Promise<Companions[]> {
  const found: Companions[] = [];
  for (const functionName of functions) {
    let most: Companions = [functionName, "", 0];
    for (const className of classes) {
      const files = await cache.count({ functionName, className });
      if (files > most[2]) most = [functionName, className, files];
    }
    if (most[2] > 0) found.push(most);
  }
  return found;
}

// As a worker: attaches to the cache, says so, and answers for each list of functions that it is
// given.
if (!isMainThread) {
  const reader = await attachMetadataCache(workerData as CacheHandle);
  parentPort?.on("message", ({ functions, classes }: { functions: readonly string[]; classes: readonly string[] }) => {
    void companionsOf(reader, functions, classes).then((found) => parentPort?.postMessage(found));
  });
  parentPort?.postMessage("ready");
}
