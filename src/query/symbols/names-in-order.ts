import type { IndexLayer } from "../../indexing/layers/layer.ts";
import type { Ranks } from "../../indexing/layers/ranks.ts";
import { lowerBound } from "../../base/lower-bound.ts";
import { tierOf, type TermList } from "./layer-matches.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";
import type { AcceptedMatches } from "./symbol-search.ts";

/** All terms of one name that are in one tier of the order. */
export interface NamedMatches {
  readonly name: string;
  readonly tier: number;
  readonly parts: readonly { readonly layer: IndexLayer; readonly ranks: Ranks; readonly accepts: (rank: number) => boolean }[];
  /** True if the last page ended in this name. */
  readonly isBegun: boolean;
}

/** A list of terms of one layer, and how far it has been read. */
interface Input extends AcceptedMatches {
  readonly list: TermList;
  at: number;
  name: string;
}

/**
 * The names that are asked for, in order, beginning with the name in which the last page ended.
 * Reads only the names that the caller takes.
 */
export function* namesInOrder(accepted: readonly AcceptedMatches[], query: PreparedSymbolQuery): Generator<NamedMatches, void, undefined> {
  const { after } = query;
  const afterTier = after === undefined ? 0 : query.order === "rank" ? tierOf(scoreOf(query, after.symbol), after.symbol.name.length) : 0;
  const tiers = new Set(accepted.flatMap(({ matches }) => [...matches.lists.keys()]));
  for (const tier of [...tiers].sort((a, b) => a - b)) {
    if (tier < afterTier) continue;
    const first = after !== undefined && tier === afterTier ? after.symbol.name : undefined;
    const inputs = accepted.flatMap((each) => inputsOf(each, tier, first));
    for (;;) {
      const name = leastNameOf(inputs);
      if (name === undefined) break;
      yield { name, tier, parts: inputs.flatMap((input) => takeName(input, name)), isBegun: name === first };
    }
  }
}

function inputsOf(accepted: AcceptedMatches, tier: number, first: string | undefined): Input[] {
  const list = accepted.matches.lists.get(tier);
  if (list === undefined) return [];
  const at = first === undefined ? 0 : lowerBound(list.count, (number) => list.nameAt(number) < first);
  return [{ ...accepted, list, at, name: at < list.count ? list.nameAt(at) : "" }];
}

function leastNameOf(inputs: readonly Input[]): string | undefined {
  let least: string | undefined;
  for (const { at, list, name } of inputs) if (at < list.count && (least === undefined || name < least)) least = name;
  return least;
}

function takeName(input: Input, name: string): NamedMatches["parts"][number][] {
  const { list, layer, accepts } = input;
  const parts: NamedMatches["parts"][number][] = [];
  while (input.at < list.count && input.name === name) {
    parts.push({ layer, accepts, ranks: list.ranksAt(input.at) });
    input.at++;
    if (input.at < list.count) input.name = list.nameAt(input.at);
  }
  return parts;
}
