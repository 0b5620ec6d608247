import { lstatSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

import { readSmallFile } from "../../files/read-file.ts";
import { findExcludeFiles } from "./git-excludes.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { prefixWithin } from "./tree-listing.ts";

/** Adds the rules of a file to those that are known; returns the known ones if there is no such file. */
export type ExtendRules = (rules: IgnoreRules, prefix: string, file: string) => IgnoreRules;

/**
 * The rules that hold in `root` and come from elsewhere: from git's excludes and from the directories above it, down from `top`. The
 * root's own `.gitignore` is not among them.
 */
export function rulesAbove(root: string, top: string, leavesOutInstalled: boolean, extend: ExtendRules): IgnoreRules {
  let rules = IgnoreRules.none;
  if (leavesOutInstalled) rules = rules.with("", INSTALLED_DIRECTORIES.join("\n"), INSTALLED);
  for (const file of findExcludeFiles(top)) rules = extend(rules, "", file);
  for (const directory of directoriesAbove(root, top)) rules = extend(rules, prefixWithin(top, directory), join(directory, ".gitignore"));
  return rules;
}

/** The files with rules for `root` that lie outside of it. Each may be missing. */
export function ruleFilesAbove(root: string, top: string): readonly string[] {
  return [...findExcludeFiles(top), ...directoriesAbove(root, top).map((directory) => join(directory, ".gitignore"))];
}

/** From `top` down to the one that holds `root`. */
function directoriesAbove(root: string, top: string): readonly string[] {
  const above: string[] = [];
  for (let directory = root; directory !== top; directory = dirname(directory)) above.unshift(dirname(directory));
  return above;
}

/** What people call the rules below. */
export const INSTALLED = "left out without git";
/** Made or installed by tools, never written by hand. */
const INSTALLED_DIRECTORIES = [
  ...["node_modules", "bower_components", "jspm_packages", ".yarn", ".pnpm-store"],
  ...[".venv", "venv", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".eggs"],
  ...[".gradle", ".terraform", ".next", ".nuxt", ".svelte-kit", ".turbo", ".parcel-cache", ".cache"],
  ...[".hg", ".svn", ".jj"],
].map((name) => `${name}/`);

/** As git sees it: a `.git` with a `HEAD` in it, or a file that says where the repository is. */
export function isRepository(dotGit: string): boolean {
  try {
    if (lstatSync(dotGit).isDirectory()) return lstatSync(join(dotGit, "HEAD")) !== undefined;
    const target = /^gitdir: (.+)/.exec(readSmallFile(dotGit))?.[1];
    return target !== undefined && lstatSync(resolve(dirname(dotGit), target)).isDirectory();
  } catch {
    return false;
  }
}
