import { compareValues } from "../../base/text/text-order.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { hasBit } from "../../indexing/layers/ranks.ts";
import { CITING_FORMS, type CitingForm } from "../../references/normal-target.ts";
import { folderOf, worseThan } from "../../references/candidates.ts";
import { isFirstRole, parseReferenceTerm, type ReferenceTerm } from "../../references/reference-terms.ts";
import { type Resolution, resolveCandidates } from "../../references/resolve.ts";
import { citingRanks, type Sought } from "./citing-files.ts";
import type { IndexPaths } from "./index-paths.ts";
import type { ReferenceDirection, RelatedFile } from "./references-query.ts";

/**
 * The files and folders that are one step away from a file, each with the forms of the references
 * as bits (`formsOf`).
 */
export type Neighbours = ReadonlyMap<string, number>;

/** The graph of references, read from the index alone. Valid until the next write to the index. */
export class ReferenceGraph {
  readonly paths: IndexPaths;
  readonly #layers: readonly IndexLayer[];

  constructor(layers: readonly IndexLayer[], paths: IndexPaths) {
    this.#layers = layers;
    this.paths = paths;
  }

  /** The files that refer to the sought path. */
  citing(sought: Sought, forms: number): Neighbours | undefined {
    let found: Map<string, number> | undefined;
    for (const layer of this.#layers) {
      const { masked } = layer;
      for (const { form, ranks } of citingRanks(layer, sought, this.paths)) {
        const bit = BIT_OF[form];
        if ((bit & forms) === 0) continue;
        const own = (found ??= new Map<string, number>());
        ranks.forEach((rank) => {
          if (masked !== undefined && hasBit(masked, rank)) return;
          const path = layer.pathAt(rank);
          own.set(path, (own.get(path) ?? 0) | bit);
        });
      }
    }
    return found;
  }

  /** The files and folders that a file refers to. Calls `onFolder` for each folder. */
  cited(path: string, forms: number, onFolder: (path: string) => void): Neighbours {
    const found = new Map<string, number>();
    for (const { term, resolution } of this.resolved(path)) {
      const bit = BIT_OF[term.form];
      if (resolution.is !== "found" || (bit & forms) === 0) continue;
      if (resolution.isFolder) onFolder(resolution.path);
      found.set(resolution.path, (found.get(resolution.path) ?? 0) | bit);
    }
    return found;
  }

  /**
   * Each reference of a file that names a file, by its first candidate, with its resolution. The
   * same target and form comes once.
   */
  *resolved(path: string): Generator<{ readonly term: ReferenceTerm; readonly resolution: Resolution }, void, undefined> {
    for (const layer of this.#layers) {
      const rank = layer.find(path);
      if (rank >= 0) yield* this.resolvedAt(layer, rank, path);
    }
  }

  *resolvedAt(
    layer: IndexLayer,
    rank: number,
    path: string,
  ): Generator<{ readonly term: ReferenceTerm; readonly resolution: Resolution }, void, undefined> {
    const folder = folderOf(path);
    for (const text of layer.referenceTermsAt(rank)) {
      const term = parseReferenceTerm(text);
      if (!isFirstRole(term.role) || term.role === "written") continue;
      yield { term, resolution: resolveCandidates([term, ...worseThan(term, term.form, folder)], path, this.paths) };
    }
  }
}

export interface Walk {
  readonly start: Sought;
  readonly direction: ReferenceDirection;
  readonly depth: number;
  /** Bits: see `formBits`. */
  readonly forms: number;
  /** Returns true for each file that counts, of the files that refer to the start. */
  readonly keepsFirst?: ((path: string) => boolean) | undefined;
}

/** A file that the search reached, and the file from which it was reached. */
export interface Met {
  readonly path: string;
  readonly depth: number;
  /** `undefined` for the start. */
  readonly from: Met | undefined;
  /** The forms of the references of the last step, as bits. */
  readonly forms: number;
  readonly isFolder: boolean;
}

/**
 * All files that the search reaches, the nearest first, then by path. The search is breadth first,
 * so each file comes once, on a shortest way. The start itself is among them only if it refers to
 * itself. Cost: the searches of one step for each file that is reached before the last step.
 */
export function relatedFiles(graph: ReferenceGraph, { start, direction, depth, forms, keepsFirst }: Walk): readonly Met[] {
  const met: Met[] = [];
  const seen = new Set<string>();
  let level: readonly Met[] = [{ path: start.path, depth: 0, from: undefined, forms: 0, isFolder: start.isFolder }];
  for (let step = 1; step <= depth && level.length > 0; step++) {
    const next: Met[] = [];
    const folders = new Set<string>();
    for (const from of level) {
      const neighbours = neighboursOf(graph, from, start, direction, forms, folders);
      neighbours?.forEach((bits, path) => {
        if (seen.has(path) || (step > 1 && path === start.path)) return;
        if (step === 1 && keepsFirst?.(path) === false) return;
        seen.add(path);
        next.push({ path, depth: step, from, forms: bits, isFolder: folders.has(path) });
      });
    }
    next.sort((a, b) => compareValues(a.path, b.path));
    for (const each of next) met.push(each);
    level = step === 1 ? next.filter(({ path }) => path !== start.path) : next;
  }
  return met;
}

function neighboursOf(
  graph: ReferenceGraph,
  { path, depth, isFolder }: Met,
  start: Sought,
  direction: ReferenceDirection,
  forms: number,
  folders: Set<string>,
): Neighbours | undefined {
  // With direction "in", only files are reached, never folders.
  if (direction === "in") return graph.citing(depth === 0 ? start : { path, exists: true, isFolder: false, isWritten: false }, forms);
  return isFolder || (depth === 0 && !start.exists) ? undefined : graph.cited(path, forms, (folder) => folders.add(folder));
}

export function relatedFileOf(met: Met): RelatedFile {
  const way: string[] = [];
  for (let each: Met | undefined = met; each !== undefined; each = each.from) way.push(each.path);
  const { path, depth, forms, isFolder } = met;
  return { path, ...(isFolder && { isFolder: true as const }), depth, way: way.reverse(), forms: formsOf(forms) };
}

const BIT_OF: Readonly<Record<CitingForm, number>> = { header: 1, comment: 2, link: 4 };
export const ALL_FORMS = 7;

export function formBits(forms: readonly CitingForm[]): number {
  return forms.reduce((bits, form) => bits | BIT_OF[form], 0);
}

const FORMS_OF_BITS: readonly (readonly CitingForm[])[] = Array.from({ length: ALL_FORMS + 1 }, (_, bits) =>
  Object.freeze(CITING_FORMS.filter((form) => (bits & BIT_OF[form]) !== 0)),
);

function formsOf(bits: number): readonly CitingForm[] {
  return FORMS_OF_BITS[bits] ?? [];
}
