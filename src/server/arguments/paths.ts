import { posix, relative, sep } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * A path of the project, however a model spells it: absolute below the root, with `./`, or with lines behind it (`src/a.ts:12-40`).
 * Throws `E_PATH` for one outside the project.
 */
export function projectPathOf(root: string, given: string): string {
  const bare = given.trim().replace(/:\d+(?:[-:]\d+)?$/, "");
  const inside = bare.startsWith("/") ? relative(root, bare).split(sep).join("/") : bare;
  const path = posix.normalize(inside).replace(/\/$/, "");
  if (path === ".." || path.startsWith("../") || path.startsWith("/"))
    throw new MetacacheError("E_PATH", `${JSON.stringify(given)} lies outside the project`, { remedy: `give a path below ${root}` });
  return path;
}

/** Of a folder as a model spells it, the beginning of the paths in it; `undefined` for the root. */
export function folderPrefix(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const folder = posix.normalize(given.trim()).replace(/^\/+|\/+$/g, "");
  return folder === "." || folder === "" ? undefined : `${folder}/`;
}

/** A pattern that matches this text alone. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
