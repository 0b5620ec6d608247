import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openMetadataCache, withProjectSink } from "../../src/cache/opening/open-metadata-cache.ts";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import type { IndexReport } from "../../src/extraction/run/index-report.ts";
import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import type { RecordSink } from "../../src/extraction/run/record-sink.ts";

/**
 * Indexes the given tree into a new database. Prints the time, and the peak memory of the process.
 * Works as the command does, or with `--cache` into an open cache, which keeps the index and
 * records in memory meanwhile.
 */
const [root = ".", workers = "2", cached] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "index-memory-"));
const database = join(folder, "metadata.db");

async function measure(sink: RecordSink): Promise<void> {
  const { files, elapsedMs, skipped }: IndexReport = await indexSourceTree(root, sink, { workers: Number(workers) });
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
}

try {
  if (cached === "--cache") {
    await using cache = await openMetadataCache({ project: root, database, environment: {} });
    await measure(cache);
  } else {
    await withProjectSink(await resolveProject({ project: root, call: { database }, environment: {} }), {}, measure);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
