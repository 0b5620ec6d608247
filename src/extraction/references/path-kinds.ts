import { LANGUAGES } from "../languages/languages.ts";
import { TEXT_FORMATS } from "../languages/text-formats.ts";

/** What a path's extension says of it. */
export type PathKind = "document" | "file";

/**
 * What a file with this extension (with its dot, any case) is in a reference; `undefined` if the
 * extension says nothing.
 */
export function pathKindOf(extension: string): PathKind | undefined {
  return PATH_KINDS.get(extension.toLowerCase());
}

/** People read them, and a comment that names one by its bare name means the file. */
const DOCUMENTS: readonly string[] = [
  ".md",
  ".mdx",
  ".mdc",
  ".markdown",
  ".mkd",
  ".mdown",
  ".qmd",
  ".rmd",
  ".rst",
  ".adoc",
  ".asciidoc",
  ".textile",
  ".txt",
];

/** Besides those of the languages. */
const OTHER_FILES: readonly string[] = [".pdf", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".s", ".dts", ".dtsi", ".lds"];

/** Of a letter or a common word: `this/that.r`, `dev/null.log`. */
const NO_FILES: ReadonlySet<string> = new Set([".m", ".r", ".log", ".text", ".env", ".props", ".targets"]);

const PATH_KINDS: ReadonlyMap<string, PathKind> = new Map<string, PathKind>([
  ...[...TEXT_FORMATS, ...LANGUAGES]
    .flatMap(({ extensions }) => extensions)
    .filter((extension) => !NO_FILES.has(extension))
    .map((extension) => [extension, "file"] as const),
  ...OTHER_FILES.map((extension) => [extension, "file"] as const),
  ...DOCUMENTS.map((extension) => [extension, "document"] as const),
]);
