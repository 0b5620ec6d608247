import { MetacacheError } from "../../base/errors.ts";
import type { TermCriterion } from "../../query/metadata-query.ts";
import type { OptionDefinition } from "../command-definition.ts";
import { languagesMeant } from "../languages/language-names.ts";
import { globPattern } from "../place/glob.ts";
import type { Place } from "../place/place.ts";

/** The options that limit a command to some of the files. */
export interface FileOptions {
  readonly language?: readonly string[];
  readonly glob?: readonly string[];
  readonly in?: string;
  readonly pathPattern?: string;
  readonly pathPrefix?: string;
}

/** The same options as criteria of the library. */
export interface FileCriteria {
  readonly language: TermCriterion | undefined;
  readonly pathPattern: string | undefined;
  readonly pathPrefix: string | undefined;
}

export const LANGUAGE_MEANING = "in any of these languages, by name or extension: ts (also finds tsx), py, c++";
export const GLOB_MEANING =
  "whose path matches, relative to the working directory: 'src/**/*.ts'; without a /, only the file name must match";

/**
 * The file options of a command that takes an argument. Each option takes one value, so that it
 * cannot take the argument as a second value.
 */
export const FILE_OPTIONS: readonly OptionDefinition[] = [
  ["-l, --language <names>", `only files ${LANGUAGE_MEANING}`, "language", "repeated"],
  ["-g, --glob <glob>", `only files ${GLOB_MEANING}`, [], "repeated"],
  ["--in <dir>", "only in this folder", "directory"],
];

/**
 * Throws `E_QUERY` for options that contradict each other or a bad glob, and `E_PATH` for a folder
 * outside the project.
 */
export async function fileCriteria(options: FileOptions, place: Place): Promise<FileCriteria> {
  const { language, glob, pathPattern } = options;
  if (glob !== undefined && pathPattern !== undefined) {
    throw new MetacacheError("E_QUERY", "--glob and --path-pattern are both given", { remedy: "write both as one regular expression" });
  }
  return {
    language: language === undefined ? undefined : languageCriterion(language),
    pathPattern: glob === undefined ? pathPattern : globPattern(glob, place.here),
    pathPrefix: await prefixOf(options, place),
  };
}

async function prefixOf({ in: folder, pathPrefix }: FileOptions, place: Place): Promise<string | undefined> {
  if (folder === undefined) return pathPrefix === undefined ? undefined : place.prefix(pathPrefix);
  if (pathPrefix !== undefined)
    throw new MetacacheError("E_QUERY", "--in and --path-prefix are both given", { remedy: "give one of them" });
  const [path] = await place.candidates(folder);
  return path === "." ? undefined : `${path}/`;
}

function languageCriterion(given: readonly string[]): TermCriterion {
  const names = languageTexts(given).flatMap(languageNames);
  return [...new Set(names.filter((name) => typeof name === "string")), ...names.filter((name) => typeof name !== "string")];
}

/** Returns the single words of `--language ts,py`. */
export function languageTexts(given: readonly string[]): readonly string[] {
  return given.flatMap((text) => text.split(",")).map((word) => word.trim());
}

/** Returns the languages that a word means, as records name them. */
export function languageNames(word: string): (string | { readonly prefix: string })[] {
  const criterion = nameCriterion(word);
  return typeof criterion === "string" ? [...languagesMeant(criterion)] : [criterion];
}

/**
 * A `*` at the end of a name means any ending. `\\*` at the end means the character itself, as in
 * C++'s `operator*`.
 */
export function nameCriterion(name: string): string | { readonly prefix: string } {
  if (!name.endsWith("*")) return name;
  return name.endsWith("\\*") ? `${name.slice(0, -2)}*` : { prefix: name.slice(0, -1) };
}

/** Returns the criterion as messages show it. */
export function criterionText(criterion: string | { readonly prefix: string }): string {
  return typeof criterion === "string" ? criterion : `${criterion.prefix}*`;
}
