import { lstatSync } from "node:fs";
import { join } from "node:path";

import { compareValues } from "../base/text-order.ts";
import { IgnoreRules } from "../extraction/tree/ignore-rules.ts";
import { listWithGit } from "../extraction/tree/git-source-tree.ts";
import type { GitSettings } from "../extraction/tree/run-git.ts";
import type { SourceTree } from "../extraction/tree/source-tree.ts";
import { pathFault, type ProjectPath } from "../record/project-path.ts";

/** What decides which files belong to the tree. */
export interface PartSettings extends GitSettings {
  readonly root: string;
  /** Whether git lists the tree: then it is asked about every file that has no record. */
  readonly asksGit: boolean;
  readonly exclude: readonly string[];
}

/**
 * Lists what of some paths belongs to the tree now. A file that is `known` belongs to it as before:
 * rules have not changed. Without git, the others were judged by the rules when their events came.
 * `undefined` if git does not answer.
 */
export async function listPart(
  paths: Iterable<string>,
  known: ReadonlyMap<ProjectPath, unknown>,
  settings: PartSettings,
): Promise<SourceTree | undefined> {
  const { root, asksGit } = settings;
  const listed = new Set<ProjectPath>();
  const skipped: SourceTree["skipped"][number][] = [];
  const unknown: string[] = [];
  for (const path of paths) {
    const kind = kindOf(join(root, path));
    if (kind === "none" || pathFault(path) !== undefined) continue;
    if (kind === "file" && (known.has(path as ProjectPath) || !asksGit)) listed.add(path as ProjectPath);
    // Of a directory git lists what is in it, if its rules see it otherwise than ours do.
    else if (asksGit) unknown.push(path);
  }
  const excludes = IgnoreRules.none.with("", settings.exclude.join("\n"), "exclude");
  for (let start = 0; start < unknown.length; start += ASKED_AT_ONCE) {
    const answer = await listWithGit(root, { ...settings, only: unknown.slice(start, start + ASKED_AT_ONCE) });
    if (answer.kind !== "listed" || !answer.listing.isTrusted) return undefined;
    for (const path of answer.listing.paths) if (!excludes.ignores(path, false)) listed.add(path);
    skipped.push(...answer.listing.skipped);
  }
  return { method: asksGit ? "git" : "walk", paths: [...listed].sort(compareValues), skipped, warnings: [], isTrusted: true };
}

/** As many paths as a command line holds on every system. */
const ASKED_AT_ONCE = 100;

function kindOf(absolute: string): "directory" | "file" | "none" {
  try {
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (stats === undefined) return "none";
    return stats.isDirectory() ? "directory" : "file";
  } catch {
    // It cannot be looked at: reading it says why.
    return "file";
  }
}
