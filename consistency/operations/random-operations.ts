import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { Random } from "../../testing/random.ts";
import { isMetacacheError } from "../../src/base/errors.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ReadOptions } from "../../src/calls/cache-calls.ts";
import type { OrderField } from "../../src/query/metadata-query.ts";
import { CLASSES, FUNCTIONS, randomPath, recordFor } from "./contended-records.ts";
import { failureOf } from "./failure.ts";
import { nowUs, type FoundName, type NamedFile, type PageEnd, type Question } from "./operation.ts";
import type { OperationLog } from "./operation-log.ts";
import { randomQuestion } from "./questions.ts";
import type { Subject } from "../subject.ts";

interface NextPage {
  readonly question: Question;
  readonly cursor: string;
  readonly after: PageEnd;
}

/** Random operations on one cache, all of them logged. */
export class RandomOperations {
  readonly #subject: Subject;
  readonly #project: number;
  /** Digests begin with this text. */
  readonly #life: string;
  /** Out of this many possible writes and syncs, it makes one, and reads instead of the others. */
  readonly #readsMore: number;
  readonly #random: Random;
  readonly #log: OperationLog;
  #writes = 0;
  #next: NextPage | undefined;

  constructor(
    subject: Subject,
    at: { readonly project: number; readonly life: string; readonly readsMore: number },
    random: Random,
    log: OperationLog,
  ) {
    this.#subject = subject;
    this.#project = at.project;
    this.#readsMore = at.readsMore;
    // Each cache of a process counts its own writes.
    this.#life = `${at.life}.${at.project}`;
    this.#random = random;
    this.#log = log;
  }

