import type { FileMetadata } from "../src/record/file-metadata.ts";
import type { Random } from "../testing/random.ts";

export interface LanguageAndFunction {
  readonly language: string;
  readonly functionName: string;
}

/**
 * Pairs of a language and a function that exactly `matches` records have, or the nearest number
 * that enough pairs have. Shuffled.
 */
export function languagesAndFunctions(records: readonly FileMetadata[], matches: number, random: Random): LanguageAndFunction[] {
  const counts = new Map<string, number>();
  for (const { language, functions } of records) {
    for (const { name } of functions) counts.set(`${language} ${name}`, (counts.get(`${language} ${name}`) ?? 0) + 1);
  }
  for (let tolerance = 0; ; tolerance++) {
    const fitting = [...counts].filter(([, count]) => Math.abs(count - matches) <= tolerance);
    if (fitting.length < ENOUGH && tolerance < matches) continue;
    return random.shuffled(fitting).map(([pair]) => {
      const [language = "", functionName = ""] = pair.split(" ");
      return { language, functionName };
    });
  }
}

/**
 * A rival that caches answers must not see a question again before it has seen this many others.
 */
const ENOUGH = 50;

/** All documents that are referenced, shuffled. */
export function documents(records: readonly FileMetadata[], random: Random): string[] {
  const found = new Set<string>();
  for (const { headerSections } of records) for (const { target } of headerSections.referenceDocumentation) found.add(target);
  return random.shuffled([...found].sort());
}

export type LanguageCount = readonly [language: string, records: number];

/** The number of records of each language, the most frequent first. */
export function languageCounts(records: readonly FileMetadata[]): LanguageCount[] {
  const counts = new Map<string, number>();
  for (const { language } of records) counts.set(language, (counts.get(language) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Copies of strings for which nothing is computed yet, like the paths of a request. */
export function freshCopies<A>(texts: readonly A[]): A[] {
  return JSON.parse(JSON.stringify(texts)) as A[];
}
