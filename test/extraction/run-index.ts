import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { extractSourceFile, type SourceExtractor } from "../../src/extraction/extract-source-file.ts";
import type { Extraction } from "../../src/extraction/pool/extraction-pool.ts";
import type { IndexReport } from "../../src/extraction/run/index-report.ts";
import { IndexRun, type IndexSettings } from "../../src/extraction/run/index-run.ts";
import type { RecordSink } from "../../src/extraction/run/record-sink.ts";
import { MinimalExtractor } from "./minimal-extractor.ts";

export interface RunSettings extends Partial<IndexSettings> {
  readonly extractor?: SourceExtractor;
  readonly maxFileBytes?: number;
}

/**
 * One indexing run with extraction in this thread; `parsed` has the files that were extracted, in
 * order.
 */
export async function runIndex(
  root: string,
  sink: RecordSink,
  settings: RunSettings = {},
): Promise<{ readonly report: IndexReport; readonly parsed: readonly string[] }> {
  const { extractor: given, maxFileBytes = 1 << 20, clock = systemClock, extractorVersion = "1" } = settings;
  const minimal = new MinimalExtractor(extractorVersion);
  const extractor = given ?? minimal;
  const openExtraction = (realRoot: string): Extraction => ({
    lanes: 4,
    extract: (task) => extractSourceFile(task, { root: realRoot, maxFileBytes, budgetMs: 1_000 }, extractor, clock),
    close: () => Promise.resolve(),
  });
  const run = new IndexRun(sink, { openExtraction, maxFileBytes, clock, logger: silentLogger, extractorVersion, ...settings });
  const report = await run.run(root);
  return { report, parsed: minimal.extracted.toSorted() };
}
