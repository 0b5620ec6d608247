import { parentPort, workerData } from "node:worker_threads";
import { attachMetadataCache, type CacheHandle } from "../../src/worker.ts";

// Another thread: answers each message with what the tree holds.
const cache = await attachMetadataCache(workerData as CacheHandle);
parentPort?.postMessage("attached");
parentPort?.on("message", () => void cache.query({}, { consistency: "tree" }).then((answer) => parentPort?.postMessage(answer)));
