import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { Random } from "../testing/random.ts";
import type { CacheHandle } from "../src/threads/owner/cache-share.ts";
import { IS_RESTING, OPERATIONS, type ThreadTask } from "./thread.ts";

/** Most threads live far shorter, because starting one costs as much as thousands of operations. */
const LONGEST_LIFE_MS = 120_000;

interface Living {
  readonly worker: Worker;
  /**
   * The thread has come to rest, or was terminated. It may still be terminating when all threads
   * are told to rest.
   */
  readonly idle: Promise<unknown>;
  readonly gone: Promise<unknown>;
}

/**
 * The threads of one process. They read and write through what the process shares. Some are
 * terminated at any instruction, and others take their place.
 */
export class ProcessThreads {
  readonly #task: Omit<ThreadTask, "life" | "log" | "seed" | "words"> & { readonly life: string };
  readonly #logOf: (life: string) => string;
  readonly #random: Random;
  readonly #words = new Int32Array(new SharedArrayBuffer(8));
  #living: Living[] = [];
  #started = 0;
  #isResting = false;
  #stopKeeping: () => void = () => undefined;
  readonly #resting = new Promise<void>((resolve) => (this.#stopKeeping = resolve));

  constructor(
    task: { readonly life: string; readonly handles: readonly CacheHandle[]; readonly plant: string | undefined },
    logOf: (life: string) => string,
    random: Random,
  ) {
    this.#task = task;
    this.#logOf = logOf;
    this.#random = random;
  }

  get operations(): number {
    return Atomics.load(this.#words, OPERATIONS);
  }

  /** Keeps this many threads running until `rest`. Rejects if one ends by itself. */
  async keep(threads: number): Promise<void> {
    await Promise.all(Array.from({ length: threads }, (_, place) => this.#keepOne(place)));
  }

  /** Lets all threads finish what they have begun. */
  async rest(): Promise<void> {
    this.#isResting = true;
    Atomics.store(this.#words, IS_RESTING, 1);
    this.#stopKeeping();
    await Promise.all(this.#living.map(({ idle }) => idle));
  }

  /** Precondition: the threads rest. */
  async end(order: "end" | "finish"): Promise<void> {
    await Promise.all(
      this.#living.map(async ({ worker, gone }) => {
        worker.postMessage(order);
        await gone;
      }),
    );
  }

  async #keepOne(place: number): Promise<void> {
    while (!this.#isResting) {
      const thread = this.#start();
      this.#living[place] = thread;
      const failed = new Promise<never>((_, reject) => void thread.worker.once("error", reject));
      // The bug of a process is only in its first thread, which lives as long as the process.
      const lifetime = this.#task.plant !== undefined ? undefined : 300 + LONGEST_LIFE_MS * this.#random.next() ** 3;
      await Promise.race([failed, this.#resting, ...(lifetime === undefined ? [] : [sleep(lifetime, undefined, { ref: false })])]);
      if (!this.#isResting) await thread.worker.terminate();
    }
  }

  #start(): Living {
    const life = `${this.#task.life}.t${this.#started++}`;
    const { handles, plant } = this.#task;
    const task: ThreadTask = { life, log: this.#logOf(life), seed: this.#random.integer(2 ** 31), handles, plant, words: this.#words };
    const worker = new Worker(join(import.meta.dirname, "thread.ts"), { workerData: task });
    const gone = new Promise<void>((resolve) => void worker.once("exit", () => resolve()));
    return { worker, idle: Promise.race([once(worker, "message"), gone]), gone };
  }
}
