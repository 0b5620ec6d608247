import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { namesOf, violationOfFinal, violationOfGet, violationOfIndexAnswer, violationOfQuery, violationOfSymbols } from "./answer-proof.ts";
import { PROJECTS, recordFor } from "../operations/contended-records.ts";
import { Floor } from "./floor.ts";
import { HistoryTree } from "./history-tree.ts";
import { type Failed, type Operation, ROLLED_BACK, type Writing } from "../operations/operation.ts";
import { readOperations } from "../operations/operation-log.ts";
import { branchOf, type Position, positionAt, revisionOf } from "./position.ts";
import type { Target } from "../targets/target.ts";
import { Timeline } from "./timeline.ts";
import { placeOf, violationOfFailedWrite, violationOfUnfinished, violationOfWritten } from "./write-proof.ts";

export interface Proof {
  readonly violations: readonly string[];
  /** The operations that were checked, by kind. */
  readonly checked: Readonly<Record<string, number>>;
  /** The operations that failed because the database was away, by code and fault. */
  readonly failures: Readonly<Record<string, number>>;
  readonly revisions: number;
}

/** The most violations of each kind. One kind of violation often causes many of another kind. */
const MOST_VIOLATIONS = 50;

/**
 * Proves from the logs and from what the witness saw that every answer kept the laws, or reports
 * the answers that did not.
 */
export async function prove(target: Target, logs: readonly string[]): Promise<Proof> {
  const trees = PROJECTS.map(() => new HistoryTree());
  for (const { projects } of target.restores)
    for (const [project, { base, reached }] of projects.entries()) trees[project]?.branchOff(base, reached);
  for await (const change of target.history()) trees[PROJECTS.indexOf(change.project)]?.add(change);
  const prover = new Prover(trees, new Timeline(target.restores), target.mayFail);
  // Reads all logs first, because what one process has seen binds the "latest" answers of the
  // others. Keeps of each log only the times at which it saw a higher revision.
  for (const log of logs) await prover.learn(log);
  prover.know();
  for (const log of logs) await prover.check(log);
  for (const [project, name] of PROJECTS.entries()) prover.checkTable(project, await target.files(name));
  return prover.proof();
}

type Located = Extract<Operation, { readonly revision: number }>;

/**
 * What the log of one process or thread has told so far. The lines are in the order in which
 * operations ended.
 */
interface CheckedLog {
  readonly name: string;
  /** What the process and all its threads had seen, by project. */
  readonly process: readonly Floor[];
  /** The positions that its caches had been at, by project. */
  readonly floors: readonly Floor[];
  readonly unfinished: Map<string, Writing>;
}

/**
 * What had been seen before an operation started. The operation cannot be of an earlier position.
 */
interface Bounds {
  readonly cache: Position;
  readonly process: Position;
  /** What anybody had seen, if the operation asks for the latest. */
  readonly anybody: Position;
}

/**
 * Why an operation is not of a position. The refusal with the most proved steps most likely names
 * the real fault.
 */
interface Refusal {
  readonly proved: number;
  readonly why: string;
}

class Prover {
  readonly #trees: readonly HistoryTree[];
  readonly #timeline: Timeline;
  readonly #mayFail: boolean;
  readonly #committed: readonly Floor[];
  /** By the names of processes. */
  readonly #seen = new Map<string, readonly Floor[]>();
  readonly #violations: string[] = [];
  readonly #kinds = new Map<string, number>();
  readonly #checked: Record<string, number> = {};
  readonly #failures: Record<string, number> = {};

  constructor(trees: readonly HistoryTree[], timeline: Timeline, mayFail: boolean) {
    this.#trees = trees;
    this.#timeline = timeline;
    this.#mayFail = mayFail;
    this.#committed = PROJECTS.map((_, project) => timeline.newFloorOf(project));
    for (const tree of trees) for (const finding of tree.findings) this.#violate("history", finding);
  }

  async learn(log: string): Promise<void> {
    const own = newFloors();
    const stored = new Map<string, Position>();
    for await (const operation of readOperations(log)) {
      if ("revision" in operation) {
        const place = operation.kind === "written" ? stored.get(operation.write) : undefined;
        const position = this.#leastPositionOf(operation, Math.max(place ?? 0, own[operation.project]?.before(operation.begin) ?? 0));
        const floors = isBehind(operation) ? this.#committed : own;
        if (position !== undefined) floors[operation.project]?.add(operation.end, position);
      }
      if (operation.kind === "writing") this.#learnWrite(operation, stored);
      else if ("write" in operation) stored.delete(operation.write);
    }
    const seen = this.#seenBy(log);
    for (const [project, floor] of own.entries()) {
      this.#committed[project]?.addAll(floor);
      seen[project]?.addAll(floor);
    }
  }

