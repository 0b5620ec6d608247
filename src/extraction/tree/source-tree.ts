import { compareValues } from "../../base/text/text-order.ts";
import { lstatSync } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { systemClock } from "../../base/clock.ts";
import { isAbsence, messageOf, MetacacheError } from "../../base/errors.ts";
import { findIgnored, listWithGit } from "./git-source-tree.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { listWithIgnoreRules, type WalkedListing } from "./ignore-source-tree.ts";
import { explainEmptyTree } from "./ignored-paths.ts";
import type { GitSettings } from "./run-git.ts";
import type { TreeListing } from "./tree-listing.ts";

/** A listing with its paths in the order of `compareValues`, each path once. */
export interface SourceTree extends TreeListing {
  readonly method: "git" | "walk";
}

export interface ListingSettings extends GitSettings {
  /** Patterns to leave out, written as in a `.gitignore` of the root. */
  readonly exclude?: readonly string[];
}

/**
 * Lists the files that belong to the tree at `root`: those that git tracks or would offer to track.
 *
 * Inside a git work tree, git itself answers. Elsewhere this function applies the same rules, and
 * leaves out what tools install. If git does not answer, it applies the rules too, but the list is
 * not trusted, because it lacks files that are tracked although a rule ignores them.
 *
 * `root` must be a result of `resolveRoot`. If the signal aborts, rejects with its reason. Cost: a
 * few git processes, or one `readdir` for each directory.
 */
export async function listSourceTree(root: string, settings: ListingSettings = { clock: systemClock }): Promise<SourceTree> {
  const { signal, exclude = [] } = settings;
  const excludes = IgnoreRules.ofPatterns(exclude, "exclude");
  const walk = (top: string, leavesOutInstalled: boolean): Promise<WalkedListing> =>
    listWithIgnoreRules(root, top, { signal, excludes, leavesOutInstalled });
  const workTree = findWorkTree(root);
  if (workTree === undefined) return explained(root, "walk", await walk(root, true));
  const answer = await listWithGit(root, settings);
  if (answer.kind === "listed") {
    const paths = answer.listing.paths.filter((path) => !excludes.ignores(path, false));
    const ignored = paths.length > 0 ? [] : await findIgnored(root, settings);
    return explained(root, "git", { ...answer.listing, paths, ignored });
  }
  // If the repository around a root ignores it, the root is a project of its own. That repository
  // says nothing about its files.
  const isIgnored = answer.kind === "ignored";
  const listing = await walk(isIgnored ? root : workTree, isIgnored);
  const { paths, skipped, ignored } = listing;
  return explained(root, "walk", { paths, skipped, ignored, warnings: [answer.warning, ...listing.warnings], isTrusted: isIgnored });
}

async function explained(root: string, method: SourceTree["method"], listing: WalkedListing): Promise<SourceTree> {
  const emptiness = listing.paths.length > 0 ? undefined : await explainEmptyTree(root, listing.ignored);
  return {
    method,
    paths: [...new Set(listing.paths)].sort(compareValues),
    skipped: listing.skipped.toSorted((a, b) => compareValues(a.path, b.path)),
    warnings: emptiness === undefined ? listing.warnings : [...listing.warnings, emptiness],
    isTrusted: listing.isTrusted,
  };
}

/**
 * Returns the one real path of a root. Throws `E_SOURCE` if it is not a directory that can be read.
 */
export async function resolveRoot(root: string): Promise<string> {
  try {
    const resolved = await realpath(root);
    if (!(await stat(resolved)).isDirectory()) {
      throw new MetacacheError("E_SOURCE", `${root} is not a directory`, { remedy: "give the directory at the top of the source tree" });
    }
    await readdir(resolved);
    return resolved;
  } catch (error) {
    if (error instanceof MetacacheError) throw error;
    if (isAbsence(error)) {
      throw new MetacacheError("E_SOURCE", `there is no directory ${root}`, {
        remedy: "check the spelling of the source tree's root",
        cause: error,
      });
    }
    const remedy = "give the user who runs metacache the right to list it";
    throw new MetacacheError("E_SOURCE", `the source tree ${root} cannot be read: ${messageOf(error)}`, { remedy, cause: error });
  }
}

/** Returns the nearest directory, `root` or above, that contains a `.git`. */
export function findWorkTree(root: string): string | undefined {
  for (let directory = root; ; directory = dirname(directory)) {
    if (exists(join(directory, ".git"))) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

function exists(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    return !isAbsence(error);
  }
}
