import { type CodePointSet, codePointSet, complementOf, withBothCases } from "./code-point-set.ts";

/** A pattern in the part of RE2's syntax whose meaning is known here exactly. */
export type PatternNode =
  | { readonly kind: "one-of"; readonly set: CodePointSet }
  | { readonly kind: "assertion"; readonly holds: Assertion }
  | { readonly kind: "sequence"; readonly items: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly options: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly item: PatternNode; readonly min: number; readonly max: number };

export type Assertion = "start" | "end" | "word-boundary";

export interface PatternFlags {
  readonly caseless: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/**
 * The parsed pattern, or the reason why it is not in the known part of the syntax. Everything that
 * is not known for certain is refused, because it may mean anything.
 */
export type ParsedPattern = { readonly node: PatternNode } | { readonly unknown: string };

/** Precondition: RE2 accepts the pattern. */
export function parsePattern(source: string, flags: PatternFlags): ParsedPattern {
  if (!source.isWellFormed()) return { unknown: "a lone surrogate" };
  const parser = new PatternParser(source, flags);
  const node = parser.parse();
  return parser.unknown === undefined ? { node } : { unknown: parser.unknown };
}

const NOTHING: PatternNode = { kind: "sequence", items: [] };
const MAX_DEPTH = 20;
const NEWLINE = codePointSet([[0x0a, 0x0a]]);
const DIGITS = codePointSet([[0x30, 0x39]]);
const SPACES = codePointSet([...[0x09, 0x0a, 0x0c, 0x0d, 0x20].map((point) => [point, point] as const)]);
const WORDS = codePointSet([
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]);
const CONTROLS: Readonly<Record<string, number>> = { f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09, v: 0x0b };
const CLASSES: Readonly<Record<string, CodePointSet>> = {
  d: DIGITS,
  D: complementOf(DIGITS),
  s: SPACES,
  S: complementOf(SPACES),
  w: WORDS,
  W: complementOf(WORDS),
};

/**
 * A recursive descent parser. At the first unknown construct it notes the reason and ends. The tree
 * is then not usable.
 */
class PatternParser {
  unknown: string | undefined;
  readonly #characters: readonly string[];
  readonly #flags: PatternFlags;
  #at = 0;
  #depth = 0;

  constructor(source: string, flags: PatternFlags) {
    this.#characters = Array.from(source);
    this.#flags = flags;
  }

  parse(): PatternNode {
    const node = this.#choice();
    return this.#at < this.#characters.length ? this.#refuse('a ")" without its "("') : node;
  }

