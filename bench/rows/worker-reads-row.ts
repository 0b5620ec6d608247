import { once } from "node:events";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { ReadInWorkerTask, ReadsInWorker } from "../children/read-in-worker.ts";
import { heapGrowth } from "../children/heap-growth.ts";
import { type Spread, spreadOf } from "../measuring/measure.ts";
import { type Figure, type Row, single } from "../row.ts";
import { PROJECT, readAll } from "../inputs/stage.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";

const RESIDENTS = 10_000;
/** Few enough to be remembered. */
const HOT = 500;
const MIB = 1_024 * 1_024;

export const workerReadsRow: Row = {
  id: "worker-reads",
  what: "a worker's read of a record: remembered, the first, at random over all residents",
  toReach: "remembered <= 1 us; the first and at random <= a read of SQLite in that worker; sharing adds <= 5 % to the index",
  async run(stage) {
    const cache = await stage.cacheOfCopy(stage.options.records, { maxItems: RESIDENTS, sharedBytes: 128 * MIB });
    await readAll(cache);
    const handle = cache.share();
    while ((cache.getStats().sharing?.records ?? 0) < cache.getStats().residents) await setImmediate();
    await stage.rival("sqlite");
    const paths = stage.random.shuffled(cache.paths({}).filter((path) => cache.peek(path) !== undefined));
    const task = { handle, paths, sqliteFile: join(stage.options.directory, "sqlite-rival.db"), hot: HOT, seed: stage.options.seed };
    const rounds: ReadsInWorker[] = [];
    for (let round = 0; round < stage.options.rounds; round++) rounds.push(await readInWorker({ ...task, seed: task.seed + round }));
    const figure = (name: string, of: (reads: ReadsInWorker) => number): Figure => {
      const ratio = spreadOf(rounds.map((reads) => of(reads) / reads.sqlite));
      return { name, unit: "us", value: spreadOf(rounds.map(of)), ratio };
    };
    const remembered = figure("remembered", (reads) => reads.remembered);
    const first = figure("the first read of a record", (reads) => reads.first);
    const random = figure("at random over all residents", (reads) => reads.random);
    const shared = await sharedIndex(await stage.databaseFile());
    const more = shared.grownBytes / shared.indexBytes;
    return {
      figures: [
        remembered,
        first,
        random,
        { name: "SQLite in the worker", unit: "us", value: spreadOf(rounds.map(({ sqlite }) => sqlite)) },
        single("the index", "MB", shared.indexBytes / 1e6),
        single("sharing the index adds", "MB", shared.grownBytes / 1e6, more),
      ],
      goals: [
        { text: `remembered <= 1 us: ${remembered.value.median.toFixed(3)} us`, reached: remembered.value.median <= 1 },
        judge("the first read", first.ratio),
        judge("at random", random.ratio),
        { text: `sharing adds <= 5 %: ${(100 * more).toFixed(1)} %`, reached: more <= 0.05 },
      ],
      verified: "every read found its record",
      notes: [
        `${paths.length} residents in shuffled order, a new worker for each round; the first fifth of the first reads compiles, and is not counted`,
        "ratios are to SQLite in the same worker: a prepared statement by path, JSON.parse, 64 MB of page cache, warm",
        "sharing: growth of the owner's heap and array buffers by share(), with 100 records resident and room for 1 MiB of them, which is not counted",
      ],
    };
  },
};

function judge(what: string, ratio: Spread | undefined): { readonly text: string; readonly reached: boolean } {
  const median = ratio?.median ?? Number.NaN;
  return { text: `${what} <= SQLite's: ${median.toFixed(2)} of its time`, reached: median <= 1 };
}

async function readInWorker(task: ReadInWorkerTask): Promise<ReadsInWorker> {
  const worker = new Worker(join(import.meta.dirname, "../children/read-in-worker.ts"), { workerData: task });
  const [reads] = (await once(worker, "message")) as [ReadsInWorker];
  await worker.terminate();
  return reads;
}

async function sharedIndex(database: string): Promise<{ readonly indexBytes: number; readonly grownBytes: number }> {
  await using cache = await openMetadataCache({ project: PROJECT, database, maxItems: 100, sharedBytes: MIB, environment: {} });
  const { bytes } = await heapGrowth(async () => {
    cache.share();
    while ((cache.getStats().sharing?.records ?? 0) < cache.getStats().residents) await setImmediate();
  });
  return { indexBytes: cache.getStats().indexBytes, grownBytes: Math.max(0, bytes - MIB) };
}
