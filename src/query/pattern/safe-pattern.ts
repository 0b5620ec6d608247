import { type CodePointSet, NO_CODE_POINTS, overlap, unionOf } from "./code-point-set.ts";
import { parsePattern, type PatternFlags, type PatternNode } from "./pattern-syntax.ts";

/**
 * If the pattern is safe, `regexp` gives RE2's answer, in bounded time, for paths of up to
 * `maxLength` UTF-16 units.
 */
export type PatternAnalysis =
  | { readonly safe: true; readonly regexp: RegExp; readonly maxLength: number }
  | { readonly safe: false; readonly why: string };

/**
 * How many tests of one character native matching may take for one path. At worst these take some
 * 50 us, even if the path and the pattern are chosen to be slow.
 */
const MAX_STEPS = 131_072;

/**
 * The lengths to try, from the longest possible path down to a length at which native matching
 * would serve too few paths.
 */
const LENGTHS = [4_096, 2_048, 1_024, 512, 256, 192, 128, 112, 96, 80, 64, 48];

/**
 * Decides if V8's backtracking engine may run a pattern. This takes two proofs.
 *
 * **The same meaning.** The pattern is parsed here in the part of RE2's syntax whose meaning is
 * known exactly. It is then written again as sets of code points, sequences, choices and
 * repetitions. V8 never sees the user's own spelling.
 *
 * **A bound on the work.** A backtracking match walks through a tree of choices. For paths of n
 * units, the analysis counts two numbers for each part: its `work` (tests of one character, each
 * time the part is entered), and its `passes` (how often the rest of the pattern is entered, each
 * time the part is entered). The work of a sequence is the sum of each item's work times the passes
 * of all items before it. A choice or a loop passes once if one character decides, that is, if its
 * possible first characters and the first characters of what follows have none in common. Otherwise
 * a choice passes once for each option, and a loop up to n + 1 times. A loop has no bound here if
 * its item passes more than once, or can be empty. A search tries n + 1 starts.
 *
 * The pattern is safe for paths of n units if the whole work is at most `MAX_STEPS`.
 */
export function analyzePattern(source: string, flags: PatternFlags): PatternAnalysis {
  const parsed = parsePattern(source, flags);
  if ("unknown" in parsed) return { safe: false, why: `it has ${parsed.unknown}` };
  const node = searchOf(parsed.node);
  const maxLength = LENGTHS.find((length) => worstCase(node, length + 1) <= MAX_STEPS);
  if (maxLength === undefined) return { safe: false, why: "backtracking may take too many steps" };
  return { safe: true, regexp: new RegExp(nativeSource(node), needsCodePoints(node) ? "u" : ""), maxLength };
}

/**
 * Shortens the repetitions at both ends of a search to the least number of times: a search for
 * `.*a` finds the same paths as a search for `a`.
 */
export function searchOf(node: PatternNode): PatternNode {
  if (node.kind !== "sequence") return node;
  const items = [...node.items];
  while (isNeedless(items[0])) items.shift();
  while (isNeedless(items.at(-1))) items.pop();
  if (items.length > 0) items[0] = leastOf(items[0] as PatternNode);
  if (items.length > 0) items[items.length - 1] = leastOf(items.at(-1) as PatternNode);
  return { kind: "sequence", items };
}

function isNeedless(node: PatternNode | undefined): boolean {
  return node?.kind === "repeat" && node.min === 0;
}

function leastOf(node: PatternNode): PatternNode {
  if (node.kind !== "repeat") return node;
  return node.min === 1 ? node.item : { ...node, max: node.min };
}

/**
 * How a part can begin. `tests` is the number of tests of one character that show that the part
 * does not begin here.
 */
interface Beginning {
  readonly first: CodePointSet;
  readonly tests: number;
  /** True if the part can match without a character. */
  readonly empty: boolean;
}

interface Cost {
  readonly work: number;
  readonly passes: number;
}

const THE_END: Beginning = { first: NO_CODE_POINTS, tests: 0, empty: true };

/**
 * The greatest number of tests of one character that a search in `n - 1` units of a path can take.
 */
export function worstCase(node: PatternNode, n: number): number {
  const { work } = costOf(node, THE_END, n);
  return isAnchored(node) ? work + n * beginningOf(node).tests : work * n;
}

function isAnchored(node: PatternNode): boolean {
  if (node.kind === "assertion") return node.holds === "start";
  if (node.kind === "sequence") return node.items[0] !== undefined && isAnchored(node.items[0]);
  return node.kind === "choice" && node.options.every(isAnchored);
}

/** `n` is the greatest number of repetitions of anything, and the number of places in a path. */
function costOf(node: PatternNode, follow: Beginning, n: number): Cost {
  switch (node.kind) {
    case "one-of":
    case "assertion":
      return { work: 1, passes: 1 };
    case "sequence":
      return costOfSequence(node.items, follow, n);
    case "choice":
      return costOfChoice(node.options, follow, n);
    case "repeat":
      return node.min === 0 && node.max === 1 ? costOfChoice([node.item, EMPTY], follow, n) : costOfLoop(node, follow, n);
  }
}

