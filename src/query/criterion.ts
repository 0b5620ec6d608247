import type { IndexLayer } from "../indexing/layers/layer.ts";
import { Ranks } from "../indexing/layers/ranks.ts";
import type { TermAlternatives } from "./prepared-query.ts";
import { referringRanks } from "./references/reference-criterion.ts";

/**
 * A criterion, and the records of one layer that meet it. Valid until the next write to the index.
 */
export interface Criterion {
  readonly wanted: TermAlternatives;
  /** How many terms of the layer meet the criterion. */
  readonly terms: number;
  /** The ranks that meet the criterion, masked ones included. */
  readonly ranks: Ranks;
}

/**
 * Returns `undefined` if no record of the layer meets the criterion. `layers` must be all layers of
 * the index: the meaning of a reference depends on which files exist in other layers.
 */
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

/**
 * Returns true if the records of one layer that meet the criterion do not depend on other layers.
 */
export function isOfOneLayer({ index, terms }: TermAlternatives): boolean {
  return index !== "referenceDoc" || terms.length === 0;
}

/** How the ranks that meet a criterion are stored, for `explain`. */
export type CriterionEncoding = "bits" | "list" | "joined";

export function encodingOf({ terms, ranks }: Criterion): CriterionEncoding {
  if (terms > 1) return "joined";
  return ranks.isBits ? "bits" : "list";
}
