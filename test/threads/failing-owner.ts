import { parentPort } from "node:worker_threads";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

// A thread that owns a cache over a store that fails when it is told to. What others write comes
// before the cache's own writes.

const database = new MemoryDatabase();
const store = await database.openProject("p");
await store.write([recordOf({ path: "a.ts", size: 1 })], []);
const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS }, database);
let release: () => void = () => undefined;
let held: Promise<void> = Promise.resolve();
const commands: Record<string, () => unknown> = {
  "fail after the commit": () => {
    const foreign = recordOf({ path: "foreign.ts" });
    store.writeBehindTheCache(foreign.path, foreign);
    database.gate = (step) => (step.startsWith("write") ? Promise.resolve() : Promise.reject(new TypeError("connection lost")));
  },
  recover: () => {
    database.gate = () => Promise.resolve();
  },
  "hold after the commit": () => {
    held = new Promise((resolve) => (release = resolve));
    database.gate = (step) => {
      if (step !== "write done") return Promise.resolve();
      parentPort?.postMessage("committed");
      return held;
    };
  },
  "shut down": () => {
    void cache.shutdown();
    release();
  },
};
parentPort?.on("message", (command: string) => {
  commands[command]?.();
  parentPort?.postMessage("done");
});
parentPort?.postMessage(cache.share());
