import { Worker } from "node:worker_threads";

import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { adoptFileMetadata } from "../../record/parsing/adopt-file-metadata.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { markChecked } from "../../record/parsing/parse-file-metadata.ts";
import type { ExtractionOutcome, ExtractionSettings, ExtractionTask } from "../extract-source-file.ts";
import type { ExtractionReply, ExtractionRequest } from "./extraction-messages.ts";

export interface ExtractionJob {
  readonly id: number;
  readonly task: ExtractionTask;
  /** How many threads died while this was their current file. */
  crashes: number;
  /** True after the file took too long. From then on, the file is only read. */
  outlineOnly: boolean;
  settle(outcome: ExtractionOutcome): void;
  reject(error: Error): void;
}

/**
 * How a thread ended. `unanswered` are the jobs without an answer, oldest first. The first of them
 * was the current one.
 */
export interface ThreadEnd {
  readonly cause: "crashed" | "stopped" | "time-budget" | "unusable";
  readonly message: string;
  readonly unanswered: readonly ExtractionJob[];
}

export interface ThreadSettings {
  readonly workerUrl: URL;
  readonly extraction: ExtractionSettings;
  readonly clock: Clock;
  readonly maxHeapMb: number;
  /** True if the thread keeps the process alive. */
  readonly keepsAlive: boolean;
  /** Called after each answer. */
  readonly onAnswer: (thread: ExtractionThread) => void;
  /** Called once, after the last answer. */
  readonly onEnd: (thread: ExtractionThread, end: ThreadEnd) => void;
}

/**
 * A worker thread and its jobs, in order. The extractor checks its time budget by itself. If it
 * never reaches that check, the worker neither answers nor ends in time: then the worker is
 * terminated.
 */
export class ExtractionThread {
  readonly #worker: Worker;
  readonly #settings: ThreadSettings;
  readonly #jobs: ExtractionJob[] = [];
  #ready = false;
  #answered = 0;
  #heavy = false;
  /** Set when the thread is given up. Its later messages are ignored. */
  #end: Omit<ThreadEnd, "unanswered"> | undefined;
  #cancelWatch: () => void = () => {};
  readonly #ended: Promise<void>;

  constructor(settings: ThreadSettings) {
    this.#settings = settings;
    const resourceLimits = { maxOldGenerationSizeMb: settings.maxHeapMb, maxYoungGenerationSizeMb: MAX_YOUNG_MB };
    this.#worker = new Worker(settings.workerUrl, {
      name: "metacache extraction",
      workerData: settings.extraction,
      resourceLimits,
      // A descriptor that the thread leaves open belongs to a database that this process uses.
      // Closing it with the thread would do the very harm that is avoided here (see
      // `findOpenDatabases`).
      trackUnmanagedFds: false,
    });
    this.#worker.on("message", (reply: ExtractionReply) => this.#receive(reply));
    this.#worker.on("messageerror", (error) => this.#stop("crashed", messageOf(error)));
    this.#worker.on("error", (error) => {
      this.#end ??= { cause: "crashed", message: messageOf(error) };
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ended = promise;
    this.#worker.on("exit", (code) => {
      this.#cancelWatch();
      const { cause, message } = this.#end ?? { cause: "crashed", message: `the thread ended with exit code ${code}` };
      const unusable = cause === "crashed" && !this.#ready;
      settings.onEnd(this, { cause: unusable ? "unusable" : cause, message, unanswered: this.#jobs.splice(0) });
      resolve();
    });
    if (!settings.keepsAlive) this.#worker.unref();
    this.#watch();
  }

  /** How many jobs wait for an answer. */
  get jobCount(): number {
    return this.#jobs.length;
  }

  /** How many jobs the thread has answered since it started. */
  get answered(): number {
    return this.#answered;
  }

  /** True if the thread uses so much memory that another thread should take its place. */
  get isHeavy(): boolean {
    return this.#heavy;
  }

  assign(job: ExtractionJob): void {
    this.#jobs.push(job);
    const request: ExtractionRequest = { id: job.id, task: job.task, outlineOnly: job.outlineOnly };
    this.#worker.postMessage(request);
    if (this.#jobs.length === 1 && this.#ready) this.#watch();
  }

  /** Terminates the worker, whatever it does. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#stop("stopped", "stopped");
    await this.#ended;
  }

  #receive(reply: ExtractionReply): void {
    if (this.#end !== undefined) return;
    switch (reply.kind) {
      case "ready":
        this.#ready = true;
        return this.#watch();
      case "heavy":
        this.#heavy = true;
        return;
      case "broken":
        return this.#stop("crashed", reply.message);
      case "unusable":
        return this.#stop("unusable", reply.message);
      case "extracted":
        return this.#answer(reply.id, extracted(reply.json, reply.state));
      case "other":
        return this.#answer(reply.id, reply.outcome);
    }
  }

  #answer(id: number, outcome: ExtractionOutcome): void {
    const job = this.#jobs[0];
    assert(job?.id === id, () => `an extraction worker answered ${id} instead of ${job?.id}`);
    this.#jobs.shift();
    this.#answered++;
    this.#watch();
    job.settle(outcome);
    this.#settings.onAnswer(this);
  }

  /** Restarts the watchdog for the current job, or for the start of the worker. */
  #watch(): void {
    this.#cancelWatch();
    if (!this.#ready || this.#jobs.length > 0) this.#tick(0, processorTime());
  }

  /**
   * Waits in short steps. Each step counts for at most its planned length: if the whole process
   * stands still, its thread is not late. A thread that did not get enough processor time gets
   * more, up to a limit for a thread that waits for something.
   */
  #tick(waited: number, usedBefore: number): void {
    const { clock, extraction } = this.#settings;
    const job = this.#jobs[0];
    const ready = this.#ready;
    const limit = ready ? extraction.budgetMs * 3 + 1_000 : START_LIMIT_MS;
    this.#cancelWatch = clock.schedule(WATCH_STEP_MS, () => {
      // If this thread was busy itself, the answer may be unread, because timers run before
      // messages are read.
      void clock.yield().then(() => {
        if (this.#end !== undefined || this.#jobs[0] !== job || this.#ready !== ready) return;
        const total = waited + WATCH_STEP_MS;
        const isLate = total >= limit && (processorTime() - usedBefore >= limit || total >= limit + IDLE_LIMIT_MS);
        if (isLate) this.#stop(ready ? "time-budget" : "unusable", `no answer within ${total} ms`);
        else this.#tick(total, usedBefore);
      });
    });
  }

  #stop(cause: ThreadEnd["cause"], message: string): void {
    this.#end ??= { cause, message };
    this.#cancelWatch();
    void this.#worker.terminate();
  }
}

/**
 * Checks and freezes the record here, directly after parsing, because nobody else holds it. Returns
 * a wrong record unchanged.
 */
function extracted(json: string, state: string | undefined): ExtractionOutcome {
  const made = JSON.parse(json) as FileMetadata;
  const adopted = adoptFileMetadata(made, json);
  return { kind: "extracted", record: adopted === undefined ? made : markChecked(adopted), ...(state !== undefined && { state }) };
}

/**
 * Returns the milliseconds of processor time that all threads of the process have used. A single
 * thread has used no more than that.
 */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * A file has few objects, and they are short-lived. V8's default of 48 MB for each thread only
 * delays clearing them away.
 */
const MAX_YOUNG_MB = 8;
const START_LIMIT_MS = 60_000;
const WATCH_STEP_MS = 250;
const IDLE_LIMIT_MS = 60_000;
