import type { IndexLayer } from "../../indexing/layer.ts";
import { hasBit, Ranks } from "../../indexing/ranks.ts";
import { betterThan, candidatesOf, folderOf, nameOf } from "../../references/candidates.ts";
import type { CitingForm } from "../../references/normal-target.ts";
import { besideTerms, isFirstRole, parseReferenceTerm, REFERENCE_ENDINGS, type ReferenceTerm } from "../../references/reference-terms.ts";
import { resolve } from "../../references/resolve.ts";
import type { IndexPaths } from "./index-paths.ts";

/** What is asked for: a path of a file or a folder, existing or not, or what is written in references that name no file. */
export interface Sought {
  readonly path: string;
  readonly exists: boolean;
  readonly isFolder: boolean;
  /** Whether the path is what is written, which names no file. */
  readonly isWritten: boolean;
}

/** What somebody means who types this at the root of the project: an exact path, a reference to it in any spelling, or what is written in references that name no file. */
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

/** The file or folder of this very path. */
export function soughtPath(path: string, paths: IndexPaths): Sought {
  const isFile = paths.has(path);
  const isFolder = !isFile && paths.hasFolder(path);
  return { path, exists: isFile || isFolder, isFolder, isWritten: false };
}

/** Files of one layer that refer to what is sought, by the form of the reference: masked ones may be among them. */
export interface CitingRanks {
  readonly form: CitingForm;
  readonly ranks: Ranks;
}

/**
 * Who refers to what is sought, of one layer. What does not exist is asked for as if it did. A reference whose preferred candidate exists means that, and not this one: so of
 * candidates that are second choices each is looked at. Cost: two searches, and for each second choice the search for a path.
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

/** Comments and headers that mean the path from their own folder, since it does not exist from the root. */
function addBeside(layer: IndexLayer, sought: string, paths: IndexPaths, found: CitingRanks[]): void {
  const { masked } = layer;
  for (const { folder, path } of besideTerms(sought)) {
    for (const { term, ranks } of layer.termsWithEndings("referenceDoc", path, REFERENCE_ENDINGS)) {
      const { role, form } = parseReferenceTerm(term);
      if (role !== "first" || form === "link" || paths.exists(path)) continue;
      const from = layer.lowerBound(`${folder}/`);
      // "0" comes right after "/".
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

/** Those whose reference has no better candidate that exists. */
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
