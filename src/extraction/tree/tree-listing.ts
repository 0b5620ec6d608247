import { isAbsolute, relative, sep } from "node:path";

import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "../run/skip-reason.ts";

/** The names that belong to a source tree, before any of its files is looked at. */
export interface TreeListing {
  /** The listed paths. A path may turn out to be a symbolic link, a pipe, or gone. */
  readonly paths: readonly ProjectPath[];
  readonly skipped: readonly SkippedPath[];
  /**
   * Things that a person should know about how the list was made, for example that git could not
   * open a directory.
   */
  readonly warnings: readonly string[];
  /**
   * True if a file that exists and is not listed certainly does not belong to the tree. If false,
   * the list does not prove that a file is absent (law 6).
   */
  readonly isTrusted: boolean;
}

/**
 * Returns the path from `top` to `directory`, with `/` between segments and at its end. Returns an
 * empty text if the two are the same.
 */
export function prefixWithin(top: string, directory: string): string {
  const path = relative(top, directory);
  return path === "" ? "" : `${path.split(sep).join("/")}/`;
}

/**
 * Returns true if `path` is `top` or is below it. Both must be absolute and without symbolic links.
 */
export function isWithin(top: string, path: string): boolean {
  const within = relative(top, path);
  return within !== ".." && !within.startsWith(`..${sep}`) && !isAbsolute(within);
}
