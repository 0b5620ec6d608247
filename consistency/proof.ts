import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FileMetadata } from "../src/model/file-metadata.ts";
import { PROJECTS, recordFor } from "./contended-records.ts";
import { Floor } from "./floor.ts";
import { History } from "./history.ts";
import { type NaiveAnswer, naiveAnswer } from "./naive-answer.ts";
import {
  type Counted,
  type Failed,
  type Final,
  type GetAnswer,
  type Operation,
  type PathsAnswered,
  type QueryAnswered,
  ROLLED_BACK,
  type Writing,
} from "./operation.ts";
import { readOperations } from "./operation-log.ts";
import type { Target } from "./target.ts";
import { markTransactionOf, violationOfFailedWrite, violationOfUnfinished, violationOfWritten } from "./write-proof.ts";

export interface Proof {
  readonly violations: readonly string[];
  /** Operations that were checked, by their kind. */
  readonly checked: Readonly<Record<string, number>>;
  /** Operations that failed because the database was away, by code and fault. */
  readonly failures: Readonly<Record<string, number>>;
  readonly revisions: number;
}

const MOST_VIOLATIONS = 50;

/** Proves from the logs and from what the witness saw that every answer kept the laws; or tells which did not. */
export async function prove(target: Target, logs: readonly string[]): Promise<Proof> {
  const histories = PROJECTS.map(() => new History());
  for await (const change of target.history()) histories[PROJECTS.indexOf(change.project)]?.add(change);
  const prover = new Prover(histories, target.mayFail);
  // All of them first, since what one process has seen binds the others' "latest". Nothing of a log is kept but when it saw a higher revision.
  for (const log of logs) await prover.learn(log);
  prover.know();
  for (const log of logs) await prover.check(log);
  for (const [project, name] of PROJECTS.entries()) prover.checkTable(project, await target.files(name));
  return prover.proof();
}

/** The life of a process or of one of its threads, as far as its log was read. Its lines stand in the order in which operations ended. */
interface Life {
  readonly log: string;
  /** What had been seen by the process and all its threads, by project. */
  readonly process: readonly Floor[];
  /** What its caches had been at, by project. */
  readonly floors: readonly Floor[];
  readonly unfinished: Map<string, Writing>;
}

class Prover {
  readonly #histories: readonly History[];
  readonly #mayFail: boolean;
  readonly #committed = newFloors();
  /** By the names of processes. */
  readonly #seen = new Map<string, readonly Floor[]>();
  readonly #violations: string[] = [];
  readonly #checked: Record<string, number> = {};
  readonly #failures: Record<string, number> = {};

  constructor(histories: readonly History[], mayFail: boolean) {
    this.#histories = histories;
    this.#mayFail = mayFail;
    for (const history of histories) for (const finding of history.findings) this.#violate("history", finding);
  }

