import type { FileMetadata } from "../src/model/file-metadata.ts";
import { recordFor } from "./contended-records.ts";
import type { Question } from "./operation.ts";

/** What the witness in the database noted of one revision. */
export interface WitnessedChange {
  readonly project: string;
  readonly revision: number;
  readonly path: string;
  /** `undefined` for a deletion. */
  readonly digest: string | undefined;
}

interface Version {
  readonly revision: number;
  readonly digest: string | undefined;
}

/** One project as it was at each of its revisions: every version of every path. */
export class History {
  readonly #versions = new Map<string, Version[]>();
  readonly #paths: string[] = [];
  readonly #revisionOfDigest = new Map<string, number>();
  readonly findings: string[] = [];
  revision = 0;

  /** In the order of revisions. */
  add({ revision, path, digest }: WitnessedChange): void {
    if (revision !== this.revision + 1) this.findings.push(`the database has revision ${revision} after ${this.revision}`);
    this.revision = revision;
    let versions = this.#versions.get(path);
    if (versions === undefined) {
      versions = [];
      this.#versions.set(path, versions);
      this.#paths.push(path);
      this.#paths.sort();
    }
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

  /** What a path was at a revision; `undefined` where there was no such file. */
  digestAt(path: string, revision: number): string | undefined {
    return this.#versionAt(path, revision)?.digest;
  }

  /** Whether a path had this digest, or none, at any revision of a range, both ends included. */
  hadWithin(path: string, digest: string | undefined, from: number, to: number): boolean {
    if (this.digestAt(path, from) === digest) return true;
    return (this.#versions.get(path) ?? []).some(
      (version) => version.revision > from && version.revision <= to && version.digest === digest,
    );
  }

  /** Every file that met a question at a revision, in its order: a plain scan. */
  answer(question: Question, revision: number): FileMetadata[] {
    const found: FileMetadata[] = [];
    for (const path of this.#paths) {
      const digest = this.digestAt(path, revision);
      if (digest === undefined) continue;
      const record = recordFor(path, digest);
      if (meets(record, question)) found.push(record);
    }
    // Descending, equal sizes come in the opposite order of paths.
    if (question.orderBy === "-size") found.sort((a, b) => b.size - a.size || (a.path < b.path ? 1 : -1));
    return found;
  }

  #versionAt(path: string, revision: number): Version | undefined {
    const versions = this.#versions.get(path) ?? [];
    let low = 0;
    let high = versions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((versions[middle]?.revision ?? 0) <= revision) low = middle + 1;
      else high = middle;
    }
    return versions[low - 1];
  }
}

function meets(record: FileMetadata, { language, functionName, className, referenceDoc, pathPrefix }: Question): boolean {
  return (
    (language === undefined || record.language === language) &&
    (pathPrefix === undefined || record.path.startsWith(pathPrefix)) &&
    (functionName === undefined || record.functions.some(({ name }) => name === functionName)) &&
    (className === undefined || record.classes.some(({ name }) => name === className)) &&
    (referenceDoc === undefined || record.headerSections.referenceDocumentation.some(({ target }) => target === referenceDoc))
  );
}
