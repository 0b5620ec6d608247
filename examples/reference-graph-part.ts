import { isMainThread, parentPort, workerData } from "node:worker_threads";
import type { CacheHandle, FileMetadata } from "../src/index.ts";
import { attachMetadataCache } from "../src/worker.ts";

/** How often two documents are referenced by one file. */
export type Edges = ReadonlyMap<string, number>;

export function edgesOf(records: readonly (FileMetadata | undefined)[]): Edges {
  const edges = new Map<string, number>();
  for (const record of records) {
    const targets = [...new Set((record?.headerSections.referenceDocumentation ?? []).map(({ target }) => target))].sort();
    targets.forEach((one, at) => {
      for (const other of targets.slice(at + 1)) edges.set(`${one} and ${other}`, (edges.get(`${one} and ${other}`) ?? 0) + 1);
    });
  }
  return edges;
}

export function mergeEdges(parts: readonly Edges[]): Edges {
  const merged = new Map<string, number>();
  for (const part of parts) for (const [edge, count] of part) merged.set(edge, (merged.get(edge) ?? 0) + count);
  return merged;
}

// As a worker: attaches to the cache, says so, and computes the part of the graph for each list of paths that it is given.
if (!isMainThread) {
  const reader = await attachMetadataCache(workerData as CacheHandle);
  parentPort?.on("message", (paths: readonly string[]) => {
    void Promise.all(paths.map(async (path) => reader.getMetadata(path))).then((records) => parentPort?.postMessage(edgesOf(records)));
  });
  parentPort?.postMessage("ready");
}