  async learn(log: string): Promise<void> {
    const own = newFloors();
    for await (const operation of readOperations(log)) {
      if ("revision" in operation) own[operation.project]?.add(operation.end, operation.revision);
      if (operation.kind === "writing") markTransactionOf(this.#historyOf(operation.project), operation);
    }
    const seen = this.#seenBy(log);
    for (const [project, floor] of own.entries()) {
      this.#committed[project]?.addAll(floor);
      seen[project]?.addAll(floor);
    }
  }

  know(): void {
    for (const floors of [this.#committed, ...this.#seen.values()]) for (const floor of floors) floor.settle();
  }

  async check(log: string): Promise<void> {
    const life: Life = { log: basename(log), process: this.#seenBy(log), floors: newFloors(), unfinished: new Map() };
    for await (const operation of readOperations(log)) {
      this.#checked[operation.kind] = (this.#checked[operation.kind] ?? 0) + 1;
      const violation = this.#violationOf(operation, life);
      if (violation !== undefined) this.#violate(life.log, `${violation}: ${JSON.stringify(operation)}`);
      if ("revision" in operation) life.floors[operation.project]?.add(operation.end, operation.revision);
    }
    for (const writing of life.unfinished.values()) {
      const violation = violationOfUnfinished(this.#historyOf(writing.project), writing);
      if (violation !== undefined) this.#violate(life.log, `${violation}: ${JSON.stringify(writing)}`);
    }
  }

  /** That the witness has seen all: what it saw last is what the table has, every column of it. */
  checkTable(project: number, rows: readonly FileMetadata[]): void {
    const history = this.#historyOf(project);
    const expected = [...history.filesAt(history.revision)];
    const other = rows.find((row) => !isDeepStrictEqual(row, recordFor(row.path, row.digest)));
    if (other !== undefined) this.#violate("table", `the row of ${other.path} is not the record ${other.digest} that was written`);
    if (!isDeepStrictEqual(namesOf(rows), namesOf(expected)))
      this.#violate("table", `project ${project} does not end with what the witness saw`);
  }

  proof(): Proof {
    const revisions = this.#histories.reduce((sum, { revision }) => sum + revision, 0);
    return { violations: this.#violations, checked: this.#checked, failures: this.#failures, revisions };
  }

  #violationOf(operation: Operation, life: Life): string | undefined {
    switch (operation.kind) {
      case "writing":
        life.unfinished.set(operation.write, operation);
        return undefined;
      case "mixed":
        return "a record of no single version was handed out";
      case "failed":
        return this.#violationOfFailure(operation, life);
      default:
        return this.#violationOfRevision(operation, life) ?? this.#violationOfContent(operation, life);
    }
  }

  /** Laws 2 and 4; and law 3, since a write's own revision is among those that this cache has been at. */
  #violationOfRevision(operation: Extract<Operation, { readonly revision: number }>, life: Life): string | undefined {
    const { project, revision, begin } = operation;
    const history = this.#historyOf(project);
    if (revision > history.revision) return `the database never was at revision ${revision}`;
    if (history.isInTransaction(revision)) return `revision ${revision} lies within a transaction`;
    const floor = life.floors[project]?.before(begin) ?? 0;
    const oldest = "from" in operation ? operation.from : revision;
    if (oldest < floor) return `the cache had been at revision ${floor} before`;
    const ofProcess = life.process[project]?.before(begin) ?? 0;
    if (oldest < ofProcess) return `its process had been at revision ${ofProcess} before`;
    // A cache that is opened or synced is as fresh as what asks for the latest.
    const isFresh = "latest" in operation ? operation.latest : !OF_MEMORY.includes(operation.kind);
    const committed = this.#committedBefore(project, begin);
    return isFresh && revision < committed ? `revision ${committed} was committed before the call for the latest began` : undefined;
  }

  #violationOfContent(operation: Extract<Operation, { readonly revision: number }>, life: Life): string | undefined {
    const history = this.#historyOf(operation.project);
    switch (operation.kind) {
      case "get":
        return this.#violationOfGet(operation, history);
      case "query":
        return violationOfQuery(operation, history);
      case "paths":
      case "count":
        return violationOfIndexAnswer(operation, history);
      case "written": {
        const writing = life.unfinished.get(operation.write);
        life.unfinished.delete(operation.write);
        if (writing === undefined) return "a write that never began has ended";
        return violationOfWritten(history, writing, operation, this.#committedBefore(operation.project, writing.begin));
      }
      case "final":
        return violationOfFinal(operation, history);
      case "open":
      case "attach":
      case "sync":
        return undefined;
    }
  }

  #violationOfGet({ project, path, digest, from, revision, latest, begin }: GetAnswer, history: History): string | undefined {
    const oldest = latest ? Math.max(from, this.#committedBefore(project, begin)) : from;
    const had = history.hadWithin(path, digest ?? undefined, oldest, revision);
    return had ? undefined : `${path} was ${history.digestAt(path, revision) ?? "not there"} at revision ${revision}`;
  }

  #violationOfFailure(failed: Failed, { unfinished }: Life): string | undefined {
    const { code, fault, write } = failed;
    const writing = write === undefined ? undefined : unfinished.get(write);
    if (write !== undefined) unfinished.delete(write);
    const left = writing === undefined ? undefined : violationOfFailedWrite(this.#historyOf(writing.project), writing, failed);
    if (left !== undefined || code === ROLLED_BACK) return left;
    const name = fault === undefined ? code : `${code} (${fault})`;
    this.#failures[name] = (this.#failures[name] ?? 0) + 1;
    return !this.#mayFail || code !== "E_DATABASE_UNAVAILABLE" || fault === "locked" ? "an operation failed" : undefined;
  }

  #seenBy(log: string): readonly Floor[] {
    const process = /^p\d+\.\d+|^\w+/.exec(basename(log))?.[0] ?? log;
    const seen = this.#seen.get(process) ?? newFloors();
    this.#seen.set(process, seen);
    return seen;
  }

  #committedBefore(project: number, time: number): number {
    return this.#committed[project]?.before(time) ?? 0;
  }

  #historyOf(project: number): History {
    const history = this.#histories[project];
    if (history === undefined) throw new TypeError(`a log names the project ${project}, which there is not`);
    return history;
  }

  #violate(where: string, what: string): void {
    if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(`${where}: ${what}`);
  }
}

const WHOLE = ["path", "digest"] as const;
/** What says how things are in memory, and need not be the latest. */
const OF_MEMORY: readonly string[] = ["paths", "count", "attach"];

function newFloors(): readonly Floor[] {
  return PROJECTS.map(() => new Floor());
}

function violationOfQuery({ question, after, revision, total, more, items }: QueryAnswered, history: History): string | undefined {
  const expected = naiveAnswer(history.filesAt(revision), question, after);
  if (total !== expected.total) return `${expected.total} files match at that revision`;
  const fields = question.select ?? WHOLE;
  const wanted = expected.files.map((file) => fields.map((field) => file[field]));
  if (JSON.stringify(wanted) !== JSON.stringify(items)) return `at that revision the answer is ${JSON.stringify(wanted)}`;
  return more === expected.more ? undefined : `at that revision there is ${expected.more ? "a" : "no"} next page`;
}

/** It is right if it was at any revision that the cache can have been at during the call: mostly there is one. */
function violationOfIndexAnswer(answer: PathsAnswered | Counted, history: History): string | undefined {
  let last: NaiveAnswer | undefined;
  for (let revision = answer.revision; revision >= answer.from; revision--) {
    if (history.isInTransaction(revision)) continue;
    const expected = naiveAnswer(history.filesAt(revision), answer.question);
    last ??= expected;
    const isRight = answer.kind === "count" ? answer.total === expected.total : isDeepStrictEqual(answer.paths, pathsOf(expected));
    if (isRight) return undefined;
  }
  if (last === undefined) return "there is no revision that it can be of";
  return answer.kind === "count"
    ? `${last.total} files match at that revision`
    : `at that revision the answer is ${JSON.stringify(pathsOf(last))}`;
}

function pathsOf({ files }: NaiveAnswer): string[] {
  return files.map(({ path }) => path);
}

function violationOfFinal({ revision, files, findings }: Final, history: History): string | undefined {
  if (findings.length > 0) return "the cache's own checks found something";
  if (revision !== history.revision) return `the database ended at revision ${history.revision}`;
  const isSame = isDeepStrictEqual(files, namesOf([...history.filesAt(revision)]));
  return isSame ? undefined : "the cache did not end equal to the database";
}

function namesOf(files: readonly FileMetadata[]): [string, string][] {
  return files.map(({ path, digest }) => [path, digest]);
}
