// Runs where the package is installed: indexes the tree that is given, and reads a record from another cache and from a worker thread. It fails
// if an answer differs.
import { deepEqual } from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { openMetadataCache } from "metacache";
import { indexSourceTree } from "metacache/extraction";
import { attachMetadataCache } from "metacache/worker";

const PATH = "file39.sh";
if (isMainThread) {
  const [project] = process.argv.slice(2);
  const at = { project, database: join(project, "round-trip.db") };
  const written = await openMetadataCache(at);
  await indexSourceTree(project, written);
  const record = await written.getMetadata(PATH);
  await written.shutdown();

  const read = await openMetadataCache({ ...at, create: false });
  deepEqual(await read.getMetadata(PATH), record);
  deepEqual(read.paths({ functionName: record.functions[0].name }), [PATH]);
  deepEqual(read.verify(), []);
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: read.share() });
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
  });
  deepEqual(answer, record);
  await worker.terminate();
  await read.shutdown();
} else {
  const cache = await attachMetadataCache(workerData);
  parentPort.postMessage(await cache.getMetadata(PATH));
  cache.detach();
}