  #refuse(what: string): PatternNode {
    this.unknown ??= what;
    this.#at = this.#characters.length;
    return NOTHING;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #accept(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  #choice(): PatternNode {
    const options = [this.#sequence()];
    while (this.#accept("|")) options.push(this.#sequence());
    return options.length === 1 ? (options[0] as PatternNode) : { kind: "choice", options };
  }

  #sequence(): PatternNode {
    const items: PatternNode[] = [];
    for (let next = this.#peek(); next !== undefined && next !== "|" && next !== ")"; next = this.#peek()) {
      items.push(this.#repeated(this.#atom()));
    }
    return { kind: "sequence", items };
  }

  #repeated(item: PatternNode): PatternNode {
    const count = this.#count();
    if (count === undefined) return item;
    const [min, max] = count;
    if (item.kind === "assertion") return this.#refuse("a repeated assertion");
    if (max === 0) return this.#refuse("a repetition of zero times");
    // A lazy repetition matches the same paths as a greedy one.
    this.#accept("?");
    if (this.#count() !== undefined) return this.#refuse("a repeated repetition");
    return { kind: "repeat", item, min, max };
  }

  #count(): readonly [number, number] | undefined {
    if (this.#accept("*")) return [0, Infinity];
    if (this.#accept("+")) return [1, Infinity];
    if (this.#accept("?")) return [0, 1];
    if (this.#peek() !== "{") return undefined;
    const end = this.#characters.indexOf("}", this.#at);
    const bounds = /^\{(\d{1,4})(?:(,)(\d{1,4})?)?\}$/.exec(this.#characters.slice(this.#at, end + 1).join(""));
    if (bounds === null) {
      this.#refuse('a "{" that does not begin a count');
      return undefined;
    }
    this.#at = end + 1;
    const min = Number(bounds[1]);
    return [min, bounds[2] === undefined ? min : bounds[3] === undefined ? Infinity : Number(bounds[3])];
  }

  #atom(): PatternNode {
    const character = this.#characters[this.#at++] as string;
    switch (character) {
      case "(":
        return this.#group();
      case "[":
        return this.#class();
      case "\\":
        return this.#escape();
      case ".":
        return { kind: "one-of", set: complementOf(this.#flags.dotAll ? [] : NEWLINE) };
      case "^":
        return this.#lineEdge("start");
      case "$":
        return this.#lineEdge("end");
      case "*":
      case "+":
      case "?":
      case "{":
      case "}":
      case "]":
        return this.#refuse(`a "${character}" without a backslash`);
      default:
        return this.#literal(character);
    }
  }

  #lineEdge(holds: "start" | "end"): PatternNode {
    return this.#flags.multiline ? this.#refuse("the ends of lines (flag m)") : { kind: "assertion", holds };
  }

  #group(): PatternNode {
    if (this.#accept("?") && !this.#accept(":")) return this.#refuse('a group that begins with "(?"');
    if (++this.#depth > MAX_DEPTH) return this.#refuse(`groups nested deeper than ${MAX_DEPTH}`);
    const node = this.#choice();
    this.#depth--;
    return this.#accept(")") ? node : this.#refuse('a "(" without its ")"');
  }

  #literal(character: string): PatternNode {
    const point = character.codePointAt(0) as number;
    return { kind: "one-of", set: this.#cased(codePointSet([[point, point]])) };
  }

  /** How letters fold is known for ASCII only. */
  #cased(set: CodePointSet): CodePointSet {
    if (!this.#flags.caseless) return set;
    if ((set.at(-1)?.[1] ?? 0) > 0x7f) this.#refuse("letters outside ASCII with the flag i");
    return withBothCases(set);
  }

  #escape(): PatternNode {
    // `\B` is refused: the engines disagree on whether it holds between the halves of a surrogate
    // pair.
    if (this.#peek() === "b") {
      if (this.#flags.caseless) return this.#refuse('"\\b" with the flag i');
      this.#at++;
      return { kind: "assertion", holds: "word-boundary" };
    }
    const set = this.#escapedSet();
    return set === undefined ? NOTHING : { kind: "one-of", set };
  }

  #escapedSet(): CodePointSet | undefined {
    const character = this.#characters[this.#at++] ?? "";
    const set = Object.hasOwn(CLASSES, character) ? CLASSES[character] : undefined;
    if (set !== undefined && !(this.#flags.caseless && /[wW]/.test(character))) return set;
    const point = Object.hasOwn(CONTROLS, character)
      ? CONTROLS[character]
      : /^[!-/:-@[-`{-~]$/.test(character)
        ? character.charCodeAt(0)
        : undefined;
    if (point !== undefined) return codePointSet([[point, point]]);
    this.#refuse(`the escape "\\${character}"`);
    return undefined;
  }

  #class(): PatternNode {
    const negated = this.#accept("^");
    const ranges: (readonly [number, number])[] = [];
    for (let first = true; ; first = false) {
      if (this.#at >= this.#characters.length) return this.#refuse('a "[" without its "]"');
      if (!first && this.#accept("]")) break;
      const low = this.#member(first);
      if (low === undefined) return NOTHING;
      if (this.#peek() !== "-" || this.#characters[this.#at + 1] === "]") {
        ranges.push(...low);
        continue;
      }
      this.#at++;
      const high = this.#member(false);
      if (high === undefined) return NOTHING;
      const [from, to] = [onlyPointOf(low), onlyPointOf(high)];
      if (from === undefined || to === undefined || from > to) return this.#refuse("a range whose ends are not two characters in order");
      ranges.push([from, to]);
      if (this.#peek() === "-" && this.#characters[this.#at + 1] !== "]") return this.#refuse('a "-" after a range');
    }
    const set = this.#cased(codePointSet(ranges));
    return { kind: "one-of", set: negated ? complementOf(set) : set };
  }

  #member(first: boolean): CodePointSet | undefined {
    const character = this.#characters[this.#at++];
    if (character === "\\") return this.#escapedSet();
    const standsElsewhere = character === "-" && !first && this.#peek() !== "]";
    if (character === undefined || character === "[" || character === "]" || character === "&" || standsElsewhere) {
      this.#refuse(`"${character ?? ""}" within a class`);
      return undefined;
    }
    const point = character.codePointAt(0) as number;
    return [[point, point]];
  }
}

function onlyPointOf(set: CodePointSet): number | undefined {
  const [range, ...others] = set;
  return range !== undefined && others.length === 0 && range[0] === range[1] ? range[0] : undefined;
}
