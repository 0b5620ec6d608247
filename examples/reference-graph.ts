import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { indexSourceTree } from "../src/extraction.ts";
import { openMetadataCache } from "../src/index.ts";
import { edgesOf, type Edges, mergeEdges } from "./reference-graph-part.ts";

// Which documents are referenced together: for all records of a project, once on this thread and once in workers that share the cache.
//
//     node examples/reference-graph.ts [folder]
//
// In a program of your own, what comes from ../src here comes from "metacache", "metacache/extraction" and "metacache/worker".

const project = process.argv[2] ?? ".";
await using cache = await openMetadataCache({ project });
await indexSourceTree(project, cache);
const paths = cache.paths({});
console.log(`${paths.length} files of ${cache.project}`);

const alone = performance.now();
const records = await Promise.all(paths.map((path) => cache.getMetadata(path)));
const here = edgesOf(records);
report("one thread", here, performance.now() - alone);

const handle = cache.share();
const workers = Array.from(
  { length: Math.max(2, availableParallelism()) },
  () => new Worker(new URL("./reference-graph-part.ts", import.meta.url), { workerData: handle }),
);
await Promise.all(workers.map((worker) => once(worker, "message")));
const together = performance.now();
const size = Math.ceil(paths.length / workers.length);
const parts = workers.map(async (worker, number) => {
  worker.postMessage(paths.slice(number * size, (number + 1) * size));
  return ((await once(worker, "message")) as [Edges])[0];
});
const there = mergeEdges(await Promise.all(parts));
report(`${workers.length} threads`, there, performance.now() - together);
await Promise.all(workers.map((worker) => worker.terminate()));
console.log(
  there.size === here.size && [...here].every(([edge, count]) => there.get(edge) === count) ? "both are the same" : "they differ",
);

function report(who: string, edges: Edges, ms: number): void {
  const [most] = [...edges].sort((a, b) => b[1] - a[1]);
  const shared = cache.getStats().sharing;
  const memory =
    shared === undefined ? "" : `, ${((shared.recordBytes + shared.indexBytes) / 1e6).toFixed(0)} MB shared by ${shared.readers} readers`;
  console.log(
    `${who}: ${edges.size} pairs of documents in ${ms.toFixed(0)} ms${memory}${most === undefined ? "" : `; most often ${most[0]}, ${most[1]} times`}`,
  );
}
