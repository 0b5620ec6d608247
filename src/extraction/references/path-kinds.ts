import { LANGUAGES } from "../languages/languages.ts";
import { TEXT_FORMATS } from "../languages/text-formats.ts";

/** What the extension tells about a path. */
export type PathKind = "document" | "file";

/**
 * Returns what a file with this extension is in a reference. The extension includes its dot, and
 * its case does not matter. Returns `undefined` if the extension tells nothing.
 */
export function pathKindOf(extension: string): PathKind | undefined {
  return PATH_KINDS.get(extension.toLowerCase());
}

/** Files that people read. A comment that has only the name of such a file means the file. */
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

/** Other extensions than those of the languages. */
const OTHER_FILES: readonly string[] = [".pdf", ".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".s", ".dts", ".dtsi", ".lds"];

/** Extensions that are a letter or a common word: `this/that.r`, `dev/null.log`. */
const NO_FILES: ReadonlySet<string> = new Set([".m", ".r", ".log", ".text", ".env", ".props", ".targets"]);

const PATH_KINDS: ReadonlyMap<string, PathKind> = new Map<string, PathKind>([
  ...[...TEXT_FORMATS, ...LANGUAGES]
    .flatMap(({ extensions }) => extensions)
    .filter((extension) => !NO_FILES.has(extension))
    .map((extension) => [extension, "file"] as const),
  ...OTHER_FILES.map((extension) => [extension, "file"] as const),
  ...DOCUMENTS.map((extension) => [extension, "document"] as const),
]);
