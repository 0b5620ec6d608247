import type { FileMetadata } from "../../record/file-metadata.ts";
import { type CitedPlace, citedPlacesOf } from "../../record/cited-places.ts";
import { isSameSection } from "../../references/normal-target.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { encodeCursor } from "../cursor.ts";
import { means } from "./cited-means.ts";
import { type Sought, soughtOf, soughtPath } from "./citing-files.ts";
import { IndexPaths } from "./index-paths.ts";
import type { PreparedReferences } from "./prepared-references.ts";
import type { AnswerState, ReferencesAnswer, RelatedFile } from "./references-query.ts";
import { formBits, type Met, ReferenceGraph, relatedFileOf, relatedFiles } from "./related-files.ts";

/**
 * Returns a file's record, or `undefined` if it is not in memory. The caller then loads the record
 * and makes the answer again.
 */
export type RecordOf = (path: string) => FileMetadata | undefined;

/**
 * The answer to a question about references, without the state of the cache. The answer is right if
 * `recordOf` returned every record that it was asked for.
 */
export function referencesPage(
  layers: readonly IndexLayer[],
  prepared: PreparedReferences,
  recordOf: RecordOf,
): Omit<ReferencesAnswer, keyof AnswerState> {
  const { target, isPath, direction, depth, forms, limit = Infinity, after, queryHash } = prepared;
  const paths = new IndexPaths(layers);
  const start = isPath ? soughtPath(target, paths) : soughtOf(target, paths);
  // The part after a `#` may belong to a file name.
  const section = start.path === target ? undefined : prepared.section;
  const isCited = (place: CitedPlace): boolean => (formBits([place.form]) & forms) !== 0;
  const inSection = (place: CitedPlace): boolean =>
    section === undefined || (place.section !== undefined && isSameSection(place.section, section));
  const keepsFirst =
    section === undefined || direction === "out"
      ? undefined
      : (citing: string) => placesOf(recordOf(citing), citing, start, paths).some((place) => isCited(place) && inSection(place));
  const all = relatedFiles(new ReferenceGraph(layers, paths), { start, direction, depth, forms, keepsFirst });
  const first = after === undefined ? 0 : all.findIndex((item) => isAfter(item, after.value as number, after.path));
  const page = first < 0 ? [] : all.slice(first, first + limit).map(relatedFileOf);
  const last = first >= 0 && first + page.length < all.length ? page.at(-1) : undefined;
  const withPlaces = (item: RelatedFile): RelatedFile => {
    const [citing, cited] = direction === "in" ? [item.path, item.way.at(-2)] : [item.way.at(-2), item.path];
    const sought = item.depth === 1 && direction === "in" ? start : soughtPath(cited ?? "", paths);
    const found = placesOf(recordOf(citing ?? ""), citing ?? "", sought, paths).filter(isCited);
    return { ...item, places: direction === "in" && item.depth === 1 ? found.filter(inSection) : found };
  };
  return {
    target: start.path,
    exists: start.exists,
    ...(section !== undefined && { section }),
    items: prepared.places ? page.map(withPlaces) : page,
    total: all.length,
    ...(last !== undefined && { nextCursor: encodeCursor(queryHash, { value: last.depth, path: last.path }) }),
  };
}

function isAfter(item: Met, depth: number, path: string): boolean {
  return item.depth === depth ? item.path > path : item.depth > depth;
}

function placesOf(record: FileMetadata | undefined, citing: string, sought: Sought, paths: IndexPaths): readonly CitedPlace[] {
  return record === undefined ? [] : citedPlacesOf(record).filter((place) => means(place, citing, sought, paths));
}
