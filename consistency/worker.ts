import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { Random } from "../bench/random.ts";
import { DatabaseUnavailableError, isMetacacheError, messageOf } from "../src/base/errors.ts";
import type { MetadataCache } from "../src/cache/metadata-cache.ts";
import { openMetadataCache } from "../src/cache/open-metadata-cache.ts";
import type { FileMetadata } from "../src/model/file-metadata.ts";
import { CLASSES, DOCUMENTS, FUNCTIONS, LANGUAGES, PATHS, PROJECTS, recordFor } from "./contended-records.ts";
import { nowUs, type Question } from "./operation.ts";
import { OperationLog } from "./operation-log.ts";
import { planted, PLANTS, type Subject, subjectOf } from "./subject.ts";

export interface WorkerTask {
  /** Of all lives of all processes, one: digests begin with it. */
  readonly life: string;
  readonly database: string;
  readonly log: string;
  readonly seed: number;
  readonly seconds: number;
  readonly plant: string | undefined;
}

/** Operations that are under way at once, in each process. */
const LANES = 3;

/** One process of the check: a small cache for each project, and random operations on them, all of them logged. */
class Worker {
  readonly #task: WorkerTask;
  readonly #log: OperationLog;
  readonly #random: Random;
  readonly #caches: (MetadataCache | undefined)[] = PROJECTS.map(() => undefined);
  readonly #subjects: (Subject | undefined)[] = PROJECTS.map(() => undefined);
  #writes = 0;

  constructor(task: WorkerTask) {
    this.#task = task;
    this.#log = new OperationLog(task.log);
    this.#random = new Random(task.seed);
  }

