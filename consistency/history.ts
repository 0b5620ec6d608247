import type { FileMetadata } from "../src/model/file-metadata.ts";
import { PATHS, recordFor } from "./contended-records.ts";

/** What the witness in the database noted of one revision. */
export interface WitnessedChange {
  readonly project: string;
  readonly revision: number;
  readonly path: string;
  /** `undefined` for a deletion. */
  readonly digest: string | undefined;
}

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

/**
 * One project as it was at each of its revisions. `filesAt` walks from the revision that was asked for last, in either direction,
 * so that questions in about the order of revisions cost what changed between them.
 */
export class History {
  /** By revision, from 1. */
  readonly #changes: Change[] = [];
  readonly #versions = new Map<string, Version[]>();
  readonly #revisionOfDigest = new Map<string, number>();
  readonly #inTransaction = new Set<number>();
  readonly #present = new Map<string, string | undefined>([...PATHS].sort().map((path) => [path, undefined]));
  #presentRevision = 0;
  readonly findings: string[] = [];

  get revision(): number {
    return this.#changes.length;
  }

  /** In the order of revisions. */
  add({ revision, path, digest }: WitnessedChange): void {
    if (revision !== this.revision + 1) this.findings.push(`the database has revision ${revision} after ${this.revision}`);
    const versions = this.#versions.get(path) ?? [];
    this.#versions.set(path, versions);
    this.#changes.push({ path, digest, before: versions.at(-1)?.digest });
    versions.push({ revision, digest });
    if (digest === undefined) return;
    if (this.#revisionOfDigest.has(digest))
      this.findings.push(`the write ${digest} of ${path} was made twice, at revision ${revision} again`);
    this.#revisionOfDigest.set(digest, revision);
  }

  /** The revision that stored the record with this digest; digests are never used twice. */
  revisionOf(digest: string): number | undefined {
    return this.#revisionOfDigest.get(digest);
  }

  /** The path that changed at a revision, if it was removed by that. */
  removedAt(revision: number): string | undefined {
    const change = this.#changes[revision - 1];
    return change?.digest === undefined ? change?.path : undefined;
  }

  /** All changes in (`before`, `last`] were committed together: nobody can have been at a revision between the two. */
  markTransaction(before: number, last: number): void {
    for (let revision = before + 1; revision < last; revision++) this.#inTransaction.add(revision);
  }

  isInTransaction(revision: number): boolean {
    return this.#inTransaction.has(revision);
  }

  /** What a path was at a revision; `undefined` where there was no such file. */
  digestAt(path: string, revision: number): string | undefined {
    const versions = this.#versions.get(path) ?? [];
    return versions[firstAfter(versions, revision) - 1]?.digest;
  }

  /** Whether a path had this digest, or none, at any revision of a range, both ends included. */
  hadWithin(path: string, digest: string | undefined, from: number, to: number): boolean {
    const versions = this.#versions.get(path) ?? [];
    const next = firstAfter(versions, from);
    if (versions[next - 1]?.digest === digest) return true;
    for (let index = next; index < versions.length; index++) {
      const version = versions[index];
      if (version === undefined || version.revision > to) return false;
      if (version.digest === digest) return true;
    }
    return false;
  }

  /** Every file that there was at a revision, in the order of paths. Valid until the next call. */
  *filesAt(revision: number): Generator<FileMetadata, void, undefined> {
    for (; this.#presentRevision < revision; this.#presentRevision++) {
      const change = this.#changes[this.#presentRevision];
      if (change !== undefined) this.#present.set(change.path, change.digest);
    }
    for (; this.#presentRevision > revision; this.#presentRevision--) {
      const change = this.#changes[this.#presentRevision - 1];
      if (change !== undefined) this.#present.set(change.path, change.before);
    }
    for (const [path, digest] of this.#present) if (digest !== undefined) yield recordFor(path, digest);
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
