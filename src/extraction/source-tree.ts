import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import { MetacacheError, messageOf } from "../base/errors.ts";
import { comparePaths } from "../model/project-path.ts";
import { isAbsence } from "./file-errors.ts";
import { listWithGit } from "./git-source-tree.ts";
import { listWithIgnoreRules } from "./ignore-source-tree.ts";
import type { TreeListing } from "./tree-listing.ts";

/** A listing with its paths in the order of `comparePaths`, each once. */
export interface SourceTree extends TreeListing {
  readonly method: "git" | "walk";
}

/**
 * Lists what belongs to the tree at `root`: what git tracks or would offer to track. Inside a git work tree git
 * itself is asked; elsewhere, or where git does not answer, the same rules are applied here (then without the
 * user's global excludes, and without files that are tracked although a rule ignores them).
 *
 * `root` must have passed `resolveRoot`. An abort rejects with the signal's reason. Cost: one git process, or one
 * `readdir` per directory.
 */
export async function listSourceTree(root: string, signal?: AbortSignal): Promise<SourceTree> {
  const workTree = await findWorkTree(root);
  if (workTree === undefined) return { method: "walk", ...normalized(await listWithIgnoreRules(root, root, signal)) };
  const answer = await listWithGit(root, workTree !== root, signal);
  if (answer.kind === "listed") return { method: "git", ...normalized(answer.listing) };
  // A root that the repository around it ignores is a project of its own, whose files that repository says nothing of.
  const rulesFrom = answer.kind === "ignored" ? root : workTree;
  const listing = await listWithIgnoreRules(root, rulesFrom, signal);
  return { method: "walk", ...normalized({ ...listing, warnings: [answer.warning, ...listing.warnings] }) };
}

/** The one real path of a root. Throws `E_SOURCE` where it is no directory that can be read. */
export async function resolveRoot(root: string): Promise<string> {
  try {
    const resolved = await realpath(root);
    if (!(await stat(resolved)).isDirectory()) {
      throw new MetacacheError("E_SOURCE", `${root} is not a directory: give the directory at the top of the source tree`);
    }
    await readdir(resolved);
    return resolved;
  } catch (error) {
    if (error instanceof MetacacheError) throw error;
    if (isAbsence(error)) {
      throw new MetacacheError("E_SOURCE", `there is no directory ${root}: check the spelling of the source tree's root`, { cause: error });
    }
    const what = `the source tree ${root} cannot be read: ${messageOf(error)}`;
    throw new MetacacheError("E_SOURCE", `${what}; give the user who runs metacache the right to list it`, { cause: error });
  }
}

/** The nearest directory, `root` or above, that holds a `.git`. */
async function findWorkTree(root: string): Promise<string | undefined> {
  for (let directory = root; ; directory = dirname(directory)) {
    if (await exists(join(directory, ".git"))) return directory;
    if (directory === dirname(directory)) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

function normalized(listing: TreeListing): TreeListing {
  return {
    paths: [...new Set(listing.paths)].sort(comparePaths),
    skipped: listing.skipped.toSorted((a, b) => comparePaths(a.path, b.path)),
    warnings: listing.warnings,
  };
}
