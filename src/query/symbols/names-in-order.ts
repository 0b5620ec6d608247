import type { IndexLayer } from "../../indexing/layer.ts";
import type { Ranks } from "../../indexing/ranks.ts";
import { lowerBound } from "../../base/lower-bound.ts";
import { placeOf, type TermList } from "./layer-matches.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";
import type { AcceptedMatches } from "./symbol-search.ts";

/** All terms of one name that stand at one place of the order. */
export interface NamedMatches {
  readonly name: string;
  readonly place: number;
  readonly parts: readonly { readonly layer: IndexLayer; readonly ranks: Ranks; readonly accepts: (rank: number) => boolean }[];
  /** Whether it is the name that the last page ended in. */
  readonly isBegun: boolean;
}

/** Where one layer's list stands. */
interface Source extends AcceptedMatches {
  readonly list: TermList;
  at: number;
  name: string;
}

/** The names that are asked for in their order, from the one on that the last page ended in. Only the names that are taken are read. */
export function* namesInOrder(accepted: readonly AcceptedMatches[], query: PreparedSymbolQuery): Generator<NamedMatches, void, undefined> {
  const { after } = query;
  const afterPlace = after === undefined ? 0 : query.order === "rank" ? placeOf(scoreOf(query, after.symbol), after.symbol.name.length) : 0;
  const places = new Set(accepted.flatMap(({ matches }) => [...matches.lists.keys()]));
  for (const place of [...places].sort((a, b) => a - b)) {
    if (place < afterPlace) continue;
    const first = after !== undefined && place === afterPlace ? after.symbol.name : undefined;
    const sources = accepted.flatMap((each) => sourcesOf(each, place, first));
    for (;;) {
      const name = leastNameOf(sources);
      if (name === undefined) break;
      yield { name, place, parts: sources.flatMap((source) => takeName(source, name)), isBegun: name === first };
    }
  }
}

function sourcesOf(accepted: AcceptedMatches, place: number, first: string | undefined): Source[] {
  const list = accepted.matches.lists.get(place);
  if (list === undefined) return [];
  const at = first === undefined ? 0 : lowerBound(list.count, (position) => list.nameAt(position) < first);
  return [{ ...accepted, list, at, name: at < list.count ? list.nameAt(at) : "" }];
}

function leastNameOf(sources: readonly Source[]): string | undefined {
  let least: string | undefined;
  for (const { at, list, name } of sources) if (at < list.count && (least === undefined || name < least)) least = name;
  return least;
}

function takeName(source: Source, name: string): NamedMatches["parts"][number][] {
  const { list, layer, accepts } = source;
  const parts: NamedMatches["parts"][number][] = [];
  while (source.at < list.count && source.name === name) {
    parts.push({ layer, accepts, ranks: list.ranksAt(source.at) });
    source.at++;
    if (source.at < list.count) source.name = list.nameAt(source.at);
  }
  return parts;
}
