import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import { quoteName } from "../../../base/text/escape.ts";

/**
 * The tour shows a word that only a few names begin with. The first of many names would say little.
 */
const FEWEST_NAMES = 3;
const MOST_NAMES = 12;
const MIN_WORD_LENGTH = 4;
/** At most this many words and documents are tried: each costs a call of the cache. */
const MOST_TRIED = 24;

/**
 * Returns the beginning of names that is the best example for `find`: a few names of this project
 * begin with it, and their documentation says what they are for.
 */
export async function nameWorthFinding(cache: MetadataCache, shown: number): Promise<string | undefined> {
  const counts = new Map<string, number>();
  for (const index of ["className", "functionName"] as const) {
    for (const { term } of cache.terms(index)) {
      const word = firstWord(term);
      if (word.length >= MIN_WORD_LENGTH) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const words = [...counts].filter(([, count]) => count >= FEWEST_NAMES && count <= MOST_NAMES).sort(([, one], [, other]) => other - one);
  let best: { readonly word: string; readonly documented: number } | undefined;
  for (const [word] of words.slice(0, MOST_TRIED)) {
    const { items } = await cache.symbols({ name: { prefix: word, ignoreCase: true }, limit: shown });
    const documented = items.filter(({ intent }) => intent !== "").length;
    if (best === undefined || documented > best.documented) best = { word, documented };
    if (documented === shown) break;
  }
  return best?.word ?? plainTerms(cache, "functionName")[0] ?? plainTerms(cache, "className")[0];
}

/**
 * Returns the first word of a name in lower case: `parse` of `parseFile`, `http` of `HTTPServer`.
 */
function firstWord(name: string): string {
  return (/^_*(?:[A-Z]+(?![a-z])|[A-Z]?[a-z]+)/.exec(name)?.[0] ?? "").replace(/^_+/, "").toLowerCase();
}

/** A list of more references is too long for an example. */
const MOST_PLACES = 8;

/**
 * Returns the file that most other files refer to, among paths that can be typed without quotes and
 * whose first `shown` answers have few references.
 */
export async function fileWorthKnowing(cache: MetadataCache, shown: number): Promise<string | undefined> {
  for (const target of plainTerms(cache, "referenceDoc").slice(0, MOST_TRIED)) {
    const { exists, total, items } = await cache.references({ target, places: true, limit: shown });
    const places = items.reduce((sum, item) => sum + (item.places?.length ?? 0), 0);
    if (exists && total > 0 && places <= MOST_PLACES) return target;
  }
  return undefined;
}

/** Returns the terms that can be typed without escapes and quotes, the most frequent first. */
export function plainTerms(cache: MetadataCache, index: "className" | "functionName" | "language" | "referenceDoc"): readonly string[] {
  return cache.terms(index).flatMap(({ term }) => (isPlain(term) ? [term] : []));
}

export function isPlain(text: string): boolean {
  return quoteName(text) === text && !text.startsWith("-") && !text.includes("*") && text.length < 200;
}
