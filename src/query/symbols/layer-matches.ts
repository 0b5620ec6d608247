import type { Image } from "../../indexing/image/image.ts";
import { NameCursor } from "../../indexing/image/name-cursor.ts";
import type { Ranks } from "../../indexing/layers/ranks.ts";
import type { RecentRecords } from "../../indexing/layers/recent-records.ts";
import { parseSymbolTerm } from "../../record/symbols.ts";
import { NO_MATCH } from "./like-pattern.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";
import { RankCounts } from "./rank-counts.ts";
import { TermExaminer } from "./term-examiner.ts";

const INDEX = "symbol";
/** Up to this many terms take about a millisecond. */
const TERMS_A_STEP = 8_192;
/** Greater than the number of units of any name. */
const LENGTHS = 2 ** 31;

/** The terms of one tier, in order. */
export interface TermList {
  readonly count: number;
  nameAt(place: number): string;
  /** Masked ranks included. */
  ranksAt(place: number): Ranks;
}

/** The matches of one layer, whether masked or not. So the matches of an image stay right. */
export interface LayerMatches {
  readonly counts: RankCounts;
  /**
   * By tier (`tierOf`), the best first. All terms are in tier 0 if the order does not need tiers.
   */
  readonly lists: ReadonlyMap<number, TermList>;
}

/** The tier of a name in the order by rank: better names first, then shorter ones. */
export function tierOf(score: number, nameLength: number): number {
  return score * LENGTHS + nameLength;
}

/** All terms are searched at once: a layer of recent records is small, even if it is frozen. */
export function matchesOfRecent(layer: RecentRecords, query: PreparedSymbolQuery): LayerMatches {
  const counts = new RankCounts(layer.ranks);
  const lists = new Map<number, { names: string[]; ranks: Ranks[] }>();
  const ranges = query.name?.ranges ?? EVERYTHING;
  const terms = layer.termsBetween(INDEX, ranges[0]?.from ?? "", ranges.at(-1)?.to);
  while (terms.next()) {
    const symbol = parseSymbolTerm(terms.text());
    const score = scoreOf(query, symbol);
    if (score === NO_MATCH) continue;
    const ranks = terms.ranks();
    ranks.forEach((rank) => counts.add(rank));
    const tier = query.order === "rank" ? tierOf(score, symbol.name.length) : 0;
    let list = lists.get(tier);
    if (list === undefined) lists.set(tier, (list = { names: [], ranks: [] }));
    list.names.push(symbol.name);
    list.ranks.push(ranks);
  }
  return {
    counts,
    lists: new Map(
      Array.from(lists, ([tier, { names, ranks }]): [number, TermList] => [
        tier,
        { count: names.length, nameAt: (at) => names[at] as string, ranksAt: (at) => ranks[at] as Ranks },
      ]),
    ),
  };
}

/** The matches of an image. Each step takes about a millisecond. */
export function* matchesOfImage(image: Image, query: PreparedSymbolQuery): Generator<void, LayerMatches, undefined> {
  const counts = new RankCounts(image.count);
  const ordinals = new Map<number, number[]>();
  const texts = image.terms(INDEX);
  const letters = query.name?.necessary ?? NO_LETTERS;
  for (const { from, to } of query.name?.ranges ?? EVERYTHING) {
    const end = to === undefined ? texts.count : texts.lowerBound(to);
    const names = new NameCursor(texts, texts.lowerBound(from), end, letters);
    const examiner = new TermExaminer(query, names);
    let due = names.ordinal + TERMS_A_STEP;
    while (!names.isAtEnd) {
      if (names.ordinal >= due) {
        due = names.ordinal + TERMS_A_STEP;
        yield;
      }
      if (!names.next(TERMS_A_STEP)) continue;
      const score = examiner.examine();
      if (score === NO_MATCH) continue;
      const { ordinal } = names;
      const only = image.onlyRankOf(INDEX, ordinal);
      if (only >= 0) counts.add(only);
      else image.ranksOf(INDEX, ordinal).forEach((rank) => counts.add(rank));
      if (query.order === "path") continue;
      const tier = query.order === "rank" ? tierOf(score, examiner.nameUnits) : 0;
      const list = ordinals.get(tier);
      if (list === undefined) ordinals.set(tier, [ordinal]);
      else list.push(ordinal);
    }
  }
  return { counts, lists: new Map(Array.from(ordinals, ([tier, list]): [number, TermList] => [tier, listOfImage(image, list)])) };
}

function listOfImage(image: Image, ordinals: readonly number[]): TermList {
  return {
    count: ordinals.length,
    nameAt: (place) => {
      const term = image.terms(INDEX).at(ordinals[place] as number);
      return term.slice(0, term.indexOf("\0"));
    },
    ranksAt: (place) => image.ranksOf(INDEX, ordinals[place] as number),
  };
}

const NO_LETTERS = new Uint8Array(0);
const EVERYTHING = [{ from: "", to: undefined }] as const;
