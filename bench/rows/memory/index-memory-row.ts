import { runChild } from "../../children/child.ts";
import type { IndexMemory, IndexMemoryArgument, IndexName } from "../../children/index-memory.ts";
import { type Row, single } from "../../row.ts";

const MOST_BYTES = 100;

export const indexMemoryRow: Row = {
  id: "index-memory",
  usesInternals: true,
  what: "memory of the complete index",
  toReach: `<= ${MOST_BYTES} bytes a record, paths and everything else included`,
  async run(stage) {
    const file = await stage.databaseFile();
    const { records } = stage.options;
    const measure = (index: IndexName): Promise<IndexMemory> =>
      runChild<IndexMemory>("index-memory", { index, file, records } satisfies IndexMemoryArgument);
    const perRecord = ({ bytes }: IndexMemory): number => bytes / records;

    const measured = await measure("metacache");
    const estimate = (measured.ownEstimate ?? 0) / records;
    // Memory that threads share is in no figure of the heap. There the index's own estimate is the
    // larger one.
    const own = Math.max(perRecord(measured), estimate);
    const plan = perRecord(await measure("plan"));
    const handWritten = perRecord(await measure("hand-written"));
    return {
      figures: [
        single("metacache, a record", "bytes", own),
        single("of which the path's characters", "bytes", measured.pathBytes / records),
        single("metacache by its own indexBytes, a record", "bytes", estimate, estimate / own),
        single("the plan's Map<term, Set<path>>, a record", "bytes", plan, plan / own),
        single("Map<term, number[]> and a Map of paths, a record", "bytes", handWritten, handWritten / own),
      ],
      goals: [{ text: `<= ${MOST_BYTES} bytes a record: ${own.toFixed(0)}`, reached: own <= MOST_BYTES }],
      verified: "each index is built from the same rows",
      notes: [
        "growth of heap and array buffers after garbage collection, each index in a process of its own, records read from SQLite and dropped",
        "the characters of the paths are in all of them; metacache keeps them front-coded",
      ],
    };
  },
};
