import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { QUERIED_INDEXES, type QueriedIndex, termsOf } from "../../src/record/terms.ts";

/**
 * The index of the first design, written with care: a set of paths for each term, changed only by
 * the record's own terms.
 */
export class TermSets {
  readonly #indexes: Readonly<Record<QueriedIndex, Map<string, Set<string>>>> = {
    language: new Map(),
    referenceDoc: new Map(),
    functionName: new Map(),
    className: new Map(),
  };

  add(record: FileMetadata): void {
    const terms = termsOf(record);
    for (const name of QUERIED_INDEXES) {
      for (const term of terms[name]) {
        const paths = this.#indexes[name].get(term);
        if (paths === undefined) this.#indexes[name].set(term, new Set([record.path]));
        else paths.add(record.path);
      }
    }
  }

  remove(record: FileMetadata): void {
    const terms = termsOf(record);
    for (const name of QUERIED_INDEXES) {
      for (const term of terms[name]) {
        const paths = this.#indexes[name].get(term);
        paths?.delete(record.path);
        if (paths?.size === 0) this.#indexes[name].delete(term);
      }
    }
  }

  count(name: QueriedIndex, term: string): number {
    return this.#indexes[name].get(term)?.size ?? 0;
  }
}
