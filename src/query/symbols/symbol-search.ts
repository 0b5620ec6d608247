import { assert } from "../../base/assert.ts";
import { successorOf } from "../../base/text/text-order.ts";
import { Image } from "../../indexing/image/image.ts";
import type { IndexLayer } from "../../indexing/layers/layer.ts";
import { PathReader } from "../../indexing/layers/path-reader.ts";
import { hasBit } from "../../indexing/layers/ranks.ts";
import { RecentRecords } from "../../indexing/layers/recent-records.ts";
import { resolveCriterion } from "../criterion.ts";
import { type LayerMatches, matchesOfImage, matchesOfRecent } from "./layer-matches.ts";
import type { PreparedSymbolQuery } from "./prepared-symbol-query.ts";

/** The matches of one layer, and which of its ranks count. */
export interface AcceptedMatches {
  readonly layer: IndexLayer;
  readonly matches: LayerMatches;
  readonly accepts: (rank: number) => boolean;
}

/**
 * One search for symbols. The images are searched first, in steps. Their matches stay right if
 * records change meanwhile, because changed records are masked there. Which matches count, and the
 * matches among the records that changed last, are found at once, so the whole answer is of one
 * revision.
 */
export class SymbolSearch {
  readonly query: PreparedSymbolQuery;
  readonly #found = new WeakMap<object, LayerMatches>();

  constructor(query: PreparedSymbolQuery) {
    this.query = query;
  }

  /** Returns true if the images of these layers have been searched. */
  hasSearched(layers: readonly IndexLayer[]): boolean {
    return layers.every(({ image }) => !(image instanceof Image) || this.#found.has(image));
  }

  /**
   * Searches the images of these layers that have not been searched yet, in steps of about a
   * millisecond.
   */
  *searchImages(layers: readonly IndexLayer[]): Generator<void, void, undefined> {
    for (const { image } of layers) {
      if (image instanceof Image && !this.#found.has(image)) this.#found.set(image, yield* matchesOfImage(image, this.query));
    }
  }

  /**
   * The matches of the layers as they are now. Precondition, asserted: `hasSearched`. Valid until
   * the next write to the index.
   */
  accepted(layers: readonly IndexLayer[]): readonly AcceptedMatches[] {
    return layers.flatMap((layer) => {
      const accepts = acceptorOf(layer, this.query);
      if (accepts === undefined) return [];
      return [{ layer, accepts, matches: this.#matchesOf(layer) }];
    });
  }

  #matchesOf(layer: IndexLayer): LayerMatches {
    if (layer instanceof RecentRecords) return matchesOfRecent(layer, this.query);
    const found = layer.image === undefined ? undefined : this.#found.get(layer.image);
    assert(found !== undefined, "images are searched before an answer is made of them");
    return found;
  }
}

/** Which records count, whatever symbols they have. Returns `undefined` if no record counts. */
function acceptorOf(layer: IndexLayer, { language, prefix, pattern }: PreparedSymbolQuery): ((rank: number) => boolean) | undefined {
  const criterion = language === undefined ? undefined : resolveCriterion(layer, language, [layer]);
  if (language !== undefined && criterion === undefined) return undefined;
  const after = prefix === "" ? undefined : successorOf(prefix);
  const from = prefix === "" ? 0 : layer.lowerBound(prefix);
  const to = after === undefined ? layer.ranks : layer.lowerBound(after);
  if (from >= to) return undefined;
  const { masked } = layer;
  const paths = pattern === undefined ? undefined : new PathReader(layer);
  /** The results of the pattern by rank, because each path is tested several times. */
  const tested = pattern === undefined ? undefined : new Uint8Array(layer.ranks);
  return (rank) => {
    if (rank < from || rank >= to) return false;
    if (masked !== undefined && hasBit(masked, rank)) return false;
    if (criterion !== undefined && !criterion.ranks.has(rank)) return false;
    if (pattern === undefined || paths === undefined || tested === undefined) return true;
    if (tested[rank] === 0) tested[rank] = pattern.test(paths.at(rank)) ? 1 : 2;
    return tested[rank] === 1;
  };
}
