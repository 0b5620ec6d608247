import type { FileMetadata } from "../src/model/file-metadata.ts";
import { PROJECTS } from "./contended-records.ts";
import { History } from "./history.ts";
import type { Operation } from "./operation.ts";
import { readOperations } from "./operation-log.ts";
import type { Target } from "./target.ts";

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
  const prover = new Prover(histories, target.isDisturbed);
  for (const log of logs) for await (const operation of readOperations(log)) prover.learn(operation);
  prover.know();
  for (const log of logs) await prover.check(log);
  return prover.proof();
}

/** What is known to be committed at a time: the highest revision of those that were seen until then, by anybody. */
class Floor {
  readonly #ends: { readonly end: number; readonly revision: number }[] = [];

  add(end: number, revision: number): void {
    const last = this.#ends.at(-1);
    if (last === undefined || revision > last.revision || end < last.end) this.#ends.push({ end, revision });
  }

  settle(): void {
    this.#ends.sort((a, b) => a.end - b.end);
    let most = 0;
    for (const [index, { end, revision }] of this.#ends.entries()) {
      most = Math.max(most, revision);
      this.#ends[index] = { end, revision: most };
    }
  }

  before(time: number): number {
    let low = 0;
    let high = this.#ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle]?.end ?? 0) <= time) low = middle + 1;
      else high = middle;
    }
    return this.#ends[low - 1]?.revision ?? 0;
  }
}

class Prover {
  readonly #histories: readonly History[];
  readonly #mayFail: boolean;
  readonly #committed = PROJECTS.map(() => new Floor());
  readonly #violations: string[] = [];
  readonly #checked: Record<string, number> = {};
  readonly #failures: Record<string, number> = {};

  constructor(histories: readonly History[], mayFail: boolean) {
    this.#histories = histories;
    this.#mayFail = mayFail;
    for (const history of histories) for (const finding of history.findings) this.#violate("history", finding);
  }

  /** First of all of them, since what one process has seen binds the others' "latest". */
  learn(operation: Operation): void {
    if ("revision" in operation) this.#committed[operation.project]?.add(operation.end, operation.revision);
  }

  know(): void {
    for (const floor of this.#committed) floor.settle();
  }

  /** The operations of one life of a process, in the order in which they ended. */
  async check(log: string): Promise<void> {
    const floors = PROJECTS.map(() => new Floor());
    const writing = new Map<string, Operation & { readonly kind: "writing" }>();
    const operations: Operation[] = [];
    for await (const operation of readOperations(log)) {
      operations.push(operation);
      // Lanes end in the order of the log, so what is in it before an operation's begin is known then.
      if ("revision" in operation) floors[operation.project]?.add(operation.end, operation.revision);
    }
    for (const floor of floors) floor.settle();
    for (const operation of operations) {
      this.#checked[operation.kind] = (this.#checked[operation.kind] ?? 0) + 1;
      const violation = this.#violationOf(operation, floors, writing);
      if (violation !== undefined) this.#violate(log, `${violation}: ${JSON.stringify(operation)}`);
    }
  }

  proof(): Proof {
    const revisions = this.#histories.reduce((sum, { revision }) => sum + revision, 0);
    return { violations: this.#violations, checked: this.#checked, failures: this.#failures, revisions };
  }

  #violationOf(
    operation: Operation,
    floors: readonly Floor[],
    writing: Map<string, Operation & { readonly kind: "writing" }>,
  ): string | undefined {
    if (operation.kind === "writing") {
      writing.set(operation.write, operation);
      return undefined;
    }
    if (operation.kind === "mixed") return "a record of no single version was handed out";
    if (operation.kind === "failed") return this.#violationOfFailure(operation, writing);

    const history = this.#histories[operation.project];
    if (history === undefined) return "there is no such project";
    const { revision, begin } = operation;
    if (revision > history.revision) return `the database never was at revision ${revision}`;
    // Law 2; and law 3, since a write's own revision is among those that this cache has been at.
    const floor = floors[operation.project]?.before(begin) ?? 0;
    const oldest = operation.kind === "get" ? operation.from : revision;
    if (oldest < floor) return `the cache had been at revision ${floor} before`;
    if ("latest" in operation && operation.latest) {
      const committed = this.#committed[operation.project]?.before(begin) ?? 0;
      if (revision < committed) return `revision ${committed} was committed before the call for the latest began`;
    }
    switch (operation.kind) {
      case "get": {
        const { path, digest, from } = operation;
        const floorOfAnswer = operation.latest ? Math.max(from, this.#committed[operation.project]?.before(begin) ?? 0) : from;
        const had = history.hadWithin(path, digest ?? undefined, floorOfAnswer, revision);
        return had ? undefined : `${path} was ${history.digestAt(path, revision) ?? "not there"} at revision ${revision}`;
      }
      case "query": {
        const expected = history.answer(operation.question, revision);
        if (operation.total !== expected.length) return `${expected.length} files match at that revision`;
        const limited = expected.slice(0, operation.question.limit);
        const isSame = limited.length === operation.files.length && limited.every(isNamedBy(operation.files));
        return isSame ? undefined : `at that revision the answer is ${JSON.stringify(limited.map(({ path, digest }) => [path, digest]))}`;
      }
      case "paths": {
        const expected = history.answer(operation.question, revision);
        const paths = expected.slice(0, operation.question.limit).map(({ path }) => path);
        const isSame = JSON.stringify(paths) === JSON.stringify(operation.paths) && operation.total === expected.length;
        return isSame ? undefined : `at that revision the answer is ${JSON.stringify(paths)} of ${expected.length}`;
      }
      case "written": {
        const lost = writing.get(operation.write)?.put.find(([, digest]) => (history.revisionOf(digest) ?? Infinity) > revision);
        return lost === undefined ? undefined : `${lost.join(" as ")} was acknowledged, and was not stored by then`;
      }
      case "final": {
        if (operation.findings.length > 0) return "the cache's own checks found something";
        if (revision !== history.revision) return `the database ended at revision ${history.revision}`;
        const expected = history.answer({}, revision);
        const isSame = expected.length === operation.files.length && expected.every(isNamedBy(operation.files));
        return isSame ? undefined : "the cache did not end equal to the database";
      }
      case "open":
      case "sync":
        return undefined;
    }
  }

  #violationOfFailure(
    { code, fault, write }: Operation & { readonly kind: "failed" },
    writing: ReadonlyMap<string, Operation & { readonly kind: "writing" }>,
  ): string | undefined {
    const name = fault === undefined ? code : `${code} (${fault})`;
    this.#failures[name] = (this.#failures[name] ?? 0) + 1;
    if (!this.#mayFail || code !== "E_DATABASE_UNAVAILABLE" || fault === "locked") return "an operation failed";
    if (write === undefined || fault === "uncertain" || fault === "io") return undefined;
    const { put = [], project = 0 } = writing.get(write) ?? {};
    const stored = put.find(([, digest]) => this.#histories[project]?.revisionOf(digest) !== undefined);
    return stored === undefined ? undefined : `${stored.join(" as ")} was said to have failed, and was stored`;
  }

  #violate(where: string, what: string): void {
    if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(`${where}: ${what}`);
  }
}

function isNamedBy(files: readonly (readonly [string, string])[]): (record: FileMetadata, index: number) => boolean {
  return ({ path, digest }, index) => files[index]?.[0] === path && files[index][1] === digest;
}
