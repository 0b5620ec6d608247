import { posix, relative, sep } from "node:path";
import { MetacacheError } from "../../base/errors.ts";

/**
 * Returns the path of the project that a model means, in each way to write it: absolute below the
 * root, with `./`, or with lines behind it (`src/a.ts:12-40`). Throws `E_PATH` for a path outside
 * of the project.
 */
export function projectPathOf(root: string, given: string): string {
  const bare = given.trim().replace(/:\d+(?:[-:]\d+)?$/, "");
  const inside = bare.startsWith("/") ? relative(root, bare).split(sep).join("/") : bare;
  const path = posix.normalize(inside).replace(/\/$/, "");
  if (path === ".." || path.startsWith("../") || path.startsWith("/"))
    throw new MetacacheError("E_PATH", `${JSON.stringify(given)} is outside of the project`, { remedy: `give a path below ${root}` });
  return path;
}

/**
 * Returns the prefix of all paths in a folder, in each way to write the folder. Returns `undefined`
 * for the root. `/` means the root of the project, too. Throws `E_PATH` for a folder outside of the
 * project.
 */
export function folderPrefix(root: string, given: string | undefined): string | undefined {
  if (given === undefined || given.trim() === "/") return undefined;
  const folder = projectPathOf(root, given);
  return folder === "." || folder === "" ? undefined : `${folder}/`;
}

/** Returns a pattern that matches exactly this text. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
