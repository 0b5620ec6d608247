import { successorOf } from "../../base/text/text-order.ts";
import { EXACT, LikePattern, NO_MATCH, PREFIX, unitsOf } from "./like-pattern.ts";
import type { SymbolName } from "./symbol-query.ts";

/** One way in which a symbol can match a name of the query. */
interface Alternative {
  readonly match: "exact" | "prefix" | LikePattern;
  readonly text: string;
  /** Set if the name also gives an owner. Returns true if the owner fits. */
  readonly owner: ((owner: string) => boolean) | undefined;
  /** True if any name fits that begins with the text, ignoring case. */
  readonly isCaseless?: true;
}

/** A range of terms of the dictionary, from one text up to another one, or up to the end. */
export interface TermRange {
  readonly from: string;
  readonly to: string | undefined;
}

/** The names that are asked for. A symbol fits if it fits at least one alternative. */
export class NameCriterion {
  readonly #exact = new Map<string, Alternative[]>();
  readonly #others: Alternative[] = [];
  /** True if an alternative also requires an owner. */
  readonly hasOwners: boolean;
  /** The only alternative, if it is a `like` without an owner. */
  readonly onlyLike: LikePattern | undefined;
  /** Letters that all fitting names have, in this order, in upper or lower case. */
  readonly necessary: Uint8Array;
  /**
   * The ranges of terms that have all fitting names. The ranges are in order and do not overlap.
   */
  readonly ranges: readonly TermRange[];

  constructor(names: readonly SymbolName[]) {
    const alternatives = names.flatMap(alternativesOf);
    for (const alternative of alternatives) {
      const { match, text } = alternative;
      if (match !== "exact") this.#others.push(alternative);
      else if (this.#exact.has(text)) this.#exact.get(text)?.push(alternative);
      else this.#exact.set(text, [alternative]);
    }
    const patterns = alternatives.flatMap(({ match }) => (typeof match === "string" ? [] : [match]));
    this.hasOwners = alternatives.some(({ owner }) => owner !== undefined);
    // The part after the last separator belongs to every possible reading of the text. If that part
    // is empty (`cache.`), a fitting name may have any letters.
    const shortest = names.length === 1 ? alternatives.at(-1)?.match : undefined;
    this.necessary = shortest instanceof LikePattern ? shortest.necessary : new Uint8Array(0);
    this.onlyLike = patterns.length === 1 && alternatives.length === 1 ? patterns[0] : undefined;
    this.ranges = rangesOf(alternatives);
  }

  /** How well a symbol fits: `NO_MATCH`, or a score of which a lower one is better. */
  score(name: string, owner: string): number {
    if (this.#exact.get(name)?.some((alternative) => fitsOwner(alternative, owner)) === true) return EXACT;
    let best = NO_MATCH;
    for (const alternative of this.#others) {
      const { match, text } = alternative;
      let score = NO_MATCH;
      if (typeof match !== "string") score = match.score(unitsOf(name), name.length);
      else if (name.startsWith(text)) score = PREFIX;
      if (score !== NO_MATCH && (best === NO_MATCH || score < best) && fitsOwner(alternative, owner)) best = score;
    }
    return best;
  }
}

function fitsOwner({ owner: fits }: Alternative, owner: string): boolean {
  return fits === undefined || fits(owner);
}

function alternativesOf(name: SymbolName): Alternative[] {
  if (typeof name === "string") {
    return [
      { match: "exact", text: name, owner: undefined },
      ...splitsOf(name, false).map(({ owners, text }): Alternative => ({ match: "exact", text, owner: (owner) => owners.includes(owner) })),
    ];
  }
  if ("prefix" in name && name.ignoreCase === true) return caselessAlternativesOf(name.prefix);
  if ("prefix" in name) {
    return [
      { match: "prefix", text: name.prefix, owner: undefined },
      ...splitsOf(name.prefix, true).map(({ owners, text }): Alternative => ({
        match: "prefix",
        text,
        owner: (owner) => owners.includes(owner),
      })),
    ];
  }
  return [
    { match: new LikePattern(name.like), text: name.like, owner: undefined },
    ...splitsOf(name.like, false).map(({ owners, text }): Alternative => {
      const patterns = owners.map((owner) => new LikePattern(owner));
      const fits = (owner: string): boolean =>
        owner !== "" && patterns.some((pattern) => pattern.score(unitsOf(owner), owner.length) !== NO_MATCH);
      return { match: new LikePattern(text), text, owner: fits };
    }),
  ];
}

/** The alternatives for names that begin with `prefix`, ignoring case. */
function caselessAlternativesOf(prefix: string): Alternative[] {
  return [
    { match: new LikePattern(prefix, PREFIX), text: prefix, owner: undefined, isCaseless: true },
    ...splitsOf(prefix, true).map(({ owners, text }): Alternative => {
      const folded = owners.map((owner) => owner.toLowerCase());
      const match = text === "" ? "prefix" : new LikePattern(text, PREFIX);
      return { match, text, owner: (owner) => folded.includes(owner.toLowerCase()), isCaseless: true };
    }),
  ];
}

interface Split {
  /** One of these is enough: for `a.B.method` the owner is `a.B` or `B`. */
  readonly owners: readonly string[];
  readonly text: string;
}

/** Only the last few separators of a name are tried as the separator after an owner. */
const MOST_SPLITS = 3;

/**
 * Splits `Class.method`, `Class::method` and `Class#method` into owner and name. With `mayBeEmpty`,
 * the name may be empty.
 */
function splitsOf(name: string, mayBeEmpty: boolean): Split[] {
  const splits: Split[] = [];
  for (const { index, 0: separator } of [...name.matchAll(/::|[.#]/g)].slice(-MOST_SPLITS)) {
    const owner = name.slice(0, index);
    const text = name.slice(index + separator.length);
    if (owner === "" || (text === "" && !mayBeEmpty) || /[.#:]$/.test(owner)) continue;
    const last = owner.split(/::|[.#]/).at(-1) ?? owner;
    splits.push({ owners: last === owner ? [owner] : [owner, last], text });
  }
  return splits;
}

function rangesOf(alternatives: readonly Alternative[]): TermRange[] {
  const ranges = alternatives.flatMap(rangesOfOne).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0));
  const joined: TermRange[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before === undefined || (before.to !== undefined && before.to < range.from)) joined.push(range);
    else if (before.to !== undefined && (range.to === undefined || range.to > before.to)) joined.splice(-1, 1, { ...before, to: range.to });
  }
  return joined;
}

function rangesOfOne({ match, text, isCaseless }: Alternative): TermRange[] {
  // No name has a NUL: the rest of a term follows the name after a NUL.
  if (match === "exact") return [{ from: `${text}\0`, to: `${text}\u0001` }];
  const beginnings = isCaseless === true ? spellingsOf(text) : [typeof match === "string" ? text : ""];
  return beginnings.map((from) => ({ from, to: from === "" ? undefined : successorOf(from) }));
}

/** This many first letters of a prefix, each in both cases, give the ranges of its names. */
const MOST_SPELT = 3;

/**
 * The ways to spell the beginning of a name that begins with `prefix`, ignoring case. Ends before
 * the first letter that is not ASCII.
 */
function spellingsOf(prefix: string): readonly string[] {
  let spellings = [""];
  for (const letter of /^[\u0000-\u007f]*/.exec(prefix)?.[0].slice(0, MOST_SPELT) ?? "") {
    const cases = new Set([letter.toLowerCase(), letter.toUpperCase()]);
    spellings = spellings.flatMap((before) => [...cases].map((own) => before + own));
  }
  return spellings;
}