  async run(): Promise<void> {
    const until = nowUs() + this.#task.seconds * 1_000_000;
    // The parent may end it early, and gently; else it says when all have written their last.
    let isEnding = false;
    const finish = new Promise<void>((resolve) => {
      process.on("message", (message) => {
        if (message === "end") isEnding = true;
        else resolve();
      });
    });
    const lane = async (): Promise<void> => {
      while (nowUs() < until && !isEnding) await this.#step();
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    if (!isEnding) {
      process.send?.("idle");
      await finish;
      await this.#finish();
    }
    for (const cache of this.#caches) await cache?.shutdown();
    this.#log.flush();
    process.disconnect();
  }

  async #step(): Promise<void> {
    const project = this.#random.integer(PROJECTS.length);
    const begin = nowUs();
    let what = "open";
    try {
      const subject = await this.#open(project);
      const cache = this.#caches[project];
      const dice = this.#random.integer(1_000);
      if (dice < 520) [what] = ["get", await this.#get(subject, project)];
      else if (dice < 680) [what] = ["query", await this.#query(subject, project)];
      else if (dice < 860) [what] = ["paths", this.#paths(subject, project)];
      else if (dice < 940) [what] = ["update", await this.#update(subject, project)];
      else if (dice < 965) [what] = ["remove", await this.#remove(subject, project)];
      else if (dice < 975) [what] = ["sync", await this.#sync(subject, project)];
      else if (dice < 990) cache?.invalidate(this.#random.pick(PATHS));
      else if (dice < 992) cache?.clear();
      else await sleep(this.#random.integer(30));
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      this.#logFailure(what, begin, error);
      await sleep(20);
    }
    // Answers from memory never leave the turn of the event loop by themselves.
    await new Promise((resolve) => setImmediate(resolve));
  }

  async #open(project: number): Promise<Subject> {
    const open = this.#subjects[project];
    if (open !== undefined) return open;
    const begin = nowUs();
    const cache = await openMetadataCache({
      database: this.#task.database,
      project: PROJECTS[project] as string,
      maxItems: 100,
      evictionStrategy: this.#random.pick(["lru", "lfu", "s3-fifo", "w-tinylfu"] as const),
      environment: {},
    });
    const present = this.#subjects[project];
    if (present !== undefined) {
      await cache.shutdown();
      return present;
    }
    const plant = this.#task.plant === undefined ? undefined : PLANTS[this.#task.plant];
    const subject = plant === undefined ? subjectOf(cache) : planted(subjectOf(cache), plant, this.#random);
    this.#caches[project] = cache;
    this.#subjects[project] = subject;
    this.#log.add({ kind: "open", project, revision: subject.revision(), begin, end: nowUs() });
    return subject;
  }

  async #get(subject: Subject, project: number): Promise<string> {
    const path = this.#random.pick(PATHS);
    const latest = this.#random.integer(10) === 0;
    const begin = nowUs();
    const from = subject.revision();
    const record = await subject.get(path, latest);
    const revision = subject.revision();
    if (record !== undefined) this.#assertWhole(record, project, begin);
    this.#log.add({ kind: "get", project, path, digest: record?.digest ?? null, from, revision, latest, begin, end: nowUs() });
    return "get";
  }

  async #query(subject: Subject, project: number): Promise<string> {
    const question = this.#question();
    const latest = this.#random.integer(10) === 0;
    const begin = nowUs();
    const { items, total, revision, unreadable } = await subject.query(question, latest);
    for (const record of items) this.#assertWhole(record, project, begin);
    const files = items.map(({ path, digest }) => [path, digest] as const);
    this.#log.add({ kind: "query", project, question, total: total + unreadable, files, revision, latest, begin, end: nowUs() });
    return "query";
  }

  #paths(subject: Subject, project: number): string {
    const question = this.#question();
    const begin = nowUs();
    const paths = subject.paths(question);
    const total = subject.count(question);
    const revision = subject.revision();
    this.#log.add({ kind: "paths", project, question, total, paths, revision, latest: false, begin, end: nowUs() });
    return "paths";
  }

  async #update(subject: Subject, project: number): Promise<string> {
    const paths = new Set(Array.from({ length: this.#random.integer(4) === 0 ? 6 : 1 }, () => this.#random.pick(PATHS)));
    const records = [...paths].map((path) => recordFor(path, `${this.#task.life}.${++this.#writes}`));
    const put = records.map(({ path, digest }) => [path, digest] as const);
    return this.#write(project, { put, remove: [] }, () => subject.update(records));
  }

  async #remove(subject: Subject, project: number): Promise<string> {
    const remove = [this.#random.pick(PATHS), this.#random.pick(PATHS)];
    return this.#write(project, { put: [], remove }, () => subject.remove(remove));
  }

  async #write(
    project: number,
    what: { readonly put: readonly (readonly [string, string])[]; readonly remove: readonly string[] },
    make: () => Promise<{ readonly revision: number; readonly changed: number }>,
  ): Promise<string> {
    const write = `${this.#task.life}.w${++this.#writes}`;
    const begin = nowUs();
    this.#log.add({ kind: "writing", write, project, begin, ...what });
    try {
      const { revision, changed } = await make();
      this.#log.add({ kind: "written", write, project, revision, changed, begin, end: nowUs() });
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      this.#logFailure("write", begin, error, write);
    }
    return "write";
  }

  async #sync(subject: Subject, project: number): Promise<string> {
    const begin = nowUs();
    await subject.sync();
    this.#log.add({ kind: "sync", project, revision: subject.revision(), begin, end: nowUs() });
    return "sync";
  }

  #question(): Question {
    const { integer } = { integer: (below: number) => this.#random.integer(below) };
    return {
      ...(integer(3) === 0 && { language: this.#random.pick(LANGUAGES) }),
      ...(integer(3) === 0 && { functionName: this.#random.pick(FUNCTIONS) }),
      ...(integer(8) === 0 && { className: this.#random.pick(CLASSES) }),
      ...(integer(8) === 0 && { referenceDoc: this.#random.pick(DOCUMENTS) }),
      ...(integer(8) === 0 && { pathPrefix: "lib/" }),
      ...(integer(4) === 0 && { orderBy: "-size" as const }),
      limit: 1 + integer(12),
    };
  }

  #assertWhole(record: FileMetadata, project: number, begin: number): void {
    const { path, digest } = record;
    if (!isDeepStrictEqual(record, recordFor(path, digest))) {
      this.#log.add({ kind: "mixed", project, path, digest, begin, end: nowUs() });
    }
  }

  async #finish(): Promise<void> {
    for (const [project, cache] of this.#caches.entries()) {
      if (cache === undefined) continue;
      const begin = nowUs();
      await cache.syncWithDatabase();
      const { items, revision } = await cache.query({ limit: 1_000 });
      const findings = [...cache.verify(), ...(await cache.verifyAgainstDatabase())];
      const files = items.map(({ path, digest }) => [path, digest] as const);
      this.#log.add({ kind: "final", project, revision, files, findings, begin, end: nowUs() });
    }
  }

  #logFailure(what: string, begin: number, error: Error & { readonly code?: string }, write?: string): void {
    const fault = error instanceof DatabaseUnavailableError ? error.fault : undefined;
    this.#log.add({
      kind: "failed",
      what,
      ...(write !== undefined && { write }),
      code: error.code ?? "",
      ...(fault !== undefined && { fault }),
      message: messageOf(error),
      begin,
      end: nowUs(),
    });
  }
}

await new Worker(JSON.parse(process.argv[2] ?? "null") as WorkerTask).run();
