import { NearestSpelling } from "../../base/text/nearest.ts";
import { folderOf, nameOf } from "../../references/candidates.ts";
import type { CheckedTree } from "../checked-tree.ts";

/**
 * Extensions that may replace each other: those of documents, and those of the sources and outputs
 * of one compiler.
 */
const FAMILIES: readonly (readonly string[])[] = [
  ["md", "mdx", "mdc", "markdown", "rst", "adoc", "asciidoc", "txt"],
  ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs"],
  ["yml", "yaml"],
  ["jpg", "jpeg", "png", "svg", "gif", "webp"],
  ["htm", "html"],
  ["c", "cc", "cpp", "cxx"],
  ["h", "hh", "hpp", "hxx"],
];

const MOST_LETTERS = 2;

/** Returns the files with the same folder and name, and another extension of the same family. */
export function otherEndings(path: string, tree: CheckedTree): readonly string[] {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  const family = FAMILIES.find((endings) => endings.includes(name.slice(dot + 1).toLowerCase()));
  if (dot <= 0 || family === undefined) return [];
  const stem = path.slice(0, path.length - name.length + dot + 1);
  return family.map((ending) => stem + ending).filter((each) => each !== path && tree.has(each));
}

/**
 * Returns the files whose name differs by at most two letters in the same folder, or the files with
 * the same name in a folder whose path differs by at most two letters.
 */
export function spelledAlike(path: string, tree: CheckedTree): readonly string[] {
  const folder = folderOf(path);
  const name = nameOf(path);
  const stem = name.replace(/\.\w+$/, "");
  // Every name is close to a short name.
  const spelling = new NearestSpelling(name, Math.min(MOST_LETTERS, Math.floor(stem.length / 3)));
  const ending = name.slice(stem.length);
  const here = tree
    .filesIn(folder)
    .filter((each) => each.endsWith(ending) && !differsInNumber(name, each) && spelling.reaches(each))
    .map((each) => (folder === "" ? each : `${folder}/${each}`));
  if (here.length > 0) return here;
  const folderSpelling = new NearestSpelling(folder, MOST_LETTERS);
  return tree
    .named(name, MOST_FOLDERS)
    .filter((each) => !differsInNumber(folder, folderOf(each)) && folderSpelling.reaches(folderOf(each)));
}

const MOST_FOLDERS = 50;

/** `phase-1.md` is not a misspelling of `phase-2.md`. */
function differsInNumber(one: string, other: string): boolean {
  return one.replace(/\D+/g, " ") !== other.replace(/\D+/g, " ");
}
