import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ReadSharedTask } from "../children/read-shared.ts";
import { heapGrowth } from "../children/heap-growth.ts";
import { spreadOf } from "../measuring/measure.ts";
import { type Figure, type Row, single, times } from "../row.ts";
import { readAll, type Stage } from "../inputs/stage.ts";

const RESIDENTS = 10_000;
/**
 * This many records are remembered unpacked. There are more residents than that, so most residents
 * are read from packed bytes.
 */
const HOT = 500;

export const threadsRow: Row = {
  id: "threads",
  usesInternals: true,
  what: "a worker thread's read of a resident record",
  toReach: "<= 1 us (a message round trip: 20-50 us); 2 readers >= 1.7x one on 2 cores; a further reader costs <= 10 % of the data",
  async run(stage) {
    const { options } = stage;
    const cache = await stage.cacheOfCopy(Math.min(options.records, 100_000), { maxItems: RESIDENTS, sharedBytes: 128 * 1024 * 1024 });
    await readAll(cache);
    const handle = cache.share();
    while ((cache.getStats().sharing?.records ?? 0) < cache.getStats().residents) await new Promise((resolve) => setImmediate(resolve));
    const paths = cache.paths({ limit: RESIDENTS * 2 }).filter((path) => cache.peek(path) !== undefined);
    const reads = options.smoke ? 2_000 : 2_000_000;
    const task = { handle, paths: paths.slice(0, HOT), reads, byMessage: false };

    const alone = await race(1, task, options.rounds);
    const pair = await race(2, task, options.rounds);
    const packed = await race(1, { ...task, paths, reads: Math.ceil(reads / 20) }, Math.ceil(options.rounds / 3));
    const message = await race(1, { ...task, reads: Math.ceil(reads / 100), byMessage: true }, Math.ceil(options.rounds / 3));
    const written = await whileWriting(stage, cache, () => race(1, task, Math.ceil(options.rounds / 3)));
    const scaling = (2 * alone.median) / pair.median;

    const { recordBytes = 0, indexBytes = 0, records = 0 } = cache.getStats().sharing ?? {};
    const readerBytes = await bytesOfReader({ ...task, paths });
    const data = recordBytes + indexBytes;
    const figure = (name: string, value: Figure["value"]): Figure => ({ name, unit: "us", value });
    return {
      figures: [
        figure("a reader, unpacked before", alone),
        figure("one of two readers, unpacked before", pair),
        figure("a reader, from packed bytes", packed),
        figure("a reader while the owner writes", written),
        figure("a message to the owner and back", message),
        single("two readers to one", "ratio", scaling),
        single(`shared, of ${records} records and the index`, "MB", data / 1e6),
        single("a further reader", "MB", readerBytes / 1e6),
      ],
      goals: [
        { text: `<= 1 us: ${alone.median.toFixed(3)} us`, reached: alone.median <= 1 },
        { text: `2 readers >= 1.7x one: ${times(scaling)}`, reached: scaling >= 1.7 },
        {
          text: `a further reader <= 10 % of the data: ${((100 * readerBytes) / data).toFixed(1)} %`,
          reached: readerBytes <= data / 10,
        },
      ],
      verified: "every read found its record",
      notes: [
        `peek of ${HOT} records, and of all ${paths.length} that are resident, over and over; a thread remembers 8 MB unpacked`,
        "one cache a worker would take each worker the whole index and its records: see the row `memory`",
        "a further reader: growth of its thread's heap by attaching and reading all residents once; an empty thread is not counted",
        "while the owner writes: one update after the other, each of one changed record",
      ],
    };
  },
};

/** Microseconds per read, of readers that start at the same time. */
async function race(readers: number, task: ReadSharedTask, rounds: number): Promise<Figure["value"]> {
  const workers = Array.from(
    { length: readers },
    () => new Worker(join(import.meta.dirname, "../children/read-shared.ts"), { workerData: task }),
  );
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const perRead: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const ends = workers.map((worker) => once(worker, "message"));
    for (const worker of workers) worker.postMessage("begin");
    for (const [end] of (await Promise.all(ends)) as [{ readonly us: number; readonly found: number }][]) {
      if (!task.byMessage && end.found !== task.reads) throw new Error(`${end.found} of ${task.reads} reads found their record`);
      perRead.push(end.us / task.reads);
    }
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return spreadOf(perRead);
}

async function whileWriting<T>(stage: Stage, cache: MetadataCache, run: () => Promise<T>): Promise<T> {
  let isEnding = false;
  const workload = stage.workload();
  const writing = (async () => {
    for (let write = 0; !isEnding; write++) {
      // A record that nobody reads, because a record is absent for a moment while it is written.
      await cache.update({ ...workload.record(0), path: "written/meanwhile.ts", size: write });
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const result = await run();
  isEnding = true;
  await writing;
  return result;
}

async function bytesOfReader(task: ReadSharedTask): Promise<number> {
  // In this thread, it would be the owner. A reader's parts are the same in every thread.
  const { SharedRecordsReader } = await import("../../src/threads/reader/shared-records-reader.ts");
  const { bytes, built } = await heapGrowth(() => {
    const reader = new SharedRecordsReader(task.handle.records, 8 * 1_024 * 1_024);
    for (const path of task.paths) reader.get(path);
    return Promise.resolve(reader);
  });
  built.forget();
  return bytes;
}
