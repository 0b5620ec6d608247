import type { IndexName, Term } from "../record/terms.ts";
import type { IndexLayer } from "./layers/layer.ts";
import { MergedTexts } from "./layers/merged-texts.ts";

/**
 * All terms of one index, over all its layers, in order, each with the number of records that have
 * it.
 */
export function* termCountsOf(layers: readonly IndexLayer[], index: IndexName): Generator<readonly [Term, number], void, undefined> {
  const inputs = layers.map((layer) => layer.terms(index));
  const terms = new MergedTexts(inputs);
  for (let group = terms.next(); group.length > 0; group = terms.next()) {
    let count = 0;
    for (const input of group) {
      const [layer, own] = [layers[input], inputs[input]];
      if (layer !== undefined && own !== undefined) count += layer.countUnmasked(own.ranks());
    }
    if (count > 0) yield [terms.textOf(group[0] as number).text() as Term, count];
    terms.advance(group);
  }
}
