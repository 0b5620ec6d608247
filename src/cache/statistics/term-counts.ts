import { MetacacheError } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import type { IndexManager } from "../../indexing/index-manager.ts";
import { documentCounts } from "../../query/references/document-counts.ts";
import { QUERIED_INDEXES, type QueriedIndex } from "../../record/terms.ts";

/** A term of an index, and how many records have it. */
export interface TermCount {
  /** The term: a language, a path, or the name of a function or class. */
  readonly term: string;
  /** How many records have the term. */
  readonly count: number;
}

/**
 * Returns how many records have each term, the most frequent term first, then by name. The terms of
 * `referenceDoc` are the most likely paths of references, and the targets of references that name
 * no file. Throws `E_ARGUMENT` for an index that does not exist.
 */
export function countTerms(index: IndexManager, name: QueriedIndex): readonly TermCount[] {
  if (!QUERIED_INDEXES.includes(name)) {
    throw new MetacacheError("E_ARGUMENT", `there is no index ${describe(name)}`, { remedy: `use one of ${QUERIED_INDEXES.join(", ")}` });
  }
  const terms: Iterable<readonly [string, number]> = name === "referenceDoc" ? documentCounts(index.layers) : index.termsWithCounts(name);
  const counts = Array.from(terms, ([term, count]) => Object.freeze({ term, count }));
  return Object.freeze(counts.sort((a, b) => b.count - a.count || (a.term < b.term ? -1 : 1)));
}
