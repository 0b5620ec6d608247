import { Worker } from "node:worker_threads";

import { assert } from "../../base/assert.ts";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import { adoptFileMetadata } from "../../record/adopt-file-metadata.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import { markChecked } from "../../record/parse-file-metadata.ts";
import type { ExtractionOutcome, ExtractionSettings, ExtractionTask } from "../extract-source-file.ts";
import type { ExtractionReply, ExtractionRequest } from "./extraction-messages.ts";

export interface ExtractionJob {
  readonly id: number;
  readonly task: ExtractionTask;
  /** How many threads have died while they had this file in hand. */
  crashes: number;
  /** Set once the file has taken too long: from then on it is only to be read. */
  outlineOnly: boolean;
  settle(outcome: ExtractionOutcome): void;
  reject(error: Error): void;
}

/** How a thread ended. Of the unanswered jobs, oldest first, the first is the one that it had in hand. */
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
  /** Whether the thread keeps the process alive. */
  readonly keepsAlive: boolean;
  /** After each answer. */
  readonly onAnswer: (thread: ExtractionThread) => void;
  /** Once, after the last answer. */
  readonly onEnd: (thread: ExtractionThread, end: ThreadEnd) => void;
}

/**
 * One worker thread and what it has been given to do, in order. A worker that neither answers nor ends in time is
 * terminated: the extractor keeps to its budget by itself, so that this is for when it does not come to look at it.
 */
export class ExtractionThread {
  readonly #worker: Worker;
  readonly #settings: ThreadSettings;
  readonly #jobs: ExtractionJob[] = [];
  #ready = false;
  #answered = 0;
  #heavy = false;
  /** Set once the thread is given up: what it still sends is not heeded. */
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
      // A descriptor that the thread leaves open is one of a database in use here: to close it with the thread would be the harm avoided.
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
      const { cause, message } = this.#end ?? { cause: "crashed", message: `the thread ended with ${code}` };
      const unusable = cause === "crashed" && !this.#ready;
      settings.onEnd(this, { cause: unusable ? "unusable" : cause, message, unanswered: this.#jobs.splice(0) });
      resolve();
    });
    if (!settings.keepsAlive) this.#worker.unref();
    this.#watch();
  }

  /** How many jobs wait for an answer. */
  get load(): number {
    return this.#jobs.length;
  }

  /** How many jobs it has answered since it started. */
  get answered(): number {
    return this.#answered;
  }

  /** Whether it has taken so much memory that another thread should go on in its place. */
  get isHeavy(): boolean {
    return this.#heavy;
  }

  assign(job: ExtractionJob): void {
    this.#jobs.push(job);
    const request: ExtractionRequest = { id: job.id, task: job.task, outlineOnly: job.outlineOnly };
    this.#worker.postMessage(request);
    if (this.#jobs.length === 1 && this.#ready) this.#watch();
  }

  /** Terminates the worker, whatever it does. Resolves when it is gone. */
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

  /** (Re)starts the watchdog for the job in hand, or for getting ready. */
  #watch(): void {
    this.#cancelWatch();
    if (!this.#ready || this.#jobs.length > 0) this.#tick(0, processorTime());
  }

  /**
   * Waits in short steps, each of which counts for no more than it was to take: if the whole process stands still, its thread is not late.
   * A thread that has not had the time is given more, up to a limit for one that waits for something.
   */
  #tick(waited: number, usedBefore: number): void {
    const { clock, extraction } = this.#settings;
    const job = this.#jobs[0];
    const ready = this.#ready;
    const limit = ready ? extraction.budgetMs * 3 + 1_000 : START_LIMIT_MS;
    this.#cancelWatch = clock.schedule(WATCH_STEP_MS, () => {
      // If this thread was busy itself, the answer may lie unread: timers run before messages are read.
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

/** The record is checked and frozen here, where it came out of its text: nobody else has hold of it. One that is wrong comes as it is. */
function extracted(json: string, state: string | undefined): ExtractionOutcome {
  const made = JSON.parse(json) as FileMetadata;
  const adopted = adoptFileMetadata(made, json);
  return { kind: "extracted", record: adopted === undefined ? made : markChecked(adopted), ...(state !== undefined && { state }) };
}

/** Milliseconds of processor time that all threads of the process have had: a single one has had no more. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** A file's objects are few and short-lived: V8's own choice of 48 MB a thread only puts off when they are cleared away. */
const MAX_YOUNG_MB = 8;
const START_LIMIT_MS = 60_000;
const WATCH_STEP_MS = 250;
const IDLE_LIMIT_MS = 60_000;
