import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../base/errors.ts";
import type { ProjectPath } from "../model/project-path.ts";
import { isAbsence } from "./file-errors.ts";
import type { SkippedPath } from "./skip-reason.ts";
import { resolveRoot } from "./source-tree.ts";

/**
 * Of files that are known but were not found in the tree: which are gone, and the directories that could not be
 * listed. Such a directory hides its files, it does not delete them (law 6); git, too, passes over it with a warning
 * only. Throws `E_SOURCE` where the root itself cannot be read any more. Cost: one look at each directory above them.
 */
export async function findVanished(root: string, missing: Iterable<ProjectPath>): Promise<VanishedFiles> {
  await resolveRoot(root);
  const states = new Map<string, DirectoryState>();
  const gone: ProjectPath[] = [];
  for (const path of missing) {
    if (!(await isHidden(root, path, states))) gone.push(path);
  }
  const unreadable: SkippedPath[] = [];
  for (const [path, state] of states) {
    if (state.kind === "unreadable") unreadable.push({ path, reason: "unreadable", detail: state.detail });
  }
  return { gone, unreadable };
}

export interface VanishedFiles {
  readonly gone: readonly ProjectPath[];
  readonly unreadable: readonly SkippedPath[];
}

type DirectoryState = { readonly kind: "gone" | "listable" } | { readonly kind: "unreadable"; readonly detail: string };

async function isHidden(root: string, path: ProjectPath, states: Map<string, DirectoryState>): Promise<boolean> {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const directory = path.slice(0, end);
    const state = states.get(directory) ?? (await inspectDirectory(join(root, directory)));
    states.set(directory, state);
    if (state.kind !== "listable") return state.kind === "unreadable";
  }
  return false;
}

async function inspectDirectory(absolute: string): Promise<DirectoryState> {
  try {
    // A link in a directory's place is not entered: what was below it is no part of the tree any more.
    if (!(await lstat(absolute)).isDirectory()) return { kind: "gone" };
    await (await opendir(absolute)).close();
    return { kind: "listable" };
  } catch (error) {
    return isAbsence(error) ? { kind: "gone" } : { kind: "unreadable", detail: messageOf(error) };
  }
}
