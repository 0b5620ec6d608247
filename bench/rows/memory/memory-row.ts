import type { CacheMemory, CacheMemoryArgument } from "../../children/cache-memory.ts";
import { runChild } from "../../children/child.ts";
import { type Row, single } from "../../row.ts";
import { PROJECT } from "../../inputs/stage.ts";

const MOST_MB = 100;
const MB = 1_000_000;

export const memoryRow: Row = {
  id: "memory",
  what: "memory of it all",
  toReach: `<= ${MOST_MB} MB growth at 100,000 records with the default maxItems`,
  async run(stage) {
    const { records } = stage.options;
    // Reads every row, so that as many records are in memory as have room.
    const file = await stage.databaseWithoutCheckpoint();
    const smallFile = await stage.databaseFile(Math.min(1_000, records));
    const measure = (what: CacheMemoryArgument["what"]): Promise<CacheMemory> =>
      runChild<CacheMemory>("cache-memory", { what, file, smallFile, project: PROJECT, records } satisfies CacheMemoryArgument);

    const own = await measure("metacache");
    const objects = await measure("objects");
    return {
      figures: [
        single(`metacache, index of ${records} and ${own.residents} records`, "MB", own.bytes / MB),
        single("metacache, growth of the whole process", "MB", own.residentBytes / MB),
        single(`Map of all ${objects.residents} records`, "MB", objects.bytes / MB, objects.bytes / own.bytes),
        single("one of these records", "bytes", objects.bytes / objects.residents),
      ],
      goals: [{ text: `<= ${MOST_MB} MB: ${(own.bytes / MB).toFixed(1)} MB`, reached: own.bytes <= MOST_MB * MB }],
      verified: "the cache counts all records, and as many residents as it may have",
      notes: [
        "growth of heap and array buffers after garbage collection, each in a process of its own; MB are millions of bytes",
        "the process as the system sees it also has SQLite's memory and what V8 keeps in reserve after loading",
      ],
    };
  },
};
