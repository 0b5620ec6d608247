import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMetadataCache } from "../../src/cache/open-metadata-cache.ts";
import { indexSourceTree } from "../../src/extraction/index-source-tree.ts";

/** Indexes the tree that is given into a new database, and prints how long that took and the most memory that the process had. */
const [root = ".", workers = "2"] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "index-memory-"));
try {
  const cache = await openMetadataCache({ project: root, database: join(folder, "metadata.db"), environment: {} });
  const { files, elapsedMs, skipped } = await indexSourceTree(root, cache, { workers: Number(workers) });
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const { heapTotal, arrayBuffers } = process.memoryUsage();
  const mib = (bytes: number): number => Math.round(bytes / 1_048_576);
  const seconds = (us: number): number => Math.round(us / 100_000) / 10;
  console.log(
    JSON.stringify({
      files,
      skipped: skipped.length,
      seconds: seconds(elapsedMs * 1_000),
      processorSeconds: seconds(userCPUTime + systemCPUTime),
      peakMib: mib(maxRSS * 1_024),
      mainHeapMib: mib(heapTotal),
      mainBuffersMib: mib(arrayBuffers),
    }),
  );
  await cache.shutdown();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
