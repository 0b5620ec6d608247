import { parentPort, workerData } from "node:worker_threads";
import { attachMetadataCache } from "../../src/threads/reader/attached-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";

/** What a reader does after a message tells it to start. */
export interface ReadSharedTask {
  readonly handle: CacheHandle;
  readonly paths: readonly string[];
  readonly reads: number;
  /** True to ask the owner by message, also for what is in shared memory. */
  readonly byMessage: boolean;
}

const { handle, paths, reads, byMessage } = workerData as ReadSharedTask;
const cache = await attachMetadataCache(handle);
let found = 0;
const round = async (count: number): Promise<void> => {
  for (let read = 0; read < count; read++) {
    const path = paths[(read * 31) % paths.length] ?? "";
    // The only call that shared memory never answers: a message to the owner and back, with almost
    // no work between.
    if (byMessage) await cache.waitForRevision(0);
    else if (cache.peek(path) !== undefined) found++;
  }
};
await round(Math.min(reads, 2_000));
parentPort?.postMessage("ready");
parentPort?.on("message", () => {
  void (async () => {
    found = 0;
    const begin = process.hrtime.bigint();
    await round(reads);
    parentPort?.postMessage({ us: Number(process.hrtime.bigint() - begin) / 1_000, found });
  })();
});
