import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { Random } from "../testing/random.ts";
import { attachMetadataCache } from "../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../src/threads/owner/cache-share.ts";
import { nowUs } from "./operations/operation.ts";
import { OperationLog } from "./operations/operation-log.ts";
import { RandomOperations } from "./operations/random-operations.ts";
import { sabotage } from "./plants/plants.ts";
import { threadSubjectOf } from "./subject.ts";

export interface ThreadTask {
  readonly life: string;
  readonly log: string;
  readonly seed: number;
  /** One for each project. */
  readonly handles: readonly CacheHandle[];
  readonly plant: string | undefined;
  /** The words are `IS_RESTING` and `OPERATIONS`. */
  readonly words: Int32Array;
}

export const IS_RESTING = 0;
export const OPERATIONS = 1;

/** The number of operations in progress at once. */
const LANES = 2;
/** The most operations without a turn of the event loop, if all are answered from memory. */
const LONGEST_BURST = 400;
/**
 * Writes wait for each other, in all processes. If threads wrote as often as processes, they would
 * seldom read. A thread with a bug must get occasions for it.
 */
const READS_MORE = 8;
const READS_MORE_WITH_A_BUG = 1;

// One thread of a process: random operations on the caches that the process shares, most of the
// time without a turn of the event loop.
async function run({ life, log: file, seed, handles, plant, words }: ThreadTask): Promise<void> {
  const log = new OperationLog(file);
  const random = new Random(seed);
  sabotage(plant, "thread", random);
  const readsMore = plant === undefined ? READS_MORE : READS_MORE_WITH_A_BUG;
  const attached = await Promise.all(
    handles.map(async (handle, project) => {
      const begin = nowUs();
      const cache = await attachMetadataCache(handle);
      const subject = threadSubjectOf(cache, plant, random);
      log.add({ kind: "attach", project, revision: subject.revision(), begin, end: nowUs() });
      return { cache, operations: new RandomOperations(subject, { project, life, readsMore }, random, log) };
    }),
  );
  const lane = async (): Promise<void> => {
    while (Atomics.load(words, IS_RESTING) === 0) {
      for (let left = random.integer(LONGEST_BURST); left > 0 && Atomics.load(words, IS_RESTING) === 0; left--) {
        await random.pick(attached).operations.step();
        Atomics.add(words, OPERATIONS, 1);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  parentPort?.postMessage("idle");
  const [order] = (await once(parentPort as NonNullable<typeof parentPort>, "message")) as ["end" | "finish"];
  if (order === "finish") for (const { operations } of attached) await operations.finish();
  log.close();
  for (const { cache } of attached) cache.detach();
}

if (workerData !== null) await run(workerData as ThreadTask);
