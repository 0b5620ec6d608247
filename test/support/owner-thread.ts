import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { onTestFinished } from "vitest";
import type { OpenMetadataCacheOptions } from "../../src/cache/opening/open-metadata-cache.ts";
import type { CacheHandle } from "../../src/threads/owner/cache-share.ts";

/** A thread of its own that owns a cache. */
export class OwnerThread {
  readonly handle: CacheHandle;
  readonly #worker: Worker;

  private constructor(worker: Worker, handle: CacheHandle) {
    this.#worker = worker;
    this.handle = handle;
  }

  static async start(options: Omit<OpenMetadataCacheOptions, "logger" | "clock" | "onLoadProgress">): Promise<OwnerThread> {
    const worker = new Worker(join(import.meta.dirname, "../threads/owner-thread.ts"), { workerData: options });
    const [handle] = (await once(worker, "message")) as [CacheHandle];
    return new OwnerThread(worker, handle);
  }

  /** The same, ended with the test. */
  static async forTest(options: Omit<OpenMetadataCacheOptions, "logger" | "clock" | "onLoadProgress">): Promise<OwnerThread> {
    const owner = await OwnerThread.start(options);
    onTestFinished(() => owner.terminate());
    return owner;
  }

  async tell(command: "clear" | "shutdown" | "getStats" | "sync" | "block"): Promise<unknown> {
    this.#worker.postMessage(command);
    const [answer] = (await once(this.#worker, "message")) as [unknown];
    return answer;
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }
}
