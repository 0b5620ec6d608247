import type { IndexLayer, TermsWithRanks } from "../../indexing/layers/layer.ts";
import { Ranks } from "../../indexing/layers/ranks.ts";
import { isFirstRole, parseReferenceTerm } from "../../references/reference-terms.ts";

/**
 * Each path that references try first, and each written text that names no file, with the number of
 * records that have such a reference. In no particular order. Cost: O(the terms of the index and
 * their ranks).
 */
export function documentCounts(layers: readonly IndexLayer[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const terms = layer.terms("referenceDoc");
    let sets: Ranks[] = [];
    let path = "";
    const end = (): void => {
      const count = sets.length === 0 ? 0 : layer.countUnmasked(Ranks.union(sets, layer.ranks));
      if (count > 0) counts.set(path, (counts.get(path) ?? 0) + count);
      sets = [];
    };
    for (const term of firstTerms(terms)) {
      // The terms of one path follow each other.
      if (term !== path) end();
      path = term;
      sets.push(terms.ranks());
    }
    end();
  }
  return counts;
}

function* firstTerms(terms: TermsWithRanks): Generator<string, void, undefined> {
  while (terms.next()) {
    const { role, path } = parseReferenceTerm(terms.text());
    if (isFirstRole(role) && role !== "outside") yield path;
  }
}
