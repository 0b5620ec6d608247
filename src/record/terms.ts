import { nameOf } from "../references/candidates.ts";
import { referenceTermsOf } from "../references/reference-terms.ts";
import { citedPlacesOf } from "./cited-places.ts";
import type { FileMetadata } from "./file-metadata.ts";
import { symbolTermsOf } from "./symbols.ts";

declare const term: unique symbol;

/** An indexed value. The type keeps it apart from paths and from names of indexes. */
export type Term = string & { readonly [term]: true };

/** The indexes that a query names. Each index has its own terms: a function is not a class. */
export const QUERIED_INDEXES = ["language", "referenceDoc", "functionName", "className"] as const;
/** The name of an index that a query can ask. */
export type QueriedIndex = (typeof QUERIED_INDEXES)[number];

/**
 * All indexes that find a record. The terms of `symbol` say more than a name (see `symbolTermsOf`).
 */
export const INDEX_NAMES: readonly [...typeof QUERIED_INDEXES, "fileName", "symbol"] = [...QUERIED_INDEXES, "fileName", "symbol"];
export type IndexName = (typeof INDEX_NAMES)[number];

/** The terms of one record for each index, each term once. */
export type RecordTerms = Readonly<Record<IndexName, readonly Term[]>>;

/**
 * Computes all terms of a record before anything is changed, so that no index can fail in the
 * middle of a write.
 */
export function termsOf(record: FileMetadata): RecordTerms {
  return {
    language: [record.language as Term],
    referenceDoc: referenceTerms(record),
    fileName: [nameOf(record.path) as Term],
    functionName: distinct(record.functions, (fn) => fn.name),
    className: distinct(record.classes, (cls) => cls.name),
    symbol: symbolTermsOf(record),
  };
}

/**
 * Returns true if both lists have the same terms. Each list has a term at most once. The first list
 * must be sorted.
 */
export function sameTerms(sorted: readonly Term[], others: readonly Term[]): boolean {
  return sorted.length === others.length && others.toSorted().every((other, index) => other === sorted[index]);
}

function referenceTerms(record: FileMetadata): readonly Term[] {
  const places = citedPlacesOf(record);
  if (places.length === 0) return NO_TERMS;
  const terms: string[] = [];
  for (const { form, target } of places) terms.push(...referenceTermsOf(form, target, record.path));
  return distinct(terms, (each) => each);
}

function distinct<T>(items: readonly T[], termOf: (item: T) => string): readonly Term[] {
  if (items.length === 0) return NO_TERMS;
  if (items.length > FEW) return [...new Set(items.map(termOf))] as Term[];
  const names: string[] = [];
  for (const item of items) {
    const name = termOf(item);
    if (!names.includes(name)) names.push(name);
  }
  return names as Term[];
}

/** Comparing up to this many names with each other is faster than hashing them. */
const FEW = 32;
const NO_TERMS: readonly Term[] = [];
