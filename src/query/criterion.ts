import type { IndexLayer } from "../indexing/layer.ts";
import { Ranks } from "../indexing/ranks.ts";
import type { TermAlternatives } from "./prepared-query.ts";
import { referringRanks } from "./references/reference-criterion.ts";

/** A criterion with what one layer of the index has for it. Valid until the index's next write. */
export interface Criterion {
  readonly wanted: TermAlternatives;
  /** How many terms of the layer it stands for. */
  readonly terms: number;
  /** Those that meet it, masked ones included. */
  readonly ranks: Ranks;
}

/** `undefined` if no record of the layer meets the criterion. `layers` are all of the index: what a reference means depends on what there is elsewhere. */
export function resolveCriterion(layer: IndexLayer, wanted: TermAlternatives, layers: readonly IndexLayer[]): Criterion | undefined {
  const { index, terms, prefixes } = wanted;
  if (index === "referenceDoc") return joined(layer, wanted, referringRanks(layer, layers, terms, prefixes));
  const [term] = terms;
  if (term !== undefined && terms.length === 1 && prefixes.length === 0) {
    const ranks = layer.withTerm(index, term);
    return ranks === undefined ? undefined : { wanted, terms: 1, ranks };
  }
  const found: Ranks[] = [];
  for (const alternative of terms) {
    const ranks = layer.withTerm(index, alternative);
    if (ranks !== undefined) found.push(ranks);
  }
  for (const prefix of prefixes) for (const ranks of layer.withPrefix(index, prefix)) found.push(ranks);
  return joined(layer, wanted, found);
}

function joined(layer: IndexLayer, wanted: TermAlternatives, found: readonly Ranks[]): Criterion | undefined {
  return found.length === 0 ? undefined : { wanted, terms: found.length, ranks: Ranks.union(found, layer.ranks) };
}

/** Whether what one layer has for it does not depend on what is in the others. */
export function isOfOneLayer({ index, terms }: TermAlternatives): boolean {
  return index !== "referenceDoc" || terms.length === 0;
}

/** How those that meet a criterion are kept, for `explain`. */
export type CriterionEncoding = "bits" | "list" | "joined";

export function encodingOf({ terms, ranks }: Criterion): CriterionEncoding {
  if (terms > 1) return "joined";
  return ranks.isBits ? "bits" : "list";
}
