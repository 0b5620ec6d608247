import { type Candidate, candidatesOf, folderOf, nameOf } from "./candidates.ts";
import type { CitingForm } from "./normal-target.ts";

/** What a resolver asks of a project. */
export interface KnownPaths {
  /** Whether there is a file of this path. */
  has(path: string): boolean;
  /** Whether there is a file below this folder, which has no slash at its end. */
  hasFolder(path: string): boolean;
  /** How many files have this name, in whatever folder. */
  countNamed(name: string): number;
  /** The paths of the files with this name, in order; at most `limit` of them. */
  named(name: string, limit: number): readonly string[];
}

/** A place that names a file. */
export interface CitedTarget {
  readonly form: CitingForm;
  /** As it is written. */
  readonly target: string;
}

/** What a reference means. */
export type Resolution =
  /** The path of a file, or of a folder that has files. */
  | { readonly is: "found"; readonly path: string; readonly isFolder: boolean }
  /** It names no file: a URL, a glob, a sentence. */
  | { readonly is: "none" }
  | ({ readonly is: "dangling" } & Dangling);

/** Why nothing was found, and what there is instead. */
export interface Dangling {
  /**
   * `outside`: it leads out of the project. `ambiguous`: several files have the name. `missing`:
   * there is no such file.
   */
  readonly reason: "missing" | "ambiguous" | "outside";
  /** The path that it would mean first. */
  readonly wanted: string;
  /** Whether it is more than a name. */
  readonly hasSlash: boolean;
  /**
   * Whether its first folder exists: at the root, or else beside the citing file. `undefined` if
   * neither does, or there is none.
   */
  readonly firstFolder: "root" | "beside" | undefined;
  /** The files of the same name, at most twenty. */
  readonly sameName: readonly string[];
}

/**
 * What a reference in the file `citingPath` means, of what exists. Cost: a look-up for each
 * candidate.
 */
export function resolve({ form, target }: CitedTarget, citingPath: string, paths: KnownPaths): Resolution {
  return resolveCandidates(candidatesOf(form, target, citingPath), citingPath, paths);
}

/** The same for the candidates of one reference. */
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
 * Of a path from the root and the same path from the folder of the citing file, the first is the
 * shorter one.
 */
function firstFolderOf(candidates: readonly Candidate[], citingPath: string, paths: KnownPaths): "root" | "beside" | undefined {
  const [root, beside] = candidates.map(({ path }) => path).sort((a, b) => a.length - b.length);
  if (root !== undefined && isThere(paths, topFolderOf(root, 0))) return "root";
  const start = folderOf(citingPath).length + 1;
  return beside !== undefined && isThere(paths, topFolderOf(beside, start)) ? "beside" : undefined;
}

/** The first folder of what stands after `start`; what it stands in if that is a name alone. */
function topFolderOf(path: string, start: number): string {
  const end = path.indexOf("/", start);
  return end < 0 ? path.slice(0, Math.max(0, start - 1)) : path.slice(0, end);
}

function isThere(paths: KnownPaths, folder: string): boolean {
  return folder === "" || paths.hasFolder(folder);
}
