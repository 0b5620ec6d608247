import { parentPort, workerData } from "node:worker_threads";
import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";
import { type AttachedStatistics, attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";
import { BEGUN, DONE, pathOf, RESIDUES } from "./driven-share.ts";

// A thread that reads a shared cache while its event loop has hardly any turns, or none at all, and
// notes what it is answered.

/**
 * Of the owner's steps, the answer must be what holds after one of these: it had done the first,
 * and had not begun one after the last.
 */
export interface Observation {
  readonly first: number;
  readonly last: number;
  readonly answer:
    | { readonly kind: "count"; readonly residue: number | undefined; readonly count: number }
    | { readonly kind: "end"; readonly number: number | undefined }
    | { readonly kind: "version"; readonly number: number; readonly version: number | undefined }
    | {
        readonly kind: "page";
        readonly revision: number;
        readonly total: number;
        readonly versions: readonly (readonly [number, number])[];
      };
}

export interface BusyReaderTask {
  readonly handle: CacheHandle;
  readonly steps: Int32Array;
  readonly stop: Int32Array;
  /** A word for each reader: how many rounds it has made. */
  readonly progress: Int32Array;
  readonly place: number;
  /** How many rounds there are between two turns of the event loop. */
  readonly roundsATurn: number;
}

export interface BusyReaderReport {
  readonly observations: readonly Observation[];
  readonly faults: readonly string[];
  readonly statistics: AttachedStatistics;
}

const { handle, steps, stop, progress, place, roundsATurn } = workerData as BusyReaderTask;
const observations: Observation[] = [];
const faults: string[] = [];
const MOST = 30_000;

function note(first: number, answer: Observation["answer"]): void {
  if (observations.length < MOST) observations.push({ first, last: Atomics.load(steps, BEGUN), answer });
}

/**
 * Notes an answer of memory now, without a turn of the event loop, and one of the owner when it
 * comes.
 */
async function ask<T>(call: () => Promise<T>, answerOf: (answer: T) => Observation["answer"]): Promise<void> {
  const first = Atomics.load(steps, DONE);
  call().then(
    (value) => note(first, answerOf(value)),
    (error: unknown) => faults.push(String(error)),
  );
  for (let microtask = 0; microtask < 4; microtask++) await Promise.resolve();
}

const numberOf = ({ path }: { readonly path: string }): number => Number(path.slice(4, -3));
const pageOf = ({ revision, total, items }: QueryAnswer<FileMetadata>): Observation["answer"] => ({
  kind: "page",
  revision,
  total,
  versions: items.map((record) => [numberOf(record), record.modifiedAt]),
});

let random = 1 + place * 7_919;
function below(limit: number): number {
  random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
  return (random >>> 8) % limit;
}

const cache = await attachMetadataCache(handle);

async function round(): Promise<void> {
  const residue = below(RESIDUES);
  const number = below(8) * below(20);
  const page: MetadataQuery = { limit: 3, orderBy: below(2) === 0 ? "path" : "-path" };
  await ask(
    () => cache.count({}),
    (count) => ({ kind: "count", residue: undefined, count }),
  );
  await ask(
    () => cache.count({ functionName: `f${residue}` }),
    (count) => ({ kind: "count", residue, count }),
  );
  await ask(
    () => cache.paths({ orderBy: "-path", limit: 1 }),
    ([path]) => ({ kind: "end", number: path === undefined ? undefined : numberOf({ path }) }),
  );
  await ask(() => cache.query(page), pageOf);
  await ask(
    () => cache.getMetadata(pathOf(number)),
    (record) => ({ kind: "version", number, version: record?.modifiedAt }),
  );
  const first = Atomics.load(steps, DONE);
  const peeked = cache.peek(pathOf(number));
  if (peeked !== undefined) note(first, { kind: "version", number, version: peeked.modifiedAt });
}

parentPort?.postMessage("ready");
for (let rounds = 1; Atomics.load(stop, 0) === 0; rounds++) {
  await round();
  Atomics.add(progress, place, 1);
  // Between nothing at all and some images of the owner's.
  if (below(3) === 0) Atomics.wait(stop, 0, 0, below(40));
  if (rounds % roundsATurn === 0) await new Promise((resolve) => setImmediate(resolve));
}
// Whatever was asked of the owner before is answered before this.
await cache.verify();
const report: BusyReaderReport = { observations, faults, statistics: cache.statistics() };
parentPort?.postMessage(report);
cache.detach();
