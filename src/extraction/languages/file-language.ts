import type { ProjectPath } from "../../record/project-path.ts";
import { c } from "./c/c.ts";
import { cpp } from "./c/cpp.ts";
import type { FileKind, Language } from "./language.ts";
import { LANGUAGES } from "./languages.ts";
import { PLAIN_TEXT, TEXT_FORMATS } from "./text-formats.ts";

/**
 * Returns the kind of a file: its language or its text format. The first of these that is known
 * decides:
 * - the whole name,
 * - the extension,
 * - the part before the first dot (`Dockerfile.dev`, `.bashrc.local`), unless that part is the name
 *   of a program (`Gemfile.lock` is not Ruby),
 * - the program that the `#!` line names.
 *
 * If none is known, the kind is "text".
 *
 * A `.h` file is C++ if it contains something that only C++ has: a class, a namespace, a template,
 * `std::`, or a standard header without `.h`. Otherwise it is C: a C header that C++ may include
 * has at most `extern "C"`.
 */
export function languageOfFile(path: ProjectPath, text: string): FileKind | Language {
  const fileName = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const byName = BY_FILE_NAME.get(fileName);
  if (byName !== undefined) return byName;
  const dot = fileName.lastIndexOf(".");
  if (dot > 0) {
    const byExtension = BY_EXTENSION.get(fileName.slice(dot));
    if (byExtension !== undefined) return byExtension === c && fileName.endsWith(".h") && looksLikeCpp(text) ? cpp : byExtension;
    const stem = BY_FILE_NAME.get(fileName.slice(0, fileName.indexOf(".", 1)));
    if (stem !== undefined && hasVariants(stem, fileName)) return stem;
  }
  return byInterpreter(text) ?? PLAIN_TEXT;
}

/** Returns true if extraction can find functions and classes in files of this kind. */
export function isLanguage(kind: FileKind | Language): kind is Language {
  return "grammar" in kind;
}

/**
 * Returns true if a known name with a suffix still means the same kind. Formats and hidden files
 * have such variants, programs do not.
 */
function hasVariants(kind: FileKind | Language, fileName: string): boolean {
  return (!isLanguage(kind) || fileName.startsWith(".")) && !NO_VARIANT.test(fileName);
}

/**
 * Suffixes of lock files, manual pages, rendered documentation, archives and leftovers of tools.
 */
const NO_VARIANT = /\.(?:lock|[1-9]\w*|rdoc|pod|orig|rej|log|pdf|gz|sum)$/;

const KINDS: readonly (FileKind | Language)[] = [...TEXT_FORMATS, ...LANGUAGES];
const BY_EXTENSION = new Map(KINDS.flatMap((kind) => kind.extensions.map((extension) => [extension, kind] as const)));
const BY_FILE_NAME = new Map(KINDS.flatMap((kind) => (kind.fileNames ?? []).map((name) => [name, kind] as const)));
const BY_INTERPRETER = new Map(KINDS.flatMap((kind) => (kind.interpreters ?? []).map((name) => [name, kind] as const)));

function byInterpreter(text: string): FileKind | Language | undefined {
  if (!text.startsWith("#!")) return undefined;
  const [program = "", ...rest] = text.slice(2, MAX_SHEBANG).split("\n", 1)[0]!.trim().split(/\s+/);
  let name = baseName(program);
  // `env` takes options and variables before the program.
  if (name === "env") name = baseName(rest.find((word) => !word.startsWith("-") && !word.includes("=")) ?? "");
  return BY_INTERPRETER.get(name.toLowerCase().replace(/[\d.]+$/, ""));
}

function baseName(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

function looksLikeCpp(text: string): boolean {
  return CPP_ONLY.test(text);
}

/** Longer than the longest `#!` line that kernels read. */
const MAX_SHEBANG = 512;
/**
 * Each alternative but one matches only from the start of a line, so that no line costs more than
 * its length.
 */
const CPP_ONLY =
  /^[ \t]*(?:template[ \t]*<|namespace\b[ \t\w:]*(?:\{|$)|inline namespace\b|class[ \t]+\w[\w \t:<>,]*(?:[{;]|$)|(?:public|private|protected)[ \t]*:|using[ \t]+[\w:]+[ \t\w:]*[=;]|#[ \t]*include[ \t]*<[a-z_]+>|(?:enum[ \t]+(?:class|struct)|constexpr|virtual|explicit|friend)[ \t]+\w)|\bstd::\w/m;
