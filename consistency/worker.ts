import { Random } from "../bench/random.ts";
import { isMetacacheError } from "../src/base/errors.ts";
import { openMetadataCache } from "../src/cache/open-metadata-cache.ts";
import { PROJECTS } from "./contended-records.ts";
import { failureOf } from "./failure.ts";
import { nowUs } from "./operation.ts";
import { OperationLog } from "./operation-log.ts";
import { RandomOperations } from "./random-operations.ts";
import { subjectOf } from "./subject.ts";

export interface WorkerTask {
  /** Of all lives of all processes, one. */
  readonly life: string;
  readonly database: string;
  readonly log: string;
  readonly seed: number;
  readonly seconds: number;
  readonly plant: string | undefined;
}

/** What the parent says: to end at once, but well; or that all have written their last. */
export type WorkerOrder = "end" | "finish";

/** Operations that are under way at once, in each process. */
const LANES = 3;
const PAUSE_AFTER_FAILURE_MS = 20;

/** One process of the check: a small cache for each project, and random operations on them. */
class Worker {
  readonly #task: WorkerTask;
  readonly #log: OperationLog;
  readonly #random: Random;
  readonly #open: (Promise<RandomOperations | undefined> | undefined)[] = PROJECTS.map(() => undefined);
  #isEnding = false;

  constructor(task: WorkerTask) {
    this.#task = task;
    this.#log = new OperationLog(task.log);
    this.#random = new Random(task.seed);
  }

  async run(): Promise<void> {
    const until = nowUs() + this.#task.seconds * 1_000_000;
    const told = new Promise<void>((resolve) => {
      process.on("message", (order: WorkerOrder) => {
        if (order === "end") this.#isEnding = true;
        resolve();
      });
    });
    const lane = async (): Promise<void> => {
      while (nowUs() < until && !this.#isEnding) await this.#step();
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (!this.#isEnding) process.send?.("idle");
    // Told to end in the meantime, it need not compare: others go on writing.
    await told;
    for (const project of PROJECTS.keys()) await this.#end(project);
    this.#log.close();
    process.disconnect();
  }

  async #end(project: number): Promise<void> {
    let operations = await this.#open[project];
    if (!this.#isEnding) {
      while (operations === undefined) operations = await this.#at(project);
      await operations.finish();
    }
    await operations?.cache.shutdown();
  }

  async #step(): Promise<void> {
    const operations = await this.#at(this.#random.integer(PROJECTS.length));
    await operations?.step();
    // Answers from memory never leave the turn of the event loop by themselves.
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** `undefined` where it cannot be opened just now. */
  #at(project: number): Promise<RandomOperations | undefined> {
    this.#open[project] ??= this.#openProject(project);
    return this.#open[project];
  }

  async #openProject(project: number): Promise<RandomOperations | undefined> {
    const begin = nowUs();
    try {
      const cache = await openMetadataCache({
        database: this.#task.database,
        project: PROJECTS[project] as string,
        maxItems: 100,
        evictionStrategy: this.#random.pick(["lru", "lfu", "s3-fifo", "w-tinylfu"] as const),
        environment: {},
      });
      const subject = subjectOf(cache, this.#task.plant, this.#random);
      this.#log.add({ kind: "open", project, revision: subject.revision(), begin, end: nowUs() });
      return new RandomOperations(cache, subject, { project, life: this.#task.life }, this.#random, this.#log);
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      this.#log.add({ ...failureOf(error), what: "open", begin, end: nowUs() });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
      this.#open[project] = undefined;
      return undefined;
    }
  }
}

await new Worker(JSON.parse(process.argv[2] ?? "null") as WorkerTask).run();
