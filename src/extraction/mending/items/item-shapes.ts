import { argumentsOf, loneName } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import type { Lexer } from "../tokens/lexer.ts";
import { isPunctuation, type Element } from "./element.ts";
import { initializersStart } from "../heads/function-head.ts";
import { partsOf, type Part } from "./part.ts";
import { isReserved, looksLikeMacro, SPECIFIERS } from "../tokens/words.ts";

/**
 * Returns true if the parts before a brace open a scope that is not a class: a namespace, `extern
 * "C"`.
 */
export function isTransparent(parts: readonly Part[]): boolean {
  if (parts.some(({ kind, word }) => kind === "keyword" && word === "namespace")) return true;
  return parts.at(-1)?.kind === "text" && parts.some(({ word }) => word === "extern");
}

/**
 * Returns the parts of the head before a brace. Parameters that are declared between the head and
 * the body (K&R) are not part of the head. Other declarations that look like K&R parameters are
 * items of their own, and are removed from `elements`.
 */
export function partsBeforeBrace(elements: Element[], { source, alternatives }: Lexer): Part[] {
  const chosen = withoutAlternatives(elements, alternatives);
  const last = chosen.findLastIndex((element) => isPunctuation(element, CODE.semicolon));
  if (last !== -1 && last === chosen.length - 1) {
    return withoutRows(partsOf(chosen.slice(0, oldStyleParameters(chosen, source) + 1), source.dialect));
  }
  elements.splice(0, elements.length, ...chosen.slice(last + 1));
  return withoutRows(partsOf(elements, source.dialect));
}

/**
 * Leaves out the elements of other branches of an `#if`, and keeps those of the first branch. If a
 * branch has not ended yet, keeps the elements of that branch.
 */
function withoutAlternatives(elements: readonly Element[], alternatives: readonly number[]): readonly Element[] {
  if (alternatives.length === 0) return elements;
  const isWithin = alternatives.length % 2 === 1;
  const chosen = elements.filter(({ start }) => {
    const bound = alternatives.findLastIndex((one) => one <= start);
    return isWithin ? bound === alternatives.length - 1 : bound % 2 !== 0;
  });
  return chosen.length > 0 ? chosen : elements;
}

/**
 * Leaves out calls of macros at the start that have their own lines: `END_TEST`, `SUITE(cart)`.
 * They count only if the next call begins at the same column and opens the body. A macro before a
 * head of another shape may be the annotation or the type of that head.
 */
export function withoutMacroLines(parts: readonly Part[], source: CodeText): readonly Part[] {
  let first = 0;
  for (;;) {
    const macro = parts[first];
    if (macro?.kind !== "name" || !looksLikeMacro(macro.word)) break;
    const next = first + (parts[first + 1]?.kind === "parentheses" ? 2 : 1);
    const name = parts[next];
    if (name === undefined || parts[next + 1]?.kind !== "parentheses" || !(looksLikeMacro(name.word) || name.word === "Test")) break;
    const gap = source.text.slice(parts[next - 1]!.end, name.start);
    const lineStart = gap.lastIndexOf("\n");
    if (lineStart === -1 || gap.length - lineStart - 1 !== columnOf(macro, source)) break;
    first = next;
  }
  return first === 0 ? parts : parts.slice(first);
}

function columnOf({ start }: Part, { text }: CodeText): number {
  return start - (text.lastIndexOf("\n", start) + 1);
}

/** Leaves out the rows of a table that macros make: `ROW(1), ROW(2), int f(void) {`. */
function withoutRows(parts: readonly Part[]): Part[] {
  const head = parts.slice(0, initializersStart(parts));
  return parts.slice(head.findLastIndex(({ kind, code }) => kind === "punctuation" && code === CODE.comma) + 1);
}

/**
 * Returns true for `public:` and `public slots:`. Macros without a semicolon may be before them.
 */
export function isAccessLabel(elements: readonly Element[]): boolean {
  return LABELS.has(elements.at(-1)?.word ?? "");
}

const LABELS: ReadonlySet<string> = new Set(["public", "private", "protected", "signals", "slots", "Q_SIGNALS", "Q_SLOTS"]);

/**
 * Returns true if a brace is the initial value of a member in the head of a constructor: `: a_{1},
 * b_{2} {`.
 */
export function isInitializer(parts: readonly Part[]): boolean {
  const last = parts.at(-1);
  const before = parts.at(-2);
  if (last?.kind !== "name" || before?.kind !== "punctuation") return false;
  return before.code === CODE.colon || before.code === CODE.comma;
}

/**
 * Returns the index of the parameters in a head that declares them before its body (K&R): `int f(a,
 * b) int a; char *b; {`. Returns -1 if no declarations follow the parameters.
 */
export function oldStyleParameters(elements: readonly Element[], source: CodeText): number {
  if (elements.length > MAX_OLD_STYLE) return -1;
  const first = elements.findIndex((element) => isPunctuation(element, CODE.semicolon));
  const head = first === -1 ? elements : elements.slice(0, first);
  return head.findLastIndex((_, index) => declaresParameters(head, index, source));
}

function declaresParameters(head: readonly Element[], parameters: number, source: CodeText): boolean {
  const name = head[parameters - 1];
  if (head[parameters]!.kind !== "parentheses" || name?.kind !== "word" || isReserved(name.word, source.dialect)) return false;
  const [first, second] = head.slice(parameters + 1);
  if (first?.kind !== "word" || (second?.kind !== "word" && !isPunctuation(second, CODE.star))) return false;
  if (SPECIFIERS.has(first.word) && first.word !== "register" && first.word !== "const") return false;
  const lists = argumentsOf(source, head[parameters]!);
  return lists !== undefined && lists.every((list) => loneName(list) !== undefined);
}

const MAX_OLD_STYLE = 400;
