import { join } from "node:path";
import { Random } from "../testing/random.ts";
import { isMetacacheError } from "../src/base/errors.ts";
import type { MetadataCache } from "../src/cache/metadata-cache.ts";
import { type IndexUpkeep, INDEX_UPKEEP } from "../src/cache/index-upkeep.ts";
import { openResolvedProject } from "../src/cache/opening/open-metadata-cache.ts";
import { resolveProject } from "../src/cache/opening/resolve-project.ts";
import type { CacheHandle } from "../src/threads/owner/cache-share.ts";
import { PROJECTS } from "./operations/contended-records.ts";
import { failureOf } from "./operations/failure.ts";
import { nowUs } from "./operations/operation.ts";
import { OperationLog } from "./operations/operation-log.ts";
import { ProcessThreads } from "./process-threads.ts";
import { RandomOperations } from "./operations/random-operations.ts";
import { sabotage } from "./plants/plants.ts";
import { subjectOf } from "./subject.ts";

export interface WorkerTask {
  /** One for all lives of all processes. */
  readonly life: string;
  readonly database: string;
  /** For the log of the process, and the logs of its threads. */
  readonly folder: string;
  readonly seed: number;
  /** How many threads read and write through the process's caches. */
  readonly threads: number;
  readonly plant: string | undefined;
}

/**
 * The parent's orders: end at once but cleanly, rest, or compare because all have made their last
 * write.
 */
export type WorkerOrder = "end" | "rest" | "finish";

/** The reports to the parent: everything has come to rest, or the number of operations so far. */
export type WorkerReport = "idle" | { readonly operations: number };

export function logOf(folder: string, life: string): string {
  return join(folder, `${life}.log`);
}

/** The number of operations in progress at once, in each process. */
const LANES = 3;
const PAUSE_AFTER_FAILURE_MS = 20;
const REPORT_MS = 200;

interface Opened {
  readonly cache: MetadataCache;
  readonly operations: RandomOperations;
}

/**
 * Images are made, merged and kept as checkpoints all the time, although there are few records. So
 * some processes die while they write an image, and others start with it.
 */
const OFTEN: IndexUpkeep = {
  maxRecent: 16,
  checkpoints: { leastRecords: 1, leastChanges: 10, changedShare: 0, mostChanges: 2_500 },
};

/**
 * One process of the check: a small cache for each project, random operations on them, and threads
 * that share them.
 */
class Process {
  readonly #task: WorkerTask;
  readonly #log: OperationLog;
  readonly #random: Random;
  readonly #open: (Promise<Opened | undefined> | undefined)[] = PROJECTS.map(() => undefined);
  #threads: ProcessThreads | undefined;
  #operations = 0;
  #isEnding = false;
  #isResting = false;

  constructor(task: WorkerTask) {
    this.#task = task;
    this.#log = new OperationLog(logOf(task.folder, task.life));
    this.#random = new Random(task.seed);
  }

  async run(): Promise<void> {
    sabotage(this.#task.plant, "process", this.#random);
    const reports = setInterval(() => this.#report(), REPORT_MS);
    const rest = new Promise<void>((resolve) => this.#hear(["end", "rest"], resolve));
    const told = new Promise<void>((resolve) => this.#hear(["end", "finish"], resolve));
    const lane = async (): Promise<void> => {
      while (!this.#isResting) await this.#step();
    };
    await Promise.all([this.#keepThreads(), rest.then(() => this.#threads?.rest()), ...Array.from({ length: LANES }, lane)]);
    clearInterval(reports);
    if (!this.#isEnding) process.send?.("idle" satisfies WorkerReport);
    // If the process was told to end meanwhile, it does not compare, because others go on writing.
    await told;
    for (const project of PROJECTS.keys()) await this.#finish(project);
    await this.#threads?.end(this.#isEnding ? "end" : "finish");
    for (const opened of this.#open) await (await opened)?.cache.shutdown();
    this.#log.close();
    process.disconnect();
  }

  #hear(orders: readonly WorkerOrder[], then: () => void): void {
    process.on("message", (order: WorkerOrder) => {
      if (!orders.includes(order)) return;
      this.#isResting = true;
      if (order === "end") this.#isEnding = true;
      then();
    });
  }

  #report(): void {
    const report: WorkerReport = { operations: this.#operations + (this.#threads?.operations ?? 0) };
    if (process.connected) process.send?.(report);
  }

  /** Resolves as soon as every cache can be shared. */
  async #keepThreads(): Promise<void> {
    const handles: CacheHandle[] = [];
    for (let project = 0; this.#task.threads > 0 && project < PROJECTS.length && !this.#isResting;) {
      const opened = await this.#at(project);
      if (opened === undefined) continue;
      handles.push(opened.cache.share());
      project++;
    }
    if (this.#isResting || handles.length === 0) return;
    const { life, plant, folder, threads } = this.#task;
    this.#threads = new ProcessThreads({ life, plant, handles }, (thread) => logOf(folder, thread), this.#random);
    await this.#threads.keep(threads);
  }

  async #finish(project: number): Promise<void> {
    if (this.#isEnding) return;
    let opened = await this.#open[project];
    while (opened === undefined) opened = await this.#at(project);
    await opened.operations.finish();
  }

  async #step(): Promise<void> {
    const opened = await this.#at(this.#random.integer(PROJECTS.length));
    await opened?.operations.step();
    this.#operations++;
    // Answers from memory never leave the turn of the event loop by themselves.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Returns `undefined` if the cache cannot be opened just now. */
  #at(project: number): Promise<Opened | undefined> {
    this.#open[project] ??= this.#openProject(project);
    return this.#open[project];
  }

  async #openProject(project: number): Promise<Opened | undefined> {
    const begin = nowUs();
    try {
      const call = {
        database: this.#task.database,
        maxItems: 100,
        sharedBytes: 1_048_576,
        evictionStrategy: this.#random.pick(["lru", "lfu", "s3-fifo", "w-tinylfu"] as const),
      };
      const resolved = await resolveProject({ project: PROJECTS[project] as string, environment: {}, call });
      const { cache } = await openResolvedProject(resolved, {
        upkeep: this.#task.plant === undefined ? this.#random.pick([INDEX_UPKEEP, OFTEN]) : OFTEN,
      });
      const subject = subjectOf(cache, this.#task.plant, this.#random);
      this.#log.add({ kind: "open", project, revision: subject.revision(), begin, end: nowUs() });
      return {
        cache,
        operations: new RandomOperations(subject, { project, life: this.#task.life, readsMore: 1 }, this.#random, this.#log),
      };
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      this.#log.add({ ...failureOf(error), what: "open", begin, end: nowUs() });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
      this.#open[project] = undefined;
      return undefined;
    }
  }
}

await new Process(JSON.parse(process.argv[2] ?? "null") as WorkerTask).run();