const EMPTY: PatternNode = { kind: "sequence", items: [] };

/**
 * Goes from the last item to the first, so that the rest after each item is known. The work
 * multiplies in the other direction, from the first item on.
 */
function costOfSequence(items: readonly PatternNode[], follow: Beginning, n: number): Cost {
  let next = follow;
  let work = 0;
  let passes = 1;
  for (const item of items.toReversed()) {
    const cost = costOf(item, next, n);
    work = cost.work + product(cost.passes, work);
    passes = product(cost.passes, passes);
    next = sequence(beginningOf(item), next);
  }
  return { work, passes };
}

function costOfChoice(options: readonly PatternNode[], follow: Beginning, n: number): Cost {
  const beginnings = options.map(beginningOf);
  const entered = beginnings.map((beginning) => sequence(beginning, follow).first);
  // No character tells apart two options that can both be empty.
  const oneDecides =
    beginnings.filter(({ empty }) => empty).length <= 1 &&
    entered.every((first, number) => entered.slice(number + 1).every((other) => !overlap(first, other)));
  let work = 0;
  let passes = 0;
  options.forEach((option, number) => {
    const cost = costOf(option, follow, n);
    work += cost.work + (beginnings[number]?.empty === true ? follow.tests : 0);
    passes = oneDecides ? Math.max(passes, cost.passes) : passes + cost.passes;
  });
  return { work, passes };
}

function costOfLoop(node: PatternNode & { kind: "repeat" }, follow: Beginning, n: number): Cost {
  const beginning = beginningOf(node.item);
  const again = { first: unionOf(beginning.first, follow.first), tests: beginning.tests + follow.tests, empty: false };
  const { work, passes } = costOf(node.item, again, n);
  if (beginning.empty || passes > 1) return { work: Infinity, passes: Infinity };
  const oneDecides = node.min === node.max || !overlap(beginning.first, follow.first);
  return {
    work: Math.min(node.max, n) * (work + follow.tests),
    passes: oneDecides ? 1 : Math.min(node.max - node.min + 1, n),
  };
}

function beginningOf(node: PatternNode): Beginning {
  switch (node.kind) {
    case "one-of":
      return { first: node.set, tests: 1, empty: false };
    case "assertion":
      return { first: NO_CODE_POINTS, tests: 1, empty: true };
    case "sequence":
      return node.items.reduceRight((next, item) => sequence(beginningOf(item), next), THE_END);
    case "choice": {
      const options = node.options.map(beginningOf);
      return {
        first: options.reduce((first, option) => unionOf(first, option.first), NO_CODE_POINTS),
        tests: options.reduce((tests, option) => tests + option.tests, 0),
        empty: options.some(({ empty }) => empty),
      };
    }
    case "repeat": {
      const item = beginningOf(node.item);
      return { ...item, empty: item.empty || node.min === 0 };
    }
  }
}

function sequence(beginning: Beginning, next: Beginning): Beginning {
  if (!beginning.empty) return beginning;
  return { first: unionOf(beginning.first, next.first), tests: beginning.tests + next.tests, empty: next.empty };
}

/** The product, with 0 instead of NaN for nothing times infinity. */
function product(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : a * b;
}

/** Code units are enough if no part can match half of a surrogate pair. */
function needsCodePoints(node: PatternNode): boolean {
  switch (node.kind) {
    case "one-of":
      return (node.set.at(-1)?.[1] ?? 0) > 0xffff;
    case "assertion":
      return false;
    case "sequence":
      return node.items.some(needsCodePoints);
    case "choice":
      return node.options.some(needsCodePoints);
    case "repeat":
      return needsCodePoints(node.item);
  }
}

function nativeSource(node: PatternNode): string {
  switch (node.kind) {
    case "one-of":
      return sourceOfSet(node.set);
    case "assertion":
      return { start: "^", end: "$", "word-boundary": "\\b" }[node.holds];
    case "sequence":
      return node.items.map((item) => (item.kind === "choice" ? `(?:${nativeSource(item)})` : nativeSource(item))).join("");
    case "choice":
      return node.options.map(nativeSource).join("|");
    case "repeat": {
      const item = node.item.kind === "one-of" ? nativeSource(node.item) : `(?:${nativeSource(node.item)})`;
      return `${item}{${node.min},${node.max === Infinity ? "" : node.max}}`;
    }
  }
}

function sourceOfSet(set: CodePointSet): string {
  const [range, ...others] = set;
  if (range !== undefined && others.length === 0 && range[0] === range[1]) return escapeOf(range[0]);
  return `[${set.map(([first, last]) => (first === last ? escapeOf(first) : `${escapeOf(first)}-${escapeOf(last)}`)).join("")}]`;
}

function escapeOf(point: number): string {
  if (/[A-Za-z0-9]/.test(String.fromCodePoint(point))) return String.fromCodePoint(point);
  return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, "0")}`;
}
