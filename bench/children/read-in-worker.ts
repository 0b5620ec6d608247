import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { type CacheHandle, attachMetadataCache } from "../../src/worker.ts";
import { Random } from "../../testing/random.ts";
import { consume } from "../measuring/measure.ts";

/** What a worker reads. It reads each way as many times as there are paths. */
export interface ReadInWorkerTask {
  readonly handle: CacheHandle;
  /** Paths of residents, in shuffled order, more than a thread remembers. */
  readonly paths: readonly string[];
  /** The rival's database: records as JSON, by their paths. */
  readonly sqliteFile: string;
  /** How many paths are few enough to be remembered. */
  readonly hot: number;
  readonly seed: number;
}

/** Microseconds per read. */
export interface ReadsInWorker {
  readonly first: number;
  readonly remembered: number;
  readonly random: number;
  readonly sqlite: number;
}

const { handle, paths, sqliteFile, hot, seed } = workerData as ReadInWorkerTask;
const random = new Random(seed);
const compiling = paths.slice(0, Math.ceil(paths.length / 5));
// The first read of a path happens only once. So reads of other paths compile the code first.
const firstReads = paths.slice(compiling.length);
const anywhere = Array.from(paths, () => random.pick(paths));
const hotOnes = Array.from(paths, (_, number) => paths[number % hot] as string);

const cache = await attachMetadataCache(handle);
const peek = (path: string): unknown => cache.peek(path);
perRead(compiling, peek);
const first = perRead(firstReads, peek);
const atRandom = perRead(anywhere, peek);
perRead(hotOnes, peek);
const remembered = perRead(hotOnes, peek);

const database = new DatabaseSync(sqliteFile, { readOnly: true });
database.exec("PRAGMA cache_size = -65536");
const statement = database.prepare("SELECT json FROM record WHERE path = ?");
statement.setReturnArrays(true);
const select = (path: string): unknown => JSON.parse((statement.get(path) as unknown as readonly [string])[0]);
perRead(anywhere, select);
const sqlite = perRead(anywhere, select);
database.close();
cache.detach();
parentPort?.postMessage({ first, remembered, random: atRandom, sqlite } satisfies ReadsInWorker);

function perRead(asked: readonly string[], read: (path: string) => unknown): number {
  const start = performance.now();
  for (const path of asked) {
    const record = read(path);
    if (record === undefined) throw new Error(`${path} is not in the cache`);
    consume(record);
  }
  return ((performance.now() - start) * 1_000) / asked.length;
}
