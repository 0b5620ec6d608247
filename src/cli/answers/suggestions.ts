import { nearest } from "../../base/text/nearest.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { QueriedIndex } from "../../record/terms.ts";
import { LANGUAGE_NAMES } from "../languages/language-names.ts";
import { quoteName } from "../../base/text/escape.ts";
import { criterionText, languageNames, languageTexts, nameCriterion } from "./file-criteria.ts";

/** The indexes of names that a project chooses itself. */
type NameIndex = Exclude<QueriedIndex, "language">;

/** The noun for the terms of each index, for messages. */
const NOUNS: Readonly<Record<NameIndex, string>> = {
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
  names: Readonly<Partial<Record<NameIndex, readonly string[] | undefined>>>,
): readonly string[] {
  return Object.entries(names).flatMap(([index, given]) =>
    (given ?? []).flatMap((name) => describeMissingName(cache, index as NameIndex, name) ?? []),
  );
}

function describeMissingName(cache: MetadataCache, index: NameIndex, name: string): string | undefined {
  const criterion = nameCriterion(name);
  if (cache.count({ [index]: criterion }) > 0) return undefined;
  const text = typeof criterion === "string" ? criterion : criterion.prefix;
  const alike = cache.nearestName(text, index);
  return `${missing(NOUNS[index], criterionText(criterion))}${alike === undefined ? "" : `; did you mean ${quoteName(alike)}?`}`;
}

/**
 * Returns a message for each language that no file of the project is in: that there is no such
 * language, with the nearest name, or only that the project does not have it. `given` is what was
 * typed for `--language`.
 */
export function describeMissingLanguages(cache: MetadataCache, given: readonly string[] = []): readonly string[] {
  const known = LANGUAGE_NAMES.flatMap(({ name, aliases }) => [name, ...aliases]);
  const missingWords = languageTexts(given).filter((word) => cache.count({ language: languageNames(word) }) === 0);
  return missingWords.map((word) => {
    if (known.includes(word.toLowerCase())) return `the project has no files in ${quoteName(word)}`;
    const alike = nearest(word, [...cache.terms("language").map(({ term }) => term), ...known]);
    const remedy = alike === undefined ? "`metacache languages` lists those of the project" : `did you mean ${quoteName(alike)}?`;
    return `${missing("language", word)}; ${remedy}`;
  });
}

/** Returns `nothing is called parse`, or `no function is called parse` with the noun `function`. */
export function missing(noun: string | undefined, name: string): string {
  return `${noun === undefined ? "nothing" : `no ${noun}`} is called ${quoteName(name)}`;
}
