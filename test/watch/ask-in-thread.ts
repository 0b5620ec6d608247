import { parentPort, workerData } from "node:worker_threads";
import { attachMetadataCache, type CacheHandle } from "../../src/worker.ts";

// Another thread: each message is a question, which is asked with consistency "tree".
const cache = await attachMetadataCache(workerData as CacheHandle);
parentPort?.postMessage("attached");
const options = { consistency: "tree", timeoutMs: 60_000 } as const;
const questions = {
  query: () => cache.query({}, options),
  symbols: () => cache.symbols({ name: "second" }, options),
  references: () => cache.references({ target: "a.ts" }, options),
  danglingReferences: () => cache.danglingReferences(options),
  orphanDocuments: () => cache.orphanDocuments({}, options),
};
parentPort?.on("message", (question: keyof typeof questions) => {
  void questions[question]().then((answer) => parentPort?.postMessage(answer));
});
