import { lstat, opendir } from "node:fs/promises";
import { join } from "node:path";

import { isAbsence, messageOf } from "../../base/errors.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import type { SkippedPath } from "../run/skip-reason.ts";
import { resolveRoot } from "./source-tree.ts";

export interface UnlistedFiles {
  /** Not there any more. */
  readonly gone: readonly ProjectPath[];
  /** There, though not in the list: it is older than they are, or they belong to the tree no more. */
  readonly present: readonly ProjectPath[];
  /** The directories and files that could not be looked at: such a directory hides its files, it does not delete them (law 6). */
  readonly unreadable: readonly SkippedPath[];
}

/**
 * Looks at files that are known but were not found in the tree. git, too, passes over a directory that it cannot open with a warning
 * only. Throws `E_SOURCE` if the root itself cannot be read any more. Cost: one look at each file, and at each directory above them.
 */
export async function lookAtUnlisted(root: string, missing: Iterable<ProjectPath>): Promise<UnlistedFiles> {
  await resolveRoot(root);
  const states = new Map<string, State>();
  const gone: ProjectPath[] = [];
  const present: ProjectPath[] = [];
  const unreadable: SkippedPath[] = [];
  for (const path of missing) {
    const above = await inspectAbove(root, path, states);
    const own = above.kind === "there" ? await inspectFile(root, path) : above;
    if (own.kind === "gone") gone.push(path);
    else if (own.kind === "there") present.push(path);
    else if (own !== above) unreadable.push({ path, reason: "unreadable", detail: own.detail });
  }
  for (const [path, state] of states) {
    if (state.kind === "unreadable") unreadable.push({ path, reason: "unreadable", detail: state.detail });
  }
  return { gone, present, unreadable };
}

/** True if no file stands there now. What cannot be looked at is not gone. */
export async function isGone(root: string, path: ProjectPath): Promise<boolean> {
  return (await inspectFile(root, path)).kind === "gone";
}

type State = { readonly kind: "gone" } | { readonly kind: "there" } | { readonly kind: "unreadable"; readonly detail: string };

/** The state of the directories above a file: the first that is not there or cannot be listed decides. */
async function inspectAbove(root: string, path: ProjectPath, states: Map<string, State>): Promise<State> {
  for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) {
    const directory = path.slice(0, end);
    const state = states.get(directory) ?? (await inspectDirectory(join(root, directory)));
    states.set(directory, state);
    if (state.kind !== "there") return state;
  }
  return { kind: "there" };
}

async function inspectDirectory(absolute: string): Promise<State> {
  try {
    // A link in a directory's place is not entered: what was below it is no part of the tree any more.
    if (!(await lstat(absolute)).isDirectory()) return { kind: "gone" };
    await (await opendir(absolute)).close();
    return { kind: "there" };
  } catch (error) {
    return isAbsence(error) ? { kind: "gone" } : { kind: "unreadable", detail: messageOf(error) };
  }
}

/** A directory in a file's place is no file. */
async function inspectFile(root: string, path: ProjectPath): Promise<State> {
  try {
    return (await lstat(join(root, path))).isDirectory() ? { kind: "gone" } : { kind: "there" };
  } catch (error) {
    return isAbsence(error) ? { kind: "gone" } : { kind: "unreadable", detail: messageOf(error) };
  }
}
