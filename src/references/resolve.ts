import { type Candidate, candidatesOf, folderOf, nameOf } from "./candidates.ts";
import type { CitingForm } from "./normal-target.ts";

/** The questions that a resolver asks about a project. */
export interface KnownPaths {
  /** True if a file with this path exists. */
  has(path: string): boolean;
  /** True if a file exists below this folder, which has no slash at its end. */
  hasFolder(path: string): boolean;
  /** Returns how many files have this name, in any folder. */
  countNamed(name: string): number;
  /** Returns the paths of the files with this name, in order, and at most `limit` of them. */
  named(name: string, limit: number): readonly string[];
}

/** A place that names a file. */
export interface CitedTarget {
  readonly form: CitingForm;
  /** The text as it is written. */
  readonly target: string;
}

/** What a reference means. */
export type Resolution =
  /** The path of a file, or of a folder that has files. */
  | { readonly is: "found"; readonly path: string; readonly isFolder: boolean }
  /** The target names no file: it is a URL, a glob or a sentence. */
  | { readonly is: "none" }
  | ({ readonly is: "dangling" } & Dangling);

/** Why nothing was found, and what exists instead. */
export interface Dangling {
  /**
   * `outside`: the path leads out of the project. `ambiguous`: several files have the name.
   * `missing`: there is no such file.
   */
  readonly reason: "missing" | "ambiguous" | "outside";
  /** The path of the first candidate. */
  readonly wanted: string;
  /** True if the target is more than a name. */
  readonly hasSlash: boolean;
  /**
   * Where the first folder of the path exists: at the root, or else in the folder of the citing
   * file. `undefined` if it exists in neither, or the path has no folder.
   */
  readonly firstFolder: "root" | "beside" | undefined;
  /** The files with the same name, at most twenty. */
  readonly sameName: readonly string[];
}

/**
 * Returns what a reference in the file `citingPath` means, among the files that exist. Cost: one
 * look-up for each candidate.
 */
export function resolve({ form, target }: CitedTarget, citingPath: string, paths: KnownPaths): Resolution {
  return resolveCandidates(candidatesOf(form, target, citingPath), citingPath, paths);
}

/** Does the same for the candidates of one reference. */
export function resolveCandidates(candidates: readonly Candidate[], citingPath: string, paths: KnownPaths): Resolution {
  const [first] = candidates;
  if (first === undefined || first.role === "written") return { is: "none" };
  for (const candidate of candidates) {
    if (candidate.role === "outside") break;
    if (candidate.role === "named") {
      const path = paths.countNamed(candidate.path) === 1 ? paths.named(candidate.path, 1)[0] : undefined;
      if (path !== undefined) return { is: "found", path, isFolder: false };
    } else if (paths.has(candidate.path)) return { is: "found", path: candidate.path, isFolder: false };
    else if (paths.hasFolder(candidate.path)) return { is: "found", path: candidate.path, isFolder: true };
  }
  return { is: "dangling", ...danglingOf(candidates, first, citingPath, paths) };
}

const MOST_NAMED = 20;

function danglingOf(candidates: readonly Candidate[], first: Candidate, citingPath: string, paths: KnownPaths): Dangling {
  const sameName = paths.named(nameOf(first.path), MOST_NAMED);
  if (first.role === "outside") return { reason: "outside", wanted: first.path, hasSlash: true, firstFolder: undefined, sameName };
  if (first.role === "beside") {
    const reason = sameName.length > 1 ? "ambiguous" : "missing";
    return { reason, wanted: first.path, hasSlash: false, firstFolder: undefined, sameName };
  }
  return { reason: "missing", wanted: first.path, hasSlash: true, firstFolder: firstFolderOf(candidates, citingPath, paths), sameName };
}

/**
 * Returns where the first folder exists. The candidates are a path from the root, and the same path
 * from the folder of the citing file. The path from the root is the shorter one.
 */
function firstFolderOf(candidates: readonly Candidate[], citingPath: string, paths: KnownPaths): "root" | "beside" | undefined {
  const [root, beside] = candidates.map(({ path }) => path).sort((a, b) => a.length - b.length);
  if (root !== undefined && isThere(paths, topFolderOf(root, 0))) return "root";
  const start = folderOf(citingPath).length + 1;
  return beside !== undefined && isThere(paths, topFolderOf(beside, start)) ? "beside" : undefined;
}

/**
 * Returns the first folder of the path after `start`. If the rest is only a name, returns the
 * folder around it.
 */
function topFolderOf(path: string, start: number): string {
  const end = path.indexOf("/", start);
  return end < 0 ? path.slice(0, Math.max(0, start - 1)) : path.slice(0, end);
}

function isThere(paths: KnownPaths, folder: string): boolean {
  return folder === "" || paths.hasFolder(folder);
}
