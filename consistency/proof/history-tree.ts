import { History } from "./history.ts";
import { branchOf, type Position, positionAt, revisionOf } from "./position.ts";

/** What the witness in the database noted of one revision. */
export interface WitnessedChange {
  readonly project: string;
  /** The history that has the revision. */
  readonly branch: number;
  readonly revision: number;
  readonly path: string;
  /** `undefined` for a deletion. */
  readonly digest: string | undefined;
}

/** A part of one history, both ends included. */
export interface Stretch {
  readonly history: History;
  readonly from: number;
  readonly to: number;
}

/**
 * All histories of one project. Each begins at a state of the history before it, at which an older
 * state was put back.
 */
export class HistoryTree {
  readonly #histories: History[] = [new History()];
  readonly #positionOfDigest = new Map<string, Position>();
  readonly findings: string[] = [];

  get last(): History {
    return this.at(this.lastBranch);
  }

  get lastBranch(): number {
    return this.#histories.length - 1;
  }

  /** The number of revisions in all histories. */
  get revisions(): number {
    return this.#revisions;
  }
  #revisions = 0;

  at(branch: number): History {
    const history = this.#histories[branch];
    if (history === undefined) throw new TypeError(`there is no history ${branch}`);
    return history;
  }

  /** Call this before adding anything, in the order in which the states were put back. */
  branchOff(base: number, reached: number): void {
    this.#histories.push(new History({ parent: this.last, base, reached }));
  }

  /** Call this in the order of histories, and in each history in the order of revisions. */
  add({ branch, revision, path, digest }: Omit<WitnessedChange, "project">): void {
    const history = this.at(branch);
    if (revision !== history.revision + 1) this.findings.push(`the database has revision ${revision} after ${history.revision}`);
    history.add(path, digest);
    this.#revisions++;
    if (digest === undefined) return;
    if (this.#positionOfDigest.has(digest))
      this.findings.push(`the write ${digest} of ${path} was made twice, at revision ${revision} again`);
    this.#positionOfDigest.set(digest, positionAt(branch, revision));
  }

  /** The position at which the record with this digest was stored. Digests are never used twice. */
  positionOf(digest: string): Position | undefined {
    return this.#positionOfDigest.get(digest);
  }

  markTransaction(first: Position, last: Position): void {
    this.at(branchOf(first)).markTransaction(revisionOf(first) - 1, revisionOf(last));
  }

  /** All ranges that a cache may have passed on its way from one position to another. */
  stretches(from: Position, to: Position): Stretch[] {
    const [first, last] = [branchOf(from), branchOf(to)];
    return this.#histories.slice(first, last + 1).map((history, index) => ({
      history,
      from: index === 0 ? revisionOf(from) : history.first,
      to: first + index === last ? revisionOf(to) : history.revision,
    }));
  }
}
