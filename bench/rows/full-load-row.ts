import { DatabaseSync } from "node:sqlite";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { removeCheckpoints } from "../checkpoints.ts";
import { longestBlock } from "../longest-block.ts";
import { consume, race, spreadOf } from "../measure.ts";
import { figuresOf, ratioOf, type Row, times } from "../row.ts";
import { PROJECT } from "../stage.ts";

const LONGEST_BLOCK_MS = 20;

export const fullLoadRow: Row = {
  id: "full-load",
  what: "full load from SQLite",
  toReach: "<= 1.5x the bare loop (SELECT, JSON.parse); no event-loop block over 20 ms while it runs",
  async run(stage) {
    const file = await stage.copyOfDatabase(stage.options.records);
    removeCheckpoints(file);
    const load = async (): Promise<void> => {
      const cache = await openMetadataCache({ project: PROJECT, database: file, environment: {} });
      const { records } = cache.getStats();
      await cache.shutdown();
      // What it may have left would spare the next one the rows.
      removeCheckpoints(file);
      if (records !== stage.options.records) throw new Error(`${records} of ${stage.options.records} records were loaded`);
    };
    const read = bareLoop(file);
    if (read !== stage.options.records) throw new Error(`the bare loop read ${read} of ${stage.options.records} records`);
    const results = await race(
      [
        { name: "metacache, opened and closed", run: timed(load), maxCalls: 1 },
        { name: "the bare loop: SELECT, JSON.parse", run: timed(() => bareLoop(file)), maxCalls: 1 },
      ],
      stage.options,
    );
    const blocks: number[] = [];
    for (let round = 0; round < Math.min(5, stage.options.rounds); round++) blocks.push(await longestBlock(load));
    const slower = 1 / ratioOf(results, "the bare loop: SELECT, JSON.parse");
    const longest = Math.max(...blocks);
    return {
      figures: [...figuresOf(results), { name: "longest event-loop block of a load", unit: "ms", value: spreadOf(blocks) }],
      goals: [
        { text: `<= 1.5x the bare loop: ${times(slower)}`, reached: slower <= 1.5 },
        {
          text: `no block over ${LONGEST_BLOCK_MS} ms: the longest of ${blocks.length} loads ${longest.toFixed(1)} ms`,
          reached: longest <= LONGEST_BLOCK_MS,
        },
      ],
      verified: "both read every record",
      notes: [
        "metacache ends with the whole index and, as by default, 10,000 records in memory",
        "the bare loop keeps nothing, checks nothing and blocks the event loop all the while",
        "a block is the time between two turns of the event loop, seen by a task that runs in every turn, in loads that are not timed; the garbage collector's pauses are in it",
      ],
    };
  },
};

/** What anybody writes first: all columns of all rows, their JSON parsed, over the file that metacache loads. */
function bareLoop(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare(
    "SELECT path, size, modified_at, digest, extractor_version, language, problems, header_sections, functions, classes FROM file",
  );
  statement.setReturnArrays(true);
  let count = 0;
  for (const row of statement.iterate()) {
    const [path, size, modifiedAt, digest, extractorVersion, language, problems, header, functions, classes] = row as unknown as string[];
    consume({
      path,
      language,
      headerSections: JSON.parse(header ?? ""),
      functions: JSON.parse(functions ?? ""),
      classes: JSON.parse(classes ?? ""),
      size,
      modifiedAt,
      digest,
      extractorVersion,
      problems: JSON.parse(problems ?? ""),
    });
    count++;
  }
  database.close();
  return count;
}

function timed(work: () => unknown): (calls: number) => Promise<number> {
  return async (calls) => {
    const start = performance.now();
    for (let made = 0; made < calls; made++) await work();
    return (performance.now() - start) * 1_000;
  };
}
