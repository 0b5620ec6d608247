import type { IndexLayer } from "../indexing/layer.ts";
import { Ranks } from "../indexing/ranks.ts";
import type { TermAlternatives } from "./prepared-query.ts";

/** A criterion with what one layer of the index has for it. Valid until the index's next write. */
export interface Criterion {
  readonly wanted: TermAlternatives;
  /** How many terms of the layer it stands for. */
  readonly terms: number;
  /** Those that meet it, masked ones included. */
  readonly ranks: Ranks;
}

/** `undefined` if no record of the layer meets the criterion. */
export function resolveCriterion(layer: IndexLayer, wanted: TermAlternatives): Criterion | undefined {
  const { index, terms, prefixes } = wanted;
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
  return found.length === 0 ? undefined : { wanted, terms: found.length, ranks: Ranks.union(found, layer.ranks) };
}

/** How those that meet a criterion are kept, for `explain`. */
export type CriterionForm = "bits" | "list" | "joined";

export function formOf({ terms, ranks }: Criterion): CriterionForm {
  if (terms > 1) return "joined";
  return ranks.isBits ? "bits" : "list";
}
