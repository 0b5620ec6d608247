import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { hasCheckpoint, removeCheckpoints } from "../inputs/checkpoints.ts";
import { longestBlock } from "../measuring/longest-block.ts";
import { type Contestant, race, spreadOf } from "../measuring/measure.ts";
import { type Figure, figuresOf, type Goal, type Row, times } from "../row.ts";
import { PROJECT, type Stage } from "../inputs/stage.ts";

const LONGEST_BLOCK_MS = 20;
const MOST_OPEN_MS = 150;
const ALL_ROWS = "all rows read";
const FROM_CHECKPOINT = "from a checkpoint";

export const openRow: Row = {
  id: "open",
  what: "open a cache",
  toReach: `from a checkpoint <= ${MOST_OPEN_MS} ms at 86,000 files, <= 1/20 of reading all rows; no event-loop block over ${LONGEST_BLOCK_MS} ms`,
  async run(stage) {
    const made = await opening(stage, await stage.databaseFile(), stage.options.records, "workload: ");
    const kernel = await stage.kernelDatabase();
    const real = "missing" in kernel ? undefined : await opening(stage, kernel.file, kernel.records, "kernel: ");
    return {
      figures: [...made.figures, ...(real?.figures ?? [])],
      goals: [...made.goals, ...(real?.goals ?? [])],
      verified: "each opening has every file in its index",
      notes: [
        "until the cache answers; closing it is not counted. maxItems 10,000, as by default",
        "a block is the time between two turns of the event loop, in openings that are not timed; the longest of up to five",
        ...(made.hasCheckpoint ? [] : ["no checkpoint was left in the database: opening from one is not measured"]),
        ...("missing" in kernel ? [`the kernel's tree is left out: ${kernel.missing}`] : []),
      ],
    };
  },
};

interface Opening {
  readonly figures: readonly Figure[];
  readonly goals: readonly Goal[];
  readonly hasCheckpoint: boolean;
}

async function opening(stage: Stage, file: string, records: number, prefix: string): Promise<Opening> {
  const whole = copyOf(stage, file, `${prefix.slice(0, 3)}-rows`);
  const openAll = opener(whole, records, () => removeCheckpoints(whole));
  const contestants: Contestant[] = [{ name: `${prefix}${ALL_ROWS}`, run: openAll.run, maxCalls: 1 }];
  const ways = [{ name: ALL_ROWS, open: openAll.once }];
  const isKept = hasCheckpoint(file);
  if (isKept) {
    const image = opener(copyOf(stage, file, `${prefix.slice(0, 3)}-checkpoint`), records, () => undefined);
    contestants.push({ name: `${prefix}${FROM_CHECKPOINT}`, run: image.run, maxCalls: 1 });
    ways.push({ name: FROM_CHECKPOINT, open: image.once });
  }
  const results = await race(contestants, stage.options);
  const blocks: { readonly name: string; readonly values: readonly number[] }[] = [];
  for (const { name, open } of ways) {
    const values: number[] = [];
    for (let round = 0; round < Math.min(5, stage.options.rounds); round++) values.push(await longestBlock(open));
    blocks.push({ name, values });
  }
  const [all, image] = results;
  const goals: Goal[] = blocks.map(({ name, values }) => {
    const longest = Math.max(...values);
    return {
      text: `${prefix}${name}: no block over ${LONGEST_BLOCK_MS} ms: ${longest.toFixed(1)} ms`,
      reached: longest <= LONGEST_BLOCK_MS,
    };
  });
  if (all !== undefined && image !== undefined) {
    const ms = image.time.median / 1_000;
    goals.push({ text: `${prefix}${FROM_CHECKPOINT} <= ${MOST_OPEN_MS} ms: ${ms.toFixed(0)} ms`, reached: ms <= MOST_OPEN_MS });
    const share = image.ratio.median;
    goals.push({ text: `${prefix}<= 1/20 of reading all rows: 1/${(1 / share).toFixed(1)} (${times(share)})`, reached: share <= 1 / 20 });
  }
  const figures: Figure[] = [
    ...figuresOf(results),
    ...blocks.map(({ name, values }): Figure => ({ name: `${prefix}${name}: longest block`, unit: "ms", value: spreadOf(values) })),
  ];
  return { figures, goals, hasCheckpoint: isKept };
}

function copyOf(stage: Stage, file: string, name: string): string {
  const copy = join(stage.options.directory, `open-${process.pid}-${name}.db`);
  copyFileSync(file, copy);
  return copy;
}

function opener(
  database: string,
  records: number,
  before: () => void,
): { readonly once: () => Promise<void>; readonly run: (calls: number) => Promise<number> } {
  const open = async (): Promise<number> => {
    const start = performance.now();
    const cache = await openMetadataCache({ project: PROJECT, database, environment: {} });
    const spent = performance.now() - start;
    const found = cache.count({});
    await cache.shutdown();
    if (found !== records) throw new Error(`${found} of ${records} files are in the index`);
    before();
    return spent * 1_000;
  };
  before();
  return {
    once: async () => void (await open()),
    async run(calls) {
      let spent = 0;
      for (let made = 0; made < calls; made++) spent += await open();
      return spent;
    },
  };
}
