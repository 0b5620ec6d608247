import { rmSync } from "node:fs";
import { join } from "node:path";
import { openMetadataCache } from "../../../src/cache/opening/open-metadata-cache.ts";
import { indexSourceTree } from "../../../src/extraction/run/index-source-tree.ts";
import { runChild } from "../../children/child.ts";
import type { RecordWeights, RecordWeightsArgument } from "../../children/record-weights.ts";
import { copySources } from "../../inputs/real-trees.ts";
import { type Row, single } from "../../row.ts";

const MOST_FILES = 3_000;
const TOLERANCE = 0.15;

export const weightRow: Row = {
  id: "weight",
  what: "weight of a record, as estimated",
  toReach: "within 15 % of the heap's own figure over real records",
  async run(stage) {
    const tree = join(stage.options.directory, "tree");
    copySources(tree, stage.options.smoke ? 40 : MOST_FILES);
    const file = join(stage.options.directory, "weights.db");
    rmSync(file, { force: true });
    {
      await using cache = await openMetadataCache({ project: tree, database: file, maxItems: 100, environment: {} });
      await indexSourceTree(tree, cache);
    }
    const shuffled = join(stage.options.directory, "weights-shuffled.db");
    rmSync(shuffled, { force: true });
    await stage.shuffle({ what: "real records", from: file, to: shuffled });
    const real = await runChild<RecordWeights>("record-weights", { file: shuffled, records: MOST_FILES } satisfies RecordWeightsArgument);
    const made = await runChild<RecordWeights>("record-weights", {
      file: await stage.databaseFile(),
      records: 20_000,
    } satisfies RecordWeightsArgument);
    const off = real.weight / real.bytes - 1;
    return {
      figures: [
        single("real records, heap growth a record", "bytes", real.bytes / real.records),
        single("real records, weighRecord", "bytes", real.weight / real.records, real.weight / real.bytes),
        single("real records, length of their JSON", "bytes", real.jsonBytes / real.records, real.jsonBytes / real.bytes),
        single("the workload's records, heap growth a record", "bytes", made.bytes / made.records),
        single("the workload's records, weighRecord", "bytes", made.weight / made.records, made.weight / made.bytes),
      ],
      goals: [
        {
          text: `within ${TOLERANCE * 100} %: ${off >= 0 ? "+" : ""}${(100 * off).toFixed(1)} % over ${real.records} real records`,
          reached: Math.abs(off) <= TOLERANCE,
        },
      ],
      verified: "every row that was read is a valid record",
      notes: [
        "real records: extracted from the JavaScript, TypeScript and Python files of this repository's own node_modules",
        "ratios are to the growth of the heap, after garbage collection, in a process of its own",
      ],
    };
  },
};
