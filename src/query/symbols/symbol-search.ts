import { assert } from "../../base/assert.ts";
import { successorOf } from "../../base/text-order.ts";
import { Image } from "../../indexing/image/image.ts";
import type { IndexLayer } from "../../indexing/layer.ts";
import { PathReader } from "../../indexing/path-reader.ts";
import { hasBit } from "../../indexing/ranks.ts";
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
 * One search for symbols. What images have of what is asked for is found first, in steps: it stays right whatever changes meanwhile, since that is masked there.
 * What counts of it, and what changed last, is looked at in one go, and so of one revision.
 */
export class SymbolSearch {
  readonly query: PreparedSymbolQuery;
  readonly #found = new WeakMap<object, LayerMatches>();

  constructor(query: PreparedSymbolQuery) {
    this.query = query;
  }

  /** Whether the images of these layers were looked through. */
  hasSearched(layers: readonly IndexLayer[]): boolean {
    return layers.every(({ image }) => !(image instanceof Image) || this.#found.has(image));
  }

  /** Looks through the images of these layers that were not looked through yet, in steps of about a millisecond. */
  *searchImages(layers: readonly IndexLayer[]): Generator<void, void, undefined> {
    for (const { image } of layers) {
      if (image instanceof Image && !this.#found.has(image)) this.#found.set(image, yield* matchesOfImage(image, this.query));
    }
  }

  /** Of layers as they are now. Precondition, asserted: `hasSearched`. Valid until the index's next write. */
  accepted(layers: readonly IndexLayer[]): readonly AcceptedMatches[] {
    return layers.flatMap((layer) => {
      const accepts = acceptorOf(layer, this.query);
      if (accepts === undefined) return [];
      return [{ layer, accepts, matches: this.#matchesOf(layer) }];
    });
  }

  #matchesOf(layer: IndexLayer): LayerMatches {
    const { image } = layer;
    // What changed last is little, also if it is frozen.
    if (!(image instanceof Image)) return matchesOfRecent(layer, this.query);
    const found = this.#found.get(image);
    assert(found !== undefined, "images are looked through before an answer is made of them");
    return found;
  }
}

/** Which records count, whatever symbols they have; `undefined` if none does. */
function acceptorOf(layer: IndexLayer, { language, prefix, pattern }: PreparedSymbolQuery): ((rank: number) => boolean) | undefined {
  const criterion = language === undefined ? undefined : resolveCriterion(layer, language, [layer]);
  if (language !== undefined && criterion === undefined) return undefined;
  const after = prefix === "" ? undefined : successorOf(prefix);
  const from = prefix === "" ? 0 : layer.lowerBound(prefix);
  const to = after === undefined ? layer.ranks : layer.lowerBound(after);
  if (from >= to) return undefined;
  const { masked } = layer;
  const paths = pattern === undefined ? undefined : new PathReader(layer);
  /** What the pattern said of a path: each is asked for several times. */
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
