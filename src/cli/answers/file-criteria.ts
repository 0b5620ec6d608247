import { MetacacheError } from "../../base/errors.ts";
import type { TermCriterion } from "../../query/metadata-query.ts";
import type { OptionDefinition } from "../command-definition.ts";
import { languagesMeant } from "../languages/language-names.ts";
import { globPattern } from "../place/glob.ts";
import type { Place } from "../place/place.ts";

/** The options of every command that looks among some of the files alone. */
export interface FileOptions {
  readonly language?: readonly string[];
  readonly glob?: readonly string[];
  readonly in?: string;
  readonly pathPattern?: string;
  readonly pathPrefix?: string;
}

/** What they mean to the library. */
export interface FileCriteria {
  readonly language: TermCriterion | undefined;
  readonly pathPattern: string | undefined;
  readonly pathPrefix: string | undefined;
}

export const LANGUAGE_MEANING = "in any of these languages, by name or extension: ts (tsx too), py, c++";
export const GLOB_MEANING = "whose path matches, as seen from here: 'src/**/*.ts'; without / the name alone counts";

/** Those of a command that takes a word of its own: an option must not take it. */
export const FILE_OPTIONS: readonly OptionDefinition[] = [
  ["-l, --language <names>", `only ${LANGUAGE_MEANING}`, "language", "repeated"],
  ["-g, --glob <glob>", `only files ${GLOB_MEANING}`, [], "repeated"],
  ["--in <dir>", "only in this folder", "directory"],
];

/** Throws `E_QUERY`, and `E_PATH` for a folder outside the project. */
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
  const words = given.flatMap((text) => text.split(",")).map((word) => nameCriterion(word.trim()));
  const names = words.flatMap((word) => (typeof word === "string" ? languagesMeant(word) : []));
  return [...new Set(names), ...words.filter((word) => typeof word !== "string")];
}

/**
 * A `*` at the end of a name stands for any ending; `\\*` there is the character itself, as in
 * C++'s `operator*`.
 */
export function nameCriterion(name: string): string | { readonly prefix: string } {
  if (!name.endsWith("*")) return name;
  return name.endsWith("\\*") ? `${name.slice(0, -2)}*` : { prefix: name.slice(0, -1) };
}

/** As messages name it. */
export function criterionText(criterion: string | { readonly prefix: string }): string {
  return typeof criterion === "string" ? criterion : `${criterion.prefix}*`;
}
