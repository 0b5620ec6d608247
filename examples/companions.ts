import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { indexSourceTree } from "../src/extraction.ts";
import { openMetadataCache } from "../src/index.ts";
import { type Companions, companionsOf } from "./companions-part.ts";

// Which class does each function share the most files with? Some hundred thousand questions on the
// index of a project: once on this thread, and once in workers that share the cache. They need no
// copy of it, and nothing is sent but names.
//
//     node examples/companions.ts [folder]
//
// In a program of your own, what comes from ../src here comes from "metacache",
// "metacache/extraction" and "metacache/worker".

const project = process.argv[2] ?? ".";
await using cache = await openMetadataCache({ project });
await indexSourceTree(project, cache);
const functions = cache
  .terms("functionName")
  .slice(0, 1_000)
  .map(({ term }) => term);
const classes = cache
  .terms("className")
  .slice(0, 200)
  .map(({ term }) => term);
console.log(`${cache.count({})} files of ${cache.project}: ${functions.length} functions, ${classes.length} classes`);

const alone = performance.now();
const here = await companionsOf(cache, functions, classes);
report("one thread", here, performance.now() - alone);

const handle = cache.share();
const workers = Array.from(
  { length: Math.max(2, availableParallelism()) },
  () => new Worker(new URL("./companions-part.ts", import.meta.url), { workerData: handle }),
);
await Promise.all(workers.map((worker) => once(worker, "message")));
const together = performance.now();
const size = Math.ceil(functions.length / workers.length);
const parts = await Promise.all(
  workers.map(async (worker, number) => {
    worker.postMessage({ functions: functions.slice(number * size, (number + 1) * size), classes });
    return ((await once(worker, "message")) as [Companions[]])[0];
  }),
);
const there = parts.flat();
report(`${workers.length} threads`, there, performance.now() - together);
await Promise.all(workers.map((worker) => worker.terminate()));
console.log(JSON.stringify(there) === JSON.stringify(here) ? "both are the same" : "they differ");

function report(who: string, found: readonly Companions[], ms: number): void {
  const [most] = [...found].sort((a, b) => b[2] - a[2]);
  const example = most === undefined ? "" : `; most often ${most[0]} and ${most[1]}, in ${most[2]} files`;
  console.log(`${who}: ${found.length} functions have a companion, found in ${ms.toFixed(0)} ms${example}`);
}
