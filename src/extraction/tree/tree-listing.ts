import { isAbsolute, relative, sep } from "node:path";

import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "../run/skip-reason.ts";

/** The names that belong to a source tree, before any file of it is looked at. */
export interface TreeListing {
  /** Candidates: a name may turn out to be a link, a pipe, or gone. */
  readonly paths: readonly ProjectPath[];
  readonly skipped: readonly SkippedPath[];
  /** What a person should know of how the list was made, e.g. a directory that git could not open. */
  readonly warnings: readonly string[];
  /** Whether a file that exists and is not listed is known to be none of the tree's. If not, the list proves no absence (law 6). */
  readonly isTrusted: boolean;
}

/** `directory` as seen from `top`, with `/` between segments and at its end; empty where they are the same. */
export function prefixWithin(top: string, directory: string): string {
  const path = relative(top, directory);
  return path === "" ? "" : `${path.split(sep).join("/")}/`;
}

/** Whether `path` is `top` or lies below it; both absolute and without links. */
export function isWithin(top: string, path: string): boolean {
  const within = relative(top, path);
  return within !== ".." && !within.startsWith(`..${sep}`) && !isAbsolute(within);
}
