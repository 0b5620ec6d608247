import { posix, relative, sep } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * A path of the project, however a model spells it: absolute below the root, with `./`, or with
 * lines behind it (`src/a.ts:12-40`). Throws `E_PATH` for one outside the project.
 */
export function projectPathOf(root: string, given: string): string {
  const bare = given.trim().replace(/:\d+(?:[-:]\d+)?$/, "");
  const inside = bare.startsWith("/") ? relative(root, bare).split(sep).join("/") : bare;
  const path = posix.normalize(inside).replace(/\/$/, "");
  if (path === ".." || path.startsWith("../") || path.startsWith("/"))
    throw new MetacacheError("E_PATH", `${JSON.stringify(given)} lies outside the project`, { remedy: `give a path below ${root}` });
  return path;
}

/**
 * The beginning of all paths in a folder, however a model spells the folder; `undefined` for the
 * root. `/` is the root of the project, too. Throws `E_PATH` for a folder outside the project.
 */
export function folderPrefix(root: string, given: string | undefined): string | undefined {
  if (given === undefined || given.trim() === "/") return undefined;
  const folder = projectPathOf(root, given);
  return folder === "." || folder === "" ? undefined : `${folder}/`;
}

/** A pattern that matches this text alone. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
