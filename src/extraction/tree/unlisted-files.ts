import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

import { isAbsence, messageOf } from "../../base/errors.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "../run/skip-reason.ts";
import { resolveRoot } from "./source-tree.ts";

export interface UnlistedFiles {
  /** Files that do not exist any more. */
  readonly gone: readonly ProjectPath[];
  /**
   * Files that exist but are not in the list. The list is older than they are, or they do not
   * belong to the tree any more.
   */
  readonly present: readonly ProjectPath[];
  /**
   * The directories and files that could not be looked at. Such a directory hides its files, but
   * its files are not deleted (law 6).
   */
  readonly unreadable: readonly SkippedPath[];
}

/**
 * Looks at files that are known but were not found in the tree. This is needed because git skips a
 * directory that it cannot open, with only a warning. Throws `E_SOURCE` if the root itself cannot
 * be read any more. Cost: one look at each file, and one at each directory above them.
 */
export async function lookAtUnlisted(root: string, missing: Iterable<ProjectPath>): Promise<UnlistedFiles> {
  await resolveRoot(root);
  const presences = new Map<string, Presence>();
  const gone: ProjectPath[] = [];
  const present: ProjectPath[] = [];
  const unreadable: SkippedPath[] = [];
  for (const path of missing) {
    const above = await inspectAbove(root, path, presences);
    const own = above.kind === "there" ? await inspectFile(root, path) : above;
    if (own.kind === "gone") gone.push(path);
    else if (own.kind === "there") present.push(path);
    else if (own !== above) unreadable.push({ path, reason: "unreadable", detail: own.detail });
  }
  for (const [path, presence] of presences) {
    if (presence.kind === "unreadable") unreadable.push({ path, reason: "unreadable", detail: presence.detail });
  }
  return { gone, present, unreadable };
}

/**
 * Returns true if there is no file at this path now. A file that cannot be looked at is not gone.
 */
export async function isGone(root: string, path: ProjectPath): Promise<boolean> {
  return (await inspectFile(root, path)).kind === "gone";
}

type Presence = { readonly kind: "gone" } | { readonly kind: "there" } | { readonly kind: "unreadable"; readonly detail: string };

/**
 * Returns the presence of the directories above a file. The first directory that is missing or
 * cannot be listed decides.
 */
async function inspectAbove(root: string, path: ProjectPath, presences: Map<string, Presence>): Promise<Presence> {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const directory = path.slice(0, end);
    const presence = presences.get(directory) ?? (await inspectDirectory(join(root, directory)));
    presences.set(directory, presence);
    if (presence.kind !== "there") return presence;
  }
  return { kind: "there" };
}

async function inspectDirectory(absolute: string): Promise<Presence> {
  try {
    // If a symbolic link has replaced a directory, this does not follow it: the files below do not
    // belong to the tree any more.
    if (!(await lstat(absolute)).isDirectory()) return { kind: "gone" };
    await (await opendir(absolute)).close();
    return { kind: "there" };
  } catch (error) {
    return isAbsence(error) ? { kind: "gone" } : { kind: "unreadable", detail: messageOf(error) };
  }
}

/** A directory with the name of a file is not a file. */
async function inspectFile(root: string, path: ProjectPath): Promise<Presence> {
  try {
    return (await lstat(join(root, path))).isDirectory() ? { kind: "gone" } : { kind: "there" };
  } catch (error) {
    return isAbsence(error) ? { kind: "gone" } : { kind: "unreadable", detail: messageOf(error) };
  }
}
