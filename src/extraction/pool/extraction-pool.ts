import type { Clock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import type { ExtractionOutcome, ExtractionSettings, ExtractionTask } from "../extract-source-file.ts";
import { ExtractionThread, type ExtractionJob, type ThreadEnd } from "./extraction-thread.ts";
import { compileLargeGrammars } from "./large-grammars.ts";

/** Makes records of files, `lanes` of them at a time. If a caller starts more, they wait here. */
export interface Extraction {
  readonly lanes: number;
  /**
   * Rejects if no file at all can be extracted (`E_SOURCE`) or if the extraction is closed
   * (`E_CLOSED`). A problem of one file is part of its outcome.
   */
  extract(task: ExtractionTask): Promise<ExtractionOutcome>;
  /** Stops all unfinished work. Resolves when every thread has ended. */
  close(): Promise<void>;
}

export interface ExtractionPoolOptions {
  /** The number of threads, at least 1. They start with the first files. */
  readonly workers: number;
  readonly extraction: ExtractionSettings;
  readonly clock: Clock;
  readonly workerUrl?: URL;
  /** A thread is replaced after this many files. */
  readonly recycleAfter?: number;
  /** The heap that a thread may use for its objects. The parser's own memory is not part of it. */
  readonly maxHeapMb?: number;
  /** True if the threads keep the process alive. Default: true. */
  readonly keepsAlive?: boolean;
}

/**
 * Runs extraction on worker threads. No file can harm the others: a thread that hangs or dies is
 * replaced, and the files that it had not begun go to another thread. If a thread dies, its current
 * file is tried once more, because the thread may have died of an earlier file.
 */
export class ExtractionPool implements Extraction {
  readonly lanes: number;
  readonly #options: ExtractionPoolOptions;
  readonly #waiting: ExtractionJob[] = [];
  readonly #threads = new Set<ExtractionThread>();
  /** The threads that were terminated and have not ended yet. */
  readonly #leaving = new Set<Promise<void>>();
  /** Compiled before the first thread starts, and kept for all threads. */
  #grammars: readonly unknown[] = [];
  /** The reason why nothing is extracted any more. */
  #failure: MetacacheError | undefined;
  #lastId = 0;

  constructor(options: ExtractionPoolOptions) {
    this.#options = options;
    this.lanes = options.workers * QUEUE_DEPTH;
  }

  extract(task: ExtractionTask): Promise<ExtractionOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<ExtractionOutcome>();
    this.#waiting.push({ id: ++this.#lastId, task, crashes: 0, outlineOnly: false, settle: resolve, reject });
    this.#dispatch();
    return promise;
  }

  async close(): Promise<void> {
    this.#failure ??= new MetacacheError("E_CLOSED", "the extraction was closed", {
      remedy: "open another extraction to extract more files",
    });
    this.#dispatch();
    for (const thread of this.#threads) this.#release(thread);
    await Promise.all(this.#leaving);
    this.#grammars = [];
  }

  #dispatch(): void {
    if (this.#failure !== undefined) {
      for (const job of this.#waiting.splice(0)) job.reject(this.#failure);
      return;
    }
    while (this.#waiting.length > 0) {
      const thread = this.#freeThread();
      if (thread === undefined) return;
      const job = this.#waiting.shift();
      if (job !== undefined) thread.assign(job);
    }
  }

  #freeThread(): ExtractionThread | undefined {
    if (this.#threads.size < this.#options.workers && !this.#hasIdle()) return this.#start();
    let best: ExtractionThread | undefined;
    for (const thread of this.#threads) {
      if (thread.jobCount < QUEUE_DEPTH && !this.#isSpent(thread) && (best === undefined || thread.jobCount < best.jobCount)) best = thread;
    }
    return best;
  }

  #hasIdle(): boolean {
    for (const thread of this.#threads) if (thread.jobCount === 0 && !this.#isSpent(thread)) return true;
    return false;
  }

  #isSpent(thread: ExtractionThread): boolean {
    return thread.isHeavy || thread.answered >= (this.#options.recycleAfter ?? RECYCLE_AFTER);
  }

  #start(): ExtractionThread {
    if (this.#grammars.length === 0) this.#grammars = compileLargeGrammars();
    const thread = new ExtractionThread({
      workerUrl: this.#options.workerUrl ?? WORKER_URL,
      extraction: this.#options.extraction,
      clock: this.#options.clock,
      maxHeapMb: this.#options.maxHeapMb ?? MAX_HEAP_MB,
      keepsAlive: this.#options.keepsAlive ?? true,
      onAnswer: (answered) => {
        if (answered.jobCount === 0 && this.#isSpent(answered)) this.#release(answered);
        this.#dispatch();
      },
      onEnd: (ended, end) => this.#ended(ended, end),
    });
    this.#threads.add(thread);
    return thread;
  }

  #release(thread: ExtractionThread): void {
    this.#threads.delete(thread);
    const gone = thread.stop().finally(() => this.#leaving.delete(gone));
    this.#leaving.add(gone);
  }

  #ended(thread: ExtractionThread, { cause, message, unanswered }: ThreadEnd): void {
    this.#threads.delete(thread);
    const [current, ...others] = unanswered;
    if (cause === "unusable") this.#failure ??= new MetacacheError("E_SOURCE", `no extraction worker can be started: ${message}`);
    this.#waiting.unshift(...others);
    if (current !== undefined) this.#reconsider(current, cause, message);
    this.#dispatch();
  }

  /** Decides about the current file of a thread that ended. */
  #reconsider(job: ExtractionJob, cause: ThreadEnd["cause"], message: string): void {
    if (cause === "time-budget" && job.outlineOnly) {
      // The file could not even be read in time.
      return job.settle({ kind: "skipped", reason: "unreadable", detail: message });
    }
    if (cause === "time-budget") job.outlineOnly = true;
    if (cause === "crashed" && ++job.crashes > MAX_RETRIES) {
      return job.settle({ kind: "skipped", reason: "extractor-failed", detail: message });
    }
    this.#waiting.unshift(job);
  }
}

const WORKER_URL = new URL(import.meta.url.endsWith(".ts") ? "./extraction-worker.ts" : "./extraction-worker.js", import.meta.url);
const MAX_HEAP_MB = 512;
const MAX_RETRIES = 1;
/**
 * Gives a thread work while this thread is busy for some milliseconds, for example with a write to
 * the database.
 */
const QUEUE_DEPTH = 4;
/**
 * The memory of a parser never shrinks. Only the end of its thread gives it back. Starting a thread
 * costs as much as some tens of files.
 */
const RECYCLE_AFTER = 10_000;
