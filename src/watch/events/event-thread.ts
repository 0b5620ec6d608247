import { Worker } from "node:worker_threads";

import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { CoverRequest, EventBatch, WatchReply, WatchTask } from "../thread/watch-messages.ts";

/**
 * Why a tree cannot be watched. `code` is the error code of the system, or `dead` if the thread
 * ended by itself.
 */
export interface WatchEnd {
  readonly code: string;
  readonly message: string;
}

/** Why the watches could not be set. */
export class WatchFailure extends MetacacheError {
  readonly end: WatchEnd;

  constructor(end: WatchEnd) {
    super("E_SOURCE", end.message);
    this.end = end;
  }
}

/**
 * The thread that watches a tree, as seen from the thread that started it. Does not keep the
 * process alive after all watches are set.
 */
export class EventThread {
  readonly #worker: Worker;
  readonly #armed = Promise.withResolvers<number>();
  readonly #gone = Promise.withResolvers<void>();
  #end: WatchEnd | undefined;
  #isArmed = false;
  #isGone = false;
  readonly #covering: ((directories: number | undefined) => void)[] = [];

  constructor(task: WatchTask, onBatch: (batch: EventBatch) => void, onEnd: (end: WatchEnd) => void) {
    this.#worker = new Worker(WORKER_URL, { name: "metacache watch", workerData: task, resourceLimits: { maxYoungGenerationSizeMb: 8 } });
    this.#worker.on("message", (reply: WatchReply) => {
      if (reply.kind === "batch") onBatch(reply);
      else if (reply.kind === "armed") {
        this.#isArmed = true;
        this.#worker.unref();
        this.#armed.resolve(reply.directories);
      } else if (reply.kind === "covered") this.#covering.shift()?.(reply.directories);
      else this.#end ??= { code: reply.code, message: reply.message };
    });
    this.#worker.on("error", (error) => {
      this.#end ??= { code: "dead", message: messageOf(error) };
    });
    this.#worker.on("exit", () => {
      this.#isGone = true;
      const end = this.#end ?? { code: "dead", message: "the thread ended by itself" };
      this.#armed.reject(new WatchFailure(end));
      if (this.#isArmed && end.code !== "stopped") onEnd(end);
      for (const resolve of this.#covering.splice(0)) resolve(undefined);
      this.#gone.resolve();
    });
    // Callers that wait for `armed` get the error. If there are none, it must not count as
    // unhandled.
    this.#armed.promise.catch(() => undefined);
  }

  /**
   * Resolves to the number of watches when all are set. Rejects with `WatchFailure` if they cannot
   * be set.
   */
  get armed(): Promise<number> {
    return this.#armed.promise;
  }

  /**
   * Resolves when these directories are watched, and what may have changed in them before was
   * reported. Also resolves, to `undefined`, when the thread is gone.
   */
  cover(request: CoverRequest): Promise<number | undefined> {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    if (this.#isGone) resolve(undefined);
    else this.#covering.push(resolve);
    this.#worker.postMessage(request);
    return promise;
  }

  /** Ends the thread, even if it is busy. Resolves when it is gone. */
  async stop(): Promise<void> {
    this.#end ??= { code: "stopped", message: "stopped" };
    await this.#worker.terminate();
    await this.#gone.promise;
  }
}

const WORKER_URL = new URL(import.meta.url.endsWith(".ts") ? "./watch-worker.ts" : "./watch-worker.js", import.meta.url);
