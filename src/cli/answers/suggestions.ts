import { nearest } from "../../base/nearest.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { QueriedIndex } from "../../record/terms.ts";
import { LANGUAGE_NAMES } from "../languages/language-names.ts";
import { quoteName } from "../../base/escape.ts";
import { criterionText, nameCriterion } from "./file-criteria.ts";

/** The noun for the terms of each index, for messages. */
const NOUNS: Readonly<Record<QueriedIndex, string>> = {
  language: "language",
  referenceDoc: "document",
  functionName: "function",
  className: "class",
};

/**
 * Returns a message for each name that nothing in the project has, with the nearest name that
 * exists. Reads all terms of those indexes.
 */
export function describeMissing(
  cache: MetadataCache,
  names: Readonly<Partial<Record<QueriedIndex, readonly string[] | undefined>>>,
): readonly string[] {
  return Object.entries(names).flatMap(([index, given]) =>
    (given ?? []).flatMap((name) => describeMissingName(cache, index as QueriedIndex, name) ?? []),
  );
}

function describeMissingName(cache: MetadataCache, index: QueriedIndex, name: string): string | undefined {
  const criterion = nameCriterion(name);
  if (cache.count({ [index]: criterion }) > 0) return undefined;
  const text = typeof criterion === "string" ? criterion : criterion.prefix;
  const alike = index === "language" ? nearest(text, [...termsOf(cache), ...languageWords()]) : cache.nearestName(text, index);
  return `${missing(NOUNS[index], criterionText(criterion))}${alike === undefined ? "" : `; did you mean ${quoteName(alike)}?`}`;
}

function termsOf(cache: MetadataCache): readonly string[] {
  return cache.terms("language").map(({ term }) => term);
}

function languageWords(): readonly string[] {
  return LANGUAGE_NAMES.flatMap(({ name, aliases }) => [name, ...aliases]);
}

/** Returns `nothing is called parse`, or `no function is called parse` with the noun `function`. */
export function missing(noun: string | undefined, name: string): string {
  return `${noun === undefined ? "nothing" : `no ${noun}`} is called ${quoteName(name)}`;
}
