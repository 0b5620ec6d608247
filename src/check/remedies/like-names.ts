import { folderOf, nameOf } from "../../references/candidates.ts";
import type { CheckedTree } from "../checked-tree.ts";
import { isWithinDistance } from "./edit-distance.ts";

/**
 * Endings that stand for one another: documents among themselves, and what one language is compiled
 * to or from.
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

/** The files of the same folder and name with another ending of the same family. */
export function otherEndings(path: string, tree: CheckedTree): readonly string[] {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  const family = FAMILIES.find((endings) => endings.includes(name.slice(dot + 1).toLowerCase()));
  if (dot <= 0 || family === undefined) return [];
  const stem = path.slice(0, path.length - name.length + dot + 1);
  return family.map((ending) => stem + ending).filter((each) => each !== path && tree.has(each));
}

/**
 * The files that a slip of two letters at most leads to: in the same folder, or of the same name in
 * a folder that is spelt alike.
 */
export function spelledAlike(path: string, tree: CheckedTree): readonly string[] {
  const folder = folderOf(path);
  const name = nameOf(path);
  const stem = name.replace(/\.\w+$/, "");
  // Of short names everything is near.
  const limit = Math.min(MOST_LETTERS, Math.floor(stem.length / 3));
  const ending = name.slice(stem.length);
  const here = tree
    .filesIn(folder)
    .filter((each) => each.endsWith(ending) && !differsInNumber(name, each) && isWithinDistance(name, each, limit))
    .map((each) => (folder === "" ? each : `${folder}/${each}`));
  if (here.length > 0) return here;
  return tree
    .named(name, MOST_FOLDERS)
    .filter((each) => !differsInNumber(folder, folderOf(each)) && isWithinDistance(folder, folderOf(each), MOST_LETTERS));
}

const MOST_FOLDERS = 50;

/** `phase-1.md` is no slip of `phase-2.md`. */
function differsInNumber(one: string, other: string): boolean {
  return one.replace(/\D+/g, " ") !== other.replace(/\D+/g, " ");
}