  async step(): Promise<void> {
    const begin = nowUs();
    const dice = this.#random.integer(1_000);
    try {
      if (dice < 460) await this.#get();
      else if (dice < 520) this.#peek();
      else if (dice < 620) await this.#query(randomQuestion(this.#random));
      else if (dice < 640) await this.#symbols();
      else if (dice < 680) await this.#nextPage();
      else if (dice < 760) await this.#paths();
      else if (dice < 830) await this.#count();
      else if (dice < 945 && this.#random.integer(this.#readsMore) > 0) await this.#get();
      else if (dice < 910) await this.#update();
      else if (dice < 935) await this.#remove();
      else if (dice < 945) await this.#sync();
      else if (dice < 990) this.#subject.hinder(randomPath(this.#random));
      else if (dice < 992) this.#subject.hinder(undefined);
      else await sleep(this.#random.integer(30));
    } catch (error) {
      if (isAbandoned(error)) return;
      if (!isMetacacheError(error)) throw error;
      this.#log.add({ ...failureOf(error), what: `operation ${dice}`, begin, end: nowUs() });
      await sleep(20);
    }
  }

  /** Called after all writing has ended. */
  async finish(): Promise<void> {
    const begin = nowUs();
    await this.#subject.sync();
    const { items, revision } = await this.#subject.all();
    const findings = await this.#subject.verify();
    const files = items.map(({ path, digest }): NamedFile => [path, digest]);
    this.#log.add({ kind: "final", project: this.#project, revision, files, findings, begin, end: nowUs() });
  }

  async #get(): Promise<void> {
    const path = randomPath(this.#random);
    const { latest, options } = this.#manner();
    const begin = nowUs();
    const from = this.#subject.revision();
    const record = await this.#subject.get(path, options);
    this.#logGet(path, record, { from, latest, begin });
  }

  #peek(): void {
    const path = randomPath(this.#random);
    const begin = nowUs();
    const from = this.#subject.revision();
    const record = this.#subject.peek(path);
    // Otherwise the record is only not in memory.
    if (record !== undefined) this.#logGet(path, record, { from, latest: false, begin });
  }

  #logGet(
    path: string,
    record: FileMetadata | undefined,
    call: { readonly from: number; readonly latest: boolean; readonly begin: number },
  ): void {
    const revision = this.#subject.revision();
    if (record !== undefined) this.#assertWhole(record, call.begin);
    const digest = record?.digest ?? null;
    this.#log.add({ kind: "get", project: this.#project, path, digest, revision, ...call, end: nowUs() });
  }

  async #query(question: Question, page?: NextPage): Promise<void> {
    const { latest, options } = this.#manner();
    const begin = nowUs();
    const asked = page === undefined ? question : { ...question, cursor: page.cursor };
    const { items, total, revision, nextCursor } = await this.#subject.query(asked, options);
    const end = nowUs();
    const { select } = question;
    if (select === undefined) for (const record of items) this.#assertWhole(record, begin);
    this.#log.add({
      kind: "query",
      project: this.#project,
      question,
      ...(page !== undefined && { after: page.after }),
      revision,
      latest,
      total,
      more: nextCursor !== undefined,
      items: items.map((item) => (select ?? (["path", "digest"] as const)).map((field) => item[field])),
      begin,
      end,
    });
    const after = endOf(items.at(-1), question);
    this.#next = nextCursor === undefined || after === undefined ? undefined : { question, cursor: nextCursor, after };
  }

  async #nextPage(): Promise<void> {
    const next = this.#next;
    if (next === undefined) await this.#query(randomQuestion(this.#random));
    else await this.#query(next.question, next);
  }

  async #symbols(): Promise<void> {
    const { latest, options } = this.#manner();
    const term = this.#random.pick([...FUNCTIONS, ...CLASSES]);
    const name = this.#random.integer(3) === 0 ? { prefix: term.slice(0, 2) } : term;
    const limit = 1 + this.#random.integer(12);
    const begin = nowUs();
    const { items, total, revision } = await this.#subject.symbols({ name, limit }, options);
    const found = items.map((item): FoundName => [item.path, item.line, item.name, item.kind]);
    this.#log.add({ kind: "symbols", project: this.#project, name, limit, revision, latest, total, items: found, begin, end: nowUs() });
  }

  async #paths(): Promise<void> {
    const question = randomQuestion(this.#random);
    const { answer, ...rest } = await this.#ask(() => this.#subject.paths(question));
    this.#log.add({ kind: "paths", project: this.#project, question, paths: answer, ...rest });
  }

  async #count(): Promise<void> {
    const question = randomQuestion(this.#random);
    const { answer, ...rest } = await this.#ask(() => this.#subject.count(question));
    this.#log.add({ kind: "count", project: this.#project, question, total: answer, ...rest });
  }

  /**
   * An answer from memory is of the moment at which its revision is read. Nothing may happen in
   * between.
   */
  async #ask<T>(call: () => T | Promise<T>): Promise<{ answer: T; from: number; revision: number; begin: number; end: number }> {
    const begin = nowUs();
    const from = this.#subject.revision();
    const given = call();
    const answer = given instanceof Promise ? await given : given;
    return { answer, from, revision: this.#subject.revision(), begin, end: nowUs() };
  }

  async #update(): Promise<void> {
    const paths = new Set(Array.from({ length: this.#random.integer(4) === 0 ? 6 : 1 }, () => randomPath(this.#random)));
    const records = [...paths].map((path) => recordFor(path, `${this.#life}.${++this.#writes}`));
    const put = records.map(({ path, digest }): NamedFile => [path, digest]);
    await this.#write({ put, remove: [] }, () => this.#subject.update(records));
  }

  async #remove(): Promise<void> {
    const remove = [randomPath(this.#random), randomPath(this.#random)];
    await this.#write({ put: [], remove }, () => this.#subject.remove(remove));
  }

  async #write(
    what: { readonly put: readonly NamedFile[]; readonly remove: readonly string[] },
    make: () => Promise<{ readonly revision: number; readonly changed: number; readonly behind: boolean }>,
  ): Promise<void> {
    const project = this.#project;
    const write = `${this.#life}.w${++this.#writes}`;
    const begin = nowUs();
    this.#log.add({ kind: "writing", write, project, begin, ...what });
    try {
      const { revision, changed, behind } = await make();
      this.#log.add({ kind: "written", write, project, revision, changed, ...(behind && { behind }), begin, end: nowUs() });
    } catch (error) {
      if (!isMetacacheError(error)) throw error;
      this.#log.add({ ...failureOf(error), what: "write", write, begin, end: nowUs() });
    }
  }

  async #sync(): Promise<void> {
    const begin = nowUs();
    await this.#subject.sync();
    this.#log.add({ kind: "sync", project: this.#project, revision: this.#subject.revision(), begin, end: nowUs() });
  }

  /** Some reads ask for the latest, and some give up before the answer comes. */
  #manner(): { readonly latest: boolean; readonly options: ReadOptions } {
    const latest = this.#random.integer(10) === 0;
    const signal = this.#random.integer(50) === 0 ? AbortSignal.timeout(this.#random.integer(3)) : undefined;
    return { latest, options: { consistency: latest ? "latest" : "cached", signal } };
  }

  #assertWhole(record: FileMetadata, begin: number): void {
    const { path, digest } = record;
    if (!isDeepStrictEqual(record, recordFor(path, digest))) {
      this.#log.add({ kind: "mixed", project: this.#project, path, digest, begin, end: nowUs() });
    }
  }
}

/** Returns `undefined` if the selected fields do not tell. */
function endOf(last: Partial<FileMetadata> | undefined, { orderBy = "path" }: Question): PageEnd | undefined {
  const value = last?.[orderBy.replace("-", "") as OrderField];
  return value === undefined || last?.path === undefined ? undefined : [value, last.path];
}

function isAbandoned(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
