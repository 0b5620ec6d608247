import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { hasBit, Ranks } from "../../indexing/layers/ranks.ts";
import { betterThan, candidatesOf, folderOf, nameOf } from "../../references/candidates.ts";
import type { CitingForm } from "../../references/normal-target.ts";
import { besideTerms, isFirstRole, parseReferenceTerm, REFERENCE_ENDINGS, type ReferenceTerm } from "../../references/reference-terms.ts";
import { resolve } from "../../references/resolve.ts";
import type { IndexPaths } from "./index-paths.ts";

/**
 * What a question about references asks for: the path of a file or folder, which may be absent, or
 * the text of references that name no file.
 */
export interface Sought {
  readonly path: string;
  readonly exists: boolean;
  readonly isFolder: boolean;
  /** True if the path is the written text of references that name no file. */
  readonly isWritten: boolean;
}

/**
 * Finds out what a text means that somebody types at the root of the project: an exact path, a
 * reference to a path in any spelling, or the written text of references that name no file.
 */
export function soughtOf(text: string, paths: IndexPaths): Sought {
  if (paths.has(text)) return { path: text, exists: true, isFolder: false, isWritten: false };
  const resolution = resolve({ form: "link", target: text }, "", paths);
  switch (resolution.is) {
    case "found":
      return { path: resolution.path, exists: true, isFolder: resolution.isFolder, isWritten: false };
    case "dangling":
      return { path: resolution.wanted, exists: false, isFolder: false, isWritten: resolution.reason === "outside" };
    default:
      return { path: candidatesOf("link", text, "")[0]?.path ?? text, exists: false, isFolder: false, isWritten: true };
  }
}

/** The file or folder with exactly this path. */
export function soughtPath(path: string, paths: IndexPaths): Sought {
  const isFile = paths.has(path);
  const isFolder = !isFile && paths.hasFolder(path);
  return { path, exists: isFile || isFolder, isFolder, isWritten: false };
}

/**
 * The files of one layer that refer to the sought path, by the form of the reference. Masked ranks
 * may be among them.
 */
export interface CitingRanks {
  readonly form: CitingForm;
  readonly ranks: Ranks;
}

/**
 * The files of one layer that refer to the sought path. The path does not need to exist. A
 * reference means its first candidate that exists. So if the sought path is a later candidate of a
 * reference, each earlier candidate is checked. Cost: two searches, and one more search for each
 * later candidate.
 */
export function citingRanks(layer: IndexLayer, sought: Sought, paths: IndexPaths): CitingRanks[] {
  const found: CitingRanks[] = [];
  for (const { term, ranks } of layer.termsWithEndings("referenceDoc", sought.path, REFERENCE_ENDINGS)) {
    const parsed = parseReferenceTerm(term);
    if (parsed.role === "named" || parsed.role === "outside" || (parsed.role === "written") !== sought.isWritten) continue;
    if (isFirstRole(parsed.role)) found.push({ form: parsed.form, ranks });
    else addHolding(layer, parsed, ranks, paths, found);
  }
  if (sought.isWritten) return found;
  addBeside(layer, sought.path, paths, found);
  if (sought.isFolder) return found;
  const name = nameOf(sought.path);
  const byName = layer.termsWithEndings("referenceDoc", name, NAMED_ENDINGS);
  if (byName.length === 0 || paths.countNamed(name) !== (sought.exists ? 1 : 0)) return found;
  for (const { term, ranks } of byName) {
    const parsed = parseReferenceTerm(term);
    if (parsed.role === "named") addHolding(layer, parsed, ranks, paths, found);
  }
  return found;
}

const NAMED_ENDINGS = REFERENCE_ENDINGS.filter((ending) => parseReferenceTerm(ending).role === "named");

/**
 * Adds comments and headers that mean the path relative to their own folder, because no such path
 * exists from the root.
 */
function addBeside(layer: IndexLayer, sought: string, paths: IndexPaths, found: CitingRanks[]): void {
  const { masked } = layer;
  for (const { folder, path } of besideTerms(sought)) {
    for (const { term, ranks } of layer.termsWithEndings("referenceDoc", path, REFERENCE_ENDINGS)) {
      const { role, form } = parseReferenceTerm(term);
      if (role !== "first" || form === "link" || paths.exists(path)) continue;
      const from = layer.lowerBound(`${folder}/`);
      // The character "0" comes right after "/".
      const to = layer.lowerBound(`${folder}0`);
      const own: number[] = [];
      ranks.forEach((rank) => {
        if (rank < from || rank >= to || (masked !== undefined && hasBit(masked, rank))) return;
        if (folderOf(layer.pathAt(rank)) === folder) own.push(rank);
      });
      if (own.length > 0) found.push({ form, ranks: Ranks.ofList(own) });
    }
  }
}

/** Adds the ranks whose reference has no better candidate that exists. */
function addHolding(layer: IndexLayer, term: ReferenceTerm, ranks: Ranks, paths: IndexPaths, found: CitingRanks[]): void {
  const { masked } = layer;
  const holding: number[] = [];
  ranks.forEach((rank) => {
    if (masked !== undefined && hasBit(masked, rank)) return;
    const better = betterThan(term, folderOf(layer.pathAt(rank)));
    if (!better.some((path) => paths.exists(path))) holding.push(rank);
  });
  if (holding.length > 0) found.push({ form: term.form, ranks: Ranks.ofList(holding) });
}
