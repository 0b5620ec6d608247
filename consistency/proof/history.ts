import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { PATHS, recordFor } from "../operations/contended-records.ts";

interface Change {
  readonly path: string;
  readonly digest: string | undefined;
  /** What the path was before. */
  readonly before: string | undefined;
}

interface Version {
  readonly revision: number;
  readonly digest: string | undefined;
}

/** The beginning of a history: a state of another history, which was put back. */
export interface Beginning {
  readonly parent: History;
  /** Up to this revision the history is the same as its parent. */
  readonly base: number;
  /**
   * The restore and the writes in the same transaction led to this revision. Nobody was at an
   * earlier revision of this history.
   */
  readonly reached: number;
}

/**
 * One history of one project: its files at each revision. `filesAt` walks in either direction from
 * the revision of the last question. So questions in about the order of revisions cost only the
 * changes between them.
 */
export class History {
  readonly #parent: History | undefined;
  readonly #base: number;
  /** The earliest revision that anybody can have been at. */
  readonly first: number;
  /** The changes, from the first revision after the base. */
  readonly #changes: Change[] = [];
  readonly #versions = new Map<string, Version[]>();
  readonly #inTransaction = new Set<number>();
  #present: Map<string, string | undefined> | undefined;
  #presentRevision = 0;

  constructor(beginning?: Beginning) {
    this.#parent = beginning?.parent;
    this.#base = beginning?.base ?? 0;
    this.first = beginning?.reached ?? 0;
    this.markTransaction(this.#base, this.first);
  }

  get revision(): number {
    return this.#base + this.#changes.length;
  }

  /**
   * Returns true if anybody can have been at a revision while this was the current history, without
   * regard to its transactions.
   */
  has(revision: number): boolean {
    return revision >= this.first && revision <= this.revision;
  }

  /** Call this in the order of revisions. */
  add(path: string, digest: string | undefined): void {
    const before = this.digestAt(path, this.revision);
    const versions = this.#versions.get(path) ?? [];
    this.#versions.set(path, versions);
    this.#changes.push({ path, digest, before });
    versions.push({ revision: this.revision, digest });
  }

  /** The path that a revision removed, if it removed one. */
  removedAt(revision: number): string | undefined {
    if (revision <= this.#base) return this.#parent?.removedAt(revision);
    const change = this.#changes[revision - this.#base - 1];
    return change?.digest === undefined ? change?.path : undefined;
  }

  /**
   * All changes in (`before`, `last`] were committed together. Nobody can have been at a revision
   * between the two.
   */
  markTransaction(before: number, last: number): void {
    for (let revision = before + 1; revision < last; revision++) this.#inTransaction.add(revision);
  }

  isInTransaction(revision: number): boolean {
    return this.#inTransaction.has(revision) || (revision <= this.#base && this.#parent?.isInTransaction(revision) === true);
  }

  /** The file of a path at a revision; `undefined` if there was no such file. */
  digestAt(path: string, revision: number): string | undefined {
    const versions = this.#versions.get(path) ?? [];
    const version = versions[firstAfter(versions, revision) - 1];
    return version === undefined ? this.#parent?.digestAt(path, Math.min(revision, this.#base)) : version.digest;
  }

  /**
   * Returns true if a path had this digest, or no file, at any revision of a range, both ends
   * included.
   */
  hadWithin(path: string, digest: string | undefined, from: number, to: number): boolean {
    if (from > to) return false;
    if (from < this.#base && this.#parent?.hadWithin(path, digest, from, Math.min(to, this.#base)) === true) return true;
    if (this.digestAt(path, from) === digest) return true;
    const versions = this.#versions.get(path) ?? [];
    for (let index = firstAfter(versions, from); index < versions.length; index++) {
      const version = versions[index];
      if (version === undefined || version.revision > to) return false;
      if (version.digest === digest) return true;
    }
    return false;
  }

  /** Every file at a revision, in the order of paths. Valid until the next call. */
  *filesAt(revision: number): Generator<FileMetadata, void, undefined> {
    if (revision < this.#base && this.#parent !== undefined) return yield* this.#parent.filesAt(revision);
    const present = (this.#present ??= this.#atBase());
    for (; this.#presentRevision < revision; this.#presentRevision++) {
      const change = this.#changes[this.#presentRevision - this.#base];
      if (change !== undefined) present.set(change.path, change.digest);
    }
    for (; this.#presentRevision > revision; this.#presentRevision--) {
      const change = this.#changes[this.#presentRevision - this.#base - 1];
      if (change !== undefined) present.set(change.path, change.before);
    }
    for (const [path, digest] of present) if (digest !== undefined) yield recordFor(path, digest);
  }

  #atBase(): Map<string, string | undefined> {
    this.#presentRevision = this.#base;
    return new Map([...PATHS].sort().map((path) => [path, this.digestAt(path, this.#base)]));
  }
}

/** The place of the first version that is later than a revision. */
function firstAfter(versions: readonly Version[], revision: number): number {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle]?.revision ?? 0) <= revision) low = middle + 1;
    else high = middle;
  }
  return low;
}
