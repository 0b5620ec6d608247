import type { IndexLayer } from "../../indexing/layers/layer.ts";
import type { Ranks } from "../../indexing/layers/ranks.ts";
import { isFirstRole, parseReferenceTerm } from "../../references/reference-terms.ts";
import { citingRanks, soughtOf } from "./citing-files.ts";
import { IndexPaths } from "./index-paths.ts";

/**
 * The ranks of a layer that refer to one of these documents, in any spelling, or whose references
 * first try a path with one of these prefixes. Returns one set of ranks for each term of the index.
 * `layers` must be all layers: the meaning of a reference depends on which files exist.
 */
export function referringRanks(
  layer: IndexLayer,
  layers: readonly IndexLayer[],
  documents: readonly string[],
  prefixes: readonly string[],
): Ranks[] {
  const found: Ranks[] = [];
  if (documents.length > 0) {
    const paths = new IndexPaths(layers);
    for (const document of documents) for (const { ranks } of citingRanks(layer, soughtOf(document, paths), paths)) found.push(ranks);
  }
  for (const prefix of prefixes) {
    for (const { term, ranks } of layer.termsWithPrefix("referenceDoc", normalPrefix(prefix))) {
      const { role, path } = parseReferenceTerm(term);
      if (isFirstRole(role) && role !== "outside" && path.length >= normalPrefix(prefix).length) found.push(ranks);
    }
  }
  return found;
}

function normalPrefix(prefix: string): string {
  return prefix.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
}
