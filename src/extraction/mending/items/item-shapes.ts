import { argumentsOf, loneName } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import type { Lexer } from "../tokens/lexer.ts";
import { isPunctuation, type Element } from "./element.ts";
import { initializersStart } from "../heads/function-head.ts";
import { partsOf, type Part } from "./part.ts";
import { isReserved, looksLikeMacro, SPECIFIERS } from "../tokens/words.ts";

/** Whether what stands before a brace opens a scope that is no class: a namespace, `extern "C"`. */
export function isTransparent(parts: readonly Part[]): boolean {
  if (parts.some(({ kind, word }) => kind === "keyword" && word === "namespace")) return true;
  return parts.at(-1)?.kind === "text" && parts.some(({ word }) => word === "extern");
}

/**
 * The head that stands before a brace. Parameters that are declared before the body (K&R) are no part of it; other declarations
 * that look like some are items of their own, and are taken from `elements`.
 */
export function partsBeforeBrace(elements: Element[], { source, alternatives }: Lexer): Part[] {
  const chosen = withoutAlternatives(elements, alternatives);
  const last = chosen.findLastIndex((element) => isPunctuation(element, CODE.semicolon));
  if (last !== -1 && last === chosen.length - 1) {
    return behindRows(partsOf(chosen.slice(0, oldStyleParameters(chosen, source) + 1), source.dialect));
  }
  elements.splice(0, elements.length, ...chosen.slice(last + 1));
  return behindRows(partsOf(elements, source.dialect));
}

/**
 * Leaves out what another branch of an `#if` had in the place of what its first branch has. Within a branch that is not ended,
 * its own is what counts.
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
 * What stands behind calls of macros that end lines of their own: `END_TEST`, `SUITE(cart)`, before another call at the same column
 * that opens the body. One before a head of another shape may be that head's annotation, or its type.
 */
export function behindMacroLines(parts: readonly Part[], source: CodeText): readonly Part[] {
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

/** What stands behind the rows of a table that macros make: `ROW(1), ROW(2), int f(void) {`. */
function behindRows(parts: readonly Part[]): Part[] {
  const head = parts.slice(0, initializersStart(parts));
  return parts.slice(head.findLastIndex(({ kind, code }) => kind === "punctuation" && code === CODE.comma) + 1);
}

/** `public:`, `public slots:`, whatever macros without semicolon left before it. */
export function isAccessLabel(elements: readonly Element[]): boolean {
  return LABELS.has(elements.at(-1)?.word ?? "");
}

const LABELS: ReadonlySet<string> = new Set(["public", "private", "protected", "signals", "slots", "Q_SIGNALS", "Q_SLOTS"]);

/** Whether a brace is a member's initial value in a constructor's head: `: a_{1}, b_{2} {`. */
export function isInitializer(parts: readonly Part[]): boolean {
  const last = parts.at(-1);
  const before = parts.at(-2);
  if (last?.kind !== "name" || before?.kind !== "punctuation") return false;
  return before.code === CODE.colon || before.code === CODE.comma;
}

/**
 * Where the parameters are of a head that declares them before its body, as the old style has it:
 * `int f(a, b) int a; char *b; {`. -1 if nothing is declared behind them.
 */
export function oldStyleParameters(elements: readonly Element[], source: CodeText): number {
  if (elements.length > MAX_OLD_STYLE) return -1;
  const first = elements.findIndex((element) => isPunctuation(element, CODE.semicolon));
  const head = first === -1 ? elements : elements.slice(0, first);
  return head.findLastIndex((_, index) => declaresBehind(head, index, source));
}

function declaresBehind(head: readonly Element[], parameters: number, source: CodeText): boolean {
  const name = head[parameters - 1];
  if (head[parameters]!.kind !== "parentheses" || name?.kind !== "word" || isReserved(name.word, source.dialect)) return false;
  const [first, second] = head.slice(parameters + 1);
  if (first?.kind !== "word" || (second?.kind !== "word" && !isPunctuation(second, CODE.star))) return false;
  if (SPECIFIERS.has(first.word) && first.word !== "register" && first.word !== "const") return false;
  const lists = argumentsOf(source, head[parameters]!);
  return lists !== undefined && lists.every((list) => loneName(list) !== undefined);
}

const MAX_OLD_STYLE = 400;