  know(): void {
    for (const floors of [this.#committed, ...this.#seen.values()]) for (const floor of floors) floor.settle();
    this.#timeline.settle();
  }

  async check(log: string): Promise<void> {
    const checked: CheckedLog = { name: basename(log), process: this.#seenBy(log), floors: newFloors(), unfinished: new Map() };
    for await (const operation of readOperations(log)) {
      this.#checked[operation.kind] = (this.#checked[operation.kind] ?? 0) + 1;
      const violation = this.#violationOf(operation, checked);
      if (violation !== undefined) this.#violate(checked.name, `${violation}: ${JSON.stringify(operation)}`);
    }
    for (const writing of checked.unfinished.values()) {
      const violation = violationOfUnfinished(this.#treeOf(writing.project), writing);
      if (violation !== undefined) this.#violate(checked.name, `${violation}: ${JSON.stringify(writing)}`);
    }
  }

  /**
   * Checks that the witness has seen everything: what it saw last equals the table, in every
   * column.
   */
  checkTable(project: number, rows: readonly FileMetadata[]): void {
    const { last } = this.#treeOf(project);
    const expected = [...last.filesAt(last.revision)];
    const other = rows.find((row) => !isDeepStrictEqual(row, recordFor(row.path, row.digest)));
    if (other !== undefined) this.#violate("table", `the row of ${other.path} is not the record ${other.digest} that was written`);
    if (!isDeepStrictEqual(namesOf(rows), namesOf(expected)))
      this.#violate("table", `project ${project} does not end with what the witness saw`);
  }

  proof(): Proof {
    const revisions = this.#trees.reduce((sum, tree) => sum + tree.revisions, 0);
    return { violations: this.#violations, checked: this.#checked, failures: this.#failures, revisions };
  }

  #learnWrite(writing: Writing, stored: Map<string, Position>): void {
    const tree = this.#treeOf(writing.project);
    const place = placeOf(tree, writing);
    if (place.kind !== "together") return;
    tree.markTransaction(place.first, place.last);
    this.#timeline.addWrite(writing, place.first);
    stored.set(writing.write, place.last);
  }

  /**
   * The earliest position that an operation can be of by its revision. So the operation does not
   * bind others more than it may.
   */
  #leastPositionOf(operation: Located, bound: Position): Position | undefined {
    const { project, revision, begin, end } = operation;
    const tree = this.#treeOf(project);
    const least = isOfLatest(operation) ? Math.max(bound, this.#timeline.restoredBefore(project, begin)) : bound;
    for (let branch = branchOf(least); branch <= this.#timeline.lastBranchUntil(end); branch++) {
      const position = positionAt(branch, revision);
      if (tree.at(branch).has(revision) && position >= least) return position;
    }
    return undefined;
  }

  #violationOf(operation: Operation, checked: CheckedLog): string | undefined {
    switch (operation.kind) {
      case "writing":
        checked.unfinished.set(operation.write, operation);
        return undefined;
      case "mixed":
        return "a record of no single version was handed out";
      case "failed":
        return this.#violationOfFailure(operation, checked);
      case "written": {
        const writing = checked.unfinished.get(operation.write);
        checked.unfinished.delete(operation.write);
        return writing === undefined ? "a write ended that never began" : this.#violationOfLocated(operation, checked, writing);
      }
      default:
        return this.#violationOfLocated(operation, checked);
    }
  }

  /**
   * An operation names a revision, but not a history. It is right if it is right in any history
   * that existed until the operation ended. It is taken to be of the earliest such history, which
   * binds later operations the least.
   */
  #violationOfLocated(operation: Located, checked: CheckedLog, writing?: Writing): string | undefined {
    const { project, begin, end, revision } = operation;
    const bounds: Bounds = {
      cache: checked.floors[project]?.before(begin) ?? 0,
      process: checked.process[project]?.before(begin) ?? 0,
      anybody: isOfLatest(operation) ? this.#committedBefore(project, begin) : 0,
    };
    const last = this.#timeline.lastBranchUntil(end);
    for (let branch = branchOf(Math.max(bounds.cache, bounds.process, bounds.anybody)); branch <= last; branch++) {
      if (this.#refusalAt(branch, operation, bounds, writing) !== undefined) continue;
      if (!isBehind(operation)) checked.floors[project]?.add(end, positionAt(branch, revision));
      return undefined;
    }
    let likeliest: Refusal | undefined;
    for (let branch = 0; branch <= last; branch++) {
      const refusal = this.#refusalAt(branch, operation, bounds, writing);
      if (refusal !== undefined && refusal.proved >= (likeliest?.proved ?? 0)) likeliest = refusal;
    }
    return likeliest?.why ?? "it is of none of the histories";
  }

  /**
   * Why an operation cannot be of a history. Checks laws 2 and 4, and law 3, because the cache has
   * been at the positions of its own writes.
   */
  #refusalAt(branch: number, operation: Located, bounds: Bounds, writing: Writing | undefined): Refusal | undefined {
    const { project, revision, end } = operation;
    const history = this.#treeOf(project).at(branch);
    const position = positionAt(branch, revision);
    if (!history.has(revision)) return { proved: 0, why: `the database never was at revision ${revision}` };
    const isMade = this.#timeline.earliestOf(project, position) < end;
    if (!isMade) return { proved: 1, why: `the database was not at revision ${revision} yet` };
    if (history.isInTransaction(revision)) return { proved: 2, why: `revision ${revision} lies within a transaction` };
    if (!("from" in operation)) return this.#refusalBetween(position, position, operation, bounds, writing);
    // The cache may have moved to this history during the call.
    let refusal: Refusal | undefined;
    const earliest = Math.min(branch, branchOf(Math.max(bounds.cache, bounds.process)));
    for (let fromBranch = branch; fromBranch >= earliest; fromBranch--) {
      if (!this.#treeOf(project).at(fromBranch).has(operation.from)) continue;
      const other = this.#refusalBetween(positionAt(fromBranch, operation.from), position, operation, bounds, writing);
      if (other === undefined) return undefined;
      if (other.proved > (refusal?.proved ?? 0)) refusal = other;
    }
    return refusal ?? { proved: 0, why: `the database never was at revision ${operation.from}` };
  }

  #refusalBetween(
    from: Position,
    to: Position,
    operation: Located,
    { cache, process, anybody }: Bounds,
    writing: Writing | undefined,
  ): Refusal | undefined {
    if (to < anybody) return { proved: 3, why: `${nameOf(anybody, to)} was committed before the call for the latest began` };
    if (from < cache) return { proved: 4, why: `the cache had been at ${nameOf(cache, from)} before` };
    if (from < process) return { proved: 5, why: `its process had been at ${nameOf(process, from)} before` };
    const violation = this.#violationOfContent(operation, Math.max(from, anybody), to, writing);
    return violation === undefined ? undefined : { proved: 6, why: violation };
  }

  #violationOfContent(operation: Located, from: Position, to: Position, writing: Writing | undefined): string | undefined {
    const tree = this.#treeOf(operation.project);
    switch (operation.kind) {
      case "get":
        return violationOfGet(tree, operation, from, to);
      case "symbols":
        return violationOfSymbols(tree, operation, to);
      case "query":
        return violationOfQuery(tree, operation, to);
      case "paths":
      case "count":
        return violationOfIndexAnswer(tree, operation, from, to);
      case "written": {
        const written = { reached: to, changed: operation.changed };
        return writing && violationOfWritten(tree, writing, written, this.#committedBefore(operation.project, writing.begin));
      }
      case "final":
        return violationOfFinal(tree, operation, to);
      case "open":
      case "attach":
      case "sync":
        return undefined;
    }
  }

  #violationOfFailure(failed: Failed, { unfinished }: CheckedLog): string | undefined {
    const { code, fault, write } = failed;
    const writing = write === undefined ? undefined : unfinished.get(write);
    if (write !== undefined) unfinished.delete(write);
    const left = writing === undefined ? undefined : violationOfFailedWrite(this.#treeOf(writing.project), writing, failed);
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

  #committedBefore(project: number, time: number): Position {
    return this.#committed[project]?.before(time) ?? 0;
  }

  #treeOf(project: number): HistoryTree {
    const tree = this.#trees[project];
    if (tree === undefined) throw new TypeError(`a log names the project ${project}, which does not exist`);
    return tree;
  }

  #violate(where: string, what: string): void {
    const kind = what.replaceAll(/\S*\d\S*/g, "").slice(0, 30);
    const count = (this.#kinds.get(kind) ?? 0) + 1;
    this.#kinds.set(kind, count);
    if (count <= MOST_VIOLATIONS) this.#violations.push(`${where}: ${what}`);
  }
}

/** Operations that read memory only. They need not be the latest. */
const OF_MEMORY: ReadonlySet<string> = new Set(["paths", "count", "attach"]);

/** Opening or syncing a cache, and a write, are as fresh as a read of the latest. */
function isOfLatest(operation: Located): boolean {
  return "latest" in operation ? operation.latest : !OF_MEMORY.has(operation.kind);
}

function newFloors(): readonly Floor[] {
  return PROJECTS.map(() => new Floor());
}

function nameOf(position: Position, other: Position): string {
  return `revision ${revisionOf(position)}${branchOf(position) > branchOf(other) ? " of a later history" : ""}`;
}

/**
 * A write that its cache does not show yet. Everybody may know of it, but the cache has not been at
 * its revision.
 */
function isBehind(operation: Located): boolean {
  return operation.kind === "written" && operation.behind === true;
}
