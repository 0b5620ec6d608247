import { DatabaseSync } from "node:sqlite";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { consume, race, spreadOf } from "../measuring/measure.ts";
import { figuresOf, ratioOf, type Row, times } from "../row.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { removeCheckpoints } from "../inputs/checkpoints.ts";
import { longestBlock } from "../measuring/longest-block.ts";
import { PROJECT } from "../inputs/stage.ts";

const LONGEST_BLOCK_MS = 20;

export const fullLoadRow: Row = {
  id: "full-load",
  what: "opening: every row read, or from a checkpoint",
  toReach: "<= 1.5x the bare loop (SELECT, JSON.parse); from a checkpoint <= 1/20 of that; no event-loop block over 20 ms while it runs",
  async run(stage) {
    const kept = await stage.databaseFile();
    const bare = await stage.databaseWithoutCheckpoint();
    const open = async (file: string): Promise<void> => {
      const cache = await openMetadataCache({ project: PROJECT, database: file, environment: {} });
      const { records } = cache.getStats();
      if (records !== stage.options.records) throw new Error(`${records} of ${stage.options.records} records are indexed`);
      closing.push(cache);
    };
    // Closing a cache leaves a checkpoint. It is not part of opening, so it is deleted before the
    // next opening.
    const closing: MetadataCache[] = [];
    const timedOpening = (file: string) => async (): Promise<number> => {
      const start = performance.now();
      await open(file);
      const us = (performance.now() - start) * 1_000;
      await closing.pop()?.shutdown();
      if (file === bare) removeCheckpoints(file);
      return us;
    };
    const read = bareLoop(kept);
    if (read !== stage.options.records) throw new Error(`the bare loop read ${read} of ${stage.options.records} records`);
    const results = await race(
      [
        { name: "metacache, every row read", run: timedOpening(bare), maxCalls: 1 },
        { name: "metacache, from a checkpoint", run: timedOpening(kept), maxCalls: 1 },
        { name: "the bare loop: SELECT, JSON.parse", run: timed(() => bareLoop(kept)), maxCalls: 1 },
      ],
      stage.options,
    );
    const blocks = new Map<string, number[]>([
      [bare, []],
      [kept, []],
    ]);
    for (let round = 0; round < Math.min(5, stage.options.rounds); round++) {
      for (const [file, found] of blocks) {
        found.push(await longestBlock(() => open(file)));
        await closing.pop()?.shutdown();
        if (file === bare) removeCheckpoints(file);
      }
    }
    const slower = 1 / ratioOf(results, "the bare loop: SELECT, JSON.parse");
    const quicker = ratioOf(results, "metacache, from a checkpoint");
    const [ofRows, ofCheckpoint] = [blocks.get(bare) ?? [], blocks.get(kept) ?? []];
    const longest = Math.max(...ofRows, ...ofCheckpoint);
    return {
      figures: [
        ...figuresOf(results),
        { name: "longest event-loop block, every row read", unit: "ms", value: spreadOf(ofRows) },
        { name: "longest event-loop block, from a checkpoint", unit: "ms", value: spreadOf(ofCheckpoint) },
      ],
      goals: [
        { text: `<= 1.5x the bare loop: ${times(slower)}`, reached: slower <= 1.5 },
        { text: `from a checkpoint in 1/20 of the time: in ${times(quicker)} of it`, reached: quicker <= 1 / 20 },
        {
          text: `no block over ${LONGEST_BLOCK_MS} ms: the longest of ${2 * ofRows.length} ${longest.toFixed(1)} ms`,
          reached: longest <= LONGEST_BLOCK_MS,
        },
      ],
      verified: "all have every record",
      notes: [
        "read from every row, metacache ends with the whole index and, as by default, 10,000 records in memory; from a checkpoint with the index alone",
        "the bare loop keeps nothing, checks nothing and blocks the event loop all the while",
        "a block is the time between two turns of the event loop, seen by a task that runs in every turn, in loads that are not timed; the garbage collector's pauses are in it",
      ],
    };
  },
};

const JSON_COLUMNS = ["problems", "header_sections", "functions", "classes", "symbols", "file_references", "headings"];

/**
 * What anybody writes first: all columns of all rows, their JSON parsed, from the file that
 * metacache loads.
 */
function bareLoop(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare(
    `SELECT path, size, modified_at, digest, extractor_version, language, ${JSON_COLUMNS.join(", ")} FROM file`,
  );
  statement.setReturnArrays(true);
  let count = 0;
  for (const row of statement.iterate()) {
    const [path, size, modifiedAt, digest, extractorVersion, language, ...texts] = row as unknown as string[];
    consume({ path, size, modifiedAt, digest, extractorVersion, language, parsed: texts.map((text): unknown => JSON.parse(text)) });
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
