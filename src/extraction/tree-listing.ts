import { relative, sep } from "node:path";

import type { ProjectPath } from "../model/project-path.ts";
import type { SkippedPath } from "./skip-reason.ts";

/** The names that belong to a source tree, before any file of it is looked at. */
export interface TreeListing {
  /** Candidates: a name may turn out to be a link, a pipe, or gone. */
  readonly paths: readonly ProjectPath[];
  readonly skipped: readonly SkippedPath[];
  /** What a person should know of how the list was made, e.g. a directory that git could not open. */
  readonly warnings: readonly string[];
}

/** `directory` as seen from `top`, with `/` between segments and at its end; empty where they are the same. */
export function prefixWithin(top: string, directory: string): string {
  const path = relative(top, directory);
  return path === "" ? "" : `${path.split(sep).join("/")}/`;
}
