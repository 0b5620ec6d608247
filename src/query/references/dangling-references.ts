import { type CitedPlace, citedPlacesOf } from "../../record/cited-places.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { hasBit } from "../../indexing/layers/ranks.ts";
import { compareValues } from "../../base/text/text-order.ts";
import { type Dangling, resolve, type Resolution } from "../../references/resolve.ts";
import type { CandidateRole } from "../../references/candidates.ts";
import type { CitingForm } from "../../references/normal-target.ts";
import { IndexPaths } from "./index-paths.ts";
import type { AnswerState, DanglingAnswer, DanglingReference } from "./references-query.ts";
import type { RecordOf } from "./references-page.ts";
import { ReferenceGraph } from "./related-files.ts";

/**
 * Every dangling reference. The index tells which files have some. Their records tell at which
 * lines. A name without a slash does not count: in comments and headers most such names are kinds
 * of files (`SKILL.md`). Cost: one or two look-ups for each reference of the project.
 */
export function danglingReferences(layers: readonly IndexLayer[], recordOf: RecordOf): Omit<DanglingAnswer, keyof AnswerState> {
  const paths = new IndexPaths(layers);
  const graph = new ReferenceGraph(layers, paths);
  let references = 0;
  let files = 0;
  const suspects: string[] = [];
  for (const { layer, rank } of citingFiles(layers)) {
    const path = layer.pathAt(rank);
    let own = 0;
    let dangles = false;
    for (const { term, resolution } of graph.resolvedAt(layer, rank, path)) {
      own++;
      dangles ||= danglingOf(term.form, term.role, resolution) !== undefined;
    }
    references += own;
    if (own > 0) files++;
    if (dangles) suspects.push(path);
  }
  suspects.sort(compareValues);
  const items = suspects.flatMap((path) => danglingIn(path, recordOf, paths));
  return { items, total: items.length, checked: { references, files } };
}

/** The records that have references. The terms tell which, without reading other records. */
function* citingFiles(layers: readonly IndexLayer[]): Generator<{ readonly layer: IndexLayer; readonly rank: number }, void, undefined> {
  for (const layer of layers) {
    for (let rank = 0; rank < layer.ranks; rank++) {
      if (layer.masked !== undefined && hasBit(layer.masked, rank)) continue;
      if (layer.hasReferences(rank)) yield { layer, rank };
    }
  }
}

function danglingIn(path: string, recordOf: RecordOf, paths: IndexPaths): DanglingReference[] {
  const record = recordOf(path);
  if (record === undefined) return [];
  return citedPlacesOf(record).flatMap((place: CitedPlace): DanglingReference[] => {
    const resolution = resolve(place, path, paths);
    const dangling = resolution.is === "dangling" ? danglingOf(place.form, resolution.hasSlash ? "only" : "beside", resolution) : undefined;
    return dangling === undefined ? [] : [{ path, ...place, ...dangling }];
  });
}

function danglingOf(form: CitingForm, role: CandidateRole, resolution: Resolution): Dangling | undefined {
  if (resolution.is !== "dangling" || (role === "beside" && form !== "link")) return undefined;
  const { reason, wanted, hasSlash, firstFolder, sameName } = resolution;
  return { reason, wanted, hasSlash, firstFolder, sameName };
}
