import { lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { readSmallFile } from "../../files/read-file.ts";
import { findExcludeFiles } from "./git-excludes.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { prefixWithin } from "./tree-listing.ts";

/**
 * Returns the known rules together with the rules of a file. Returns the known rules if there is no
 * such file.
 */
export type ExtendRules = (rules: IgnoreRules, prefix: string, file: string) => IgnoreRules;

/**
 * Returns the rules for `root` from elsewhere: from git's excludes, and from the directories above
 * it, from `top` down. The root's own `.gitignore` is not part of them.
 */
export function rulesAbove(root: string, top: string, leavesOutInstalled: boolean, extend: ExtendRules): IgnoreRules {
  let rules = IgnoreRules.none;
  if (leavesOutInstalled) rules = rules.with("", INSTALLED_DIRECTORIES.join("\n"), INSTALLED);
  for (const file of findExcludeFiles(top)) rules = extend(rules, "", file);
  for (const directory of directoriesAbove(root, top)) rules = extend(rules, prefixWithin(top, directory), join(directory, ".gitignore"));
  return rules;
}

/** Returns the files outside of `root` that have rules for it. Each file may be missing. */
export function ruleFilesAbove(root: string, top: string): readonly string[] {
  return [...findExcludeFiles(top), ...directoriesAbove(root, top).map((directory) => join(directory, ".gitignore"))];
}

/** Returns the directories from `top` down to the parent of `root`. */
function directoriesAbove(root: string, top: string): readonly string[] {
  const above: string[] = [];
  for (let directory = root; directory !== top; directory = dirname(directory)) above.unshift(dirname(directory));
  return above;
}

/** The name of the rules below, as people see it. */
export const INSTALLED = "left out without git";
/** Directories that tools make or install, and that people never write by hand. */
const INSTALLED_DIRECTORIES = [
  ...["node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store"],
  ...[".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs"],
  ...[".gradle", ".terraform", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", ".cache"],
  ...[".hg", ".svn", ".jj"],
].map((name) => `${name}/`);

/**
 * Returns true if git takes `dotGit` for a repository: it is a directory with a `HEAD`, or a file
 * that names the directory of the repository.
 */
export function isRepository(dotGit: string): boolean {
  try {
    if (lstatSync(dotGit).isDirectory()) return lstatSync(join(dotGit, "HEAD")) !== undefined;
    const target = /^gitdir: (.+)/.exec(readSmallFile(dotGit))?.[1];
    return target !== undefined && lstatSync(resolve(dirname(dotGit), target)).isDirectory();
  } catch {
    return false;
  }
}
