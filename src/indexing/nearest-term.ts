import { NearestSpelling } from "../base/text/nearest.ts";
import type { IndexName } from "../record/terms.ts";
import { ImageLayer } from "./layers/image-layer.ts";
import { SpellingScan } from "./image/spelling-scan.ts";
import type { IndexLayer } from "./layers/layer.ts";

/**
 * The term of an index that is spelt most like `text`, if `text` could mean this term
 * (`NearestSpelling`). In the index `symbol`, only the name of a term counts. Goes through the
 * whole dictionary, and compares only terms that begin like `text`.
 */
export function nearestTerm(layers: readonly IndexLayer[], index: IndexName, text: string): string | undefined {
  const spelling = new NearestSpelling(text);
  let found: string | undefined;
  for (const layer of layers) {
    const inLayer = layer instanceof ImageLayer ? nearestInImage(layer, index, spelling) : nearestInRecent(layer, index, spelling);
    found = inLayer ?? found;
  }
  return found;
}

/** Returns `undefined` if no term of the layer is nearer than the one that was found before. */
function nearestInImage(layer: ImageLayer, index: IndexName, spelling: NearestSpelling): string | undefined {
  const { image } = layer;
  const texts = image.terms(index);
  const scan = new SpellingScan(texts, spelling, (ordinal) => layer.countUnmasked(image.ranksOf(index, ordinal)) > 0);
  const ordinal = scan.run();
  return ordinal === -1 ? undefined : nameOf(texts.at(ordinal));
}

/** A layer that changes has few terms. */
function nearestInRecent(layer: IndexLayer, index: IndexName, spelling: NearestSpelling): string | undefined {
  let found: string | undefined;
  const terms = layer.terms(index);
  while (terms.next()) {
    const name = nameOf(terms.text());
    if (layer.countUnmasked(terms.ranks()) > 0 && spelling.takeIfNearer(name)) found = name;
  }
  return found;
}

function nameOf(term: string): string {
  const end = term.indexOf("\0");
  return end === -1 ? term : term.slice(0, end);
}
