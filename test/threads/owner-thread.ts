import { parentPort, workerData } from "node:worker_threads";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";

// A thread that owns a cache, for tests that read it in theirs. Is told what to do by the names of
// the cache's own calls.

const cache = await openMetadataCache({ ...(workerData as object), environment: {} });
parentPort?.on("message", (command: "clear" | "shutdown" | "getStats" | "sync" | "block") => {
  switch (command) {
    case "clear":
      cache.clear();
      parentPort?.postMessage("done");
      break;
    case "block":
      parentPort?.postMessage("done");
      // Until it is terminated.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      break;
    case "getStats":
      parentPort?.postMessage(cache.getStats().sharing);
      break;
    case "sync":
      void cache.syncWithDatabase().then(() => parentPort?.postMessage("done"));
      break;
    case "shutdown":
      void cache.shutdown().then(() => {
        parentPort?.postMessage("done");
        parentPort?.close();
      });
  }
});
parentPort?.postMessage(cache.share());
