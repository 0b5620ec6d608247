import type { Clock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import type { ExtractionOutcome, ExtractionSettings, ExtractionTask } from "../extract-source-file.ts";
import { ExtractionThread, type ExtractionJob, type ThreadEnd } from "./extraction-thread.ts";
import { compileLargeGrammars } from "./large-grammars.ts";

/** Makes records of files, `lanes` of them at a time: a caller that starts more only makes them wait here. */
export interface Extraction {
  readonly lanes: number;
  /**
   * Rejects where no file at all can be extracted (`E_SOURCE`) or the extraction is closed (`E_CLOSED`); what is wrong
   * with one file is its outcome.
   */
  extract(task: ExtractionTask): Promise<ExtractionOutcome>;
  /** Gives up what is not finished. Resolves when every thread is gone. */
  close(): Promise<void>;
}

export interface ExtractionPoolOptions {
  /** How many threads, at least 1. They start with the first files. */
  readonly workers: number;
  readonly extraction: ExtractionSettings;
  readonly clock: Clock;
  readonly workerUrl?: URL;
  /** A thread is replaced after so many files. */
  readonly recycleAfter?: number;
  /** The heap that a thread may take for its objects; a parser's own memory is not counted in it. */
  readonly maxHeapMb?: number;
  /** Whether its threads keep the process alive. Default: true. */
  readonly keepsAlive?: boolean;
}

/**
 * Extraction on worker threads. No file can take the others with it: a thread that hangs or dies is replaced, and
 * what it had not begun goes to another. A file that was in hand when a thread died is tried once more, on its own
 * account, because the thread may have died of what came before it.
 */
export class ExtractionPool implements Extraction {
  readonly lanes: number;
  readonly #options: ExtractionPoolOptions;
  readonly #waiting: ExtractionJob[] = [];
  readonly #threads = new Set<ExtractionThread>();
  /** Terminated, but not gone yet. */
  readonly #leaving = new Set<Promise<void>>();
  /** Kept for the threads, from before the first one starts. */
  #grammars: readonly unknown[] = [];
  /** Why nothing is extracted any more. */
  #fault: MetacacheError | undefined;
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
    this.#fault ??= new MetacacheError("E_CLOSED", "the extraction was closed", { remedy: "open another one to extract more files" });
    this.#dispatch();
    for (const thread of this.#threads) this.#release(thread);
    await Promise.all(this.#leaving);
    this.#grammars = [];
  }

  #dispatch(): void {
    if (this.#fault !== undefined) {
      for (const job of this.#waiting.splice(0)) job.reject(this.#fault);
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
      if (thread.load < QUEUE_DEPTH && !this.#isSpent(thread) && (best === undefined || thread.load < best.load)) best = thread;
    }
    return best;
  }

  #hasIdle(): boolean {
    for (const thread of this.#threads) if (thread.load === 0 && !this.#isSpent(thread)) return true;
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
        if (answered.load === 0 && this.#isSpent(answered)) this.#release(answered);
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
    const [inHand, ...others] = unanswered;
    if (cause === "unusable") this.#fault ??= new MetacacheError("E_SOURCE", `no extraction worker can be started: ${message}`);
    this.#waiting.unshift(...others);
    if (inHand !== undefined) this.#reconsider(inHand, cause, message);
    this.#dispatch();
  }

  /** The file that a thread had in hand when it ended. */
  #reconsider(job: ExtractionJob, cause: ThreadEnd["cause"], message: string): void {
    if (cause === "time-budget" && job.outlineOnly) {
      // Not even reading it came to an end.
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
/** So that a thread has work while this one is busy for some milliseconds, as with a write to the database. */
const QUEUE_DEPTH = 4;
/** A parser's memory never shrinks: it is given back with its thread. Starting one costs as much as some tens of files. */
const RECYCLE_AFTER = 10_000;
