import { lstatSync } from "node:fs";
import { join } from "node:path";

import { compareValues } from "../../base/text/text-order.ts";
import { IgnoreRules } from "../../extraction/tree/ignore-rules.ts";
import { listWithGit } from "../../extraction/tree/git-source-tree.ts";
import type { GitSettings } from "../../extraction/tree/run-git.ts";
import type { SourceTree } from "../../extraction/tree/source-tree.ts";
import { pathProblem, type ProjectPath } from "../../record/project-path.ts";

/** The settings that decide which files belong to the tree. */
export interface PartSettings extends GitSettings {
  readonly root: string;
  /** True if git lists the tree. Then git is asked about every file that has no record. */
  readonly asksGit: boolean;
  readonly exclude: readonly string[];
}

/**
 * Lists those of `paths` that belong to the tree now. A file in `known` still belongs to the tree,
 * because the rules have not changed. Without git, the other files were checked against the rules
 * when their events came. Returns `undefined` if git does not answer.
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
    if (kind === "none" || pathProblem(path) !== undefined) continue;
    if (kind === "file" && (known.has(path as ProjectPath) || !asksGit)) listed.add(path as ProjectPath);
    // For a directory, git lists the files in it, if the rules of git treat it differently from
    // ours.
    else if (asksGit) unknown.push(path);
  }
  const excludes = IgnoreRules.ofPatterns(settings.exclude, "exclude");
  for (let start = 0; start < unknown.length; start += ASKED_AT_ONCE) {
    const answer = await listWithGit(root, { ...settings, only: unknown.slice(start, start + ASKED_AT_ONCE) });
    if (answer.kind !== "listed" || !answer.listing.isTrusted) return undefined;
    for (const path of answer.listing.paths) if (!excludes.ignores(path, false)) listed.add(path);
    skipped.push(...answer.listing.skipped);
  }
  return { method: asksGit ? "git" : "walk", paths: [...listed].sort(compareValues), skipped, warnings: [], isTrusted: true };
}

/** A command line has room for this many paths on every system. */
const ASKED_AT_ONCE = 100;

function kindOf(absolute: string): "directory" | "file" | "none" {
  try {
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (stats === undefined) return "none";
    return stats.isDirectory() ? "directory" : "file";
  } catch {
    // The path cannot be examined. The attempt to read it will report why.
    return "file";
  }
}
