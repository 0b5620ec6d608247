import { argumentsOf, loneName } from "./arguments.ts";
import { CODE, type CodeText } from "./code-text.ts";
import { isPunctuation, type Element } from "./element.ts";
import type { Part } from "./part.ts";
import { isReserved, SPECIFIERS } from "./words.ts";

/** Whether what stands before a brace opens a scope that is no class: a namespace, `extern "C"`. */
export function isTransparent(parts: readonly Part[]): boolean {
  if (parts.some(({ kind, word }) => kind === "keyword" && word === "namespace")) return true;
  return parts.at(-1)?.kind === "text" && parts.some(({ word }) => word === "extern");
}

/** `public:`, `public slots:`, and what a macro without semicolon left before it. */
export function isAccessLabel(elements: readonly Element[]): boolean {
  return elements.every(({ kind }) => kind === "word") && LABELS.has(elements.at(-1)?.word ?? "");
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
 * Whether declarations stand between a head's parameters and a semicolon, as they do in functions of the old style:
 * `int f(a, b) int a; char *b; {`.
 */
export function isOldStyle(elements: readonly Element[], source: CodeText): boolean {
  if (elements.length > MAX_OLD_STYLE) return false;
  const parameters = elements.findIndex(({ kind }, index) => kind === "parentheses" && elements[index - 1]?.kind === "word");
  const name = elements[parameters - 1];
  const [first, second] = elements.slice(parameters + 1);
  if (name === undefined || first?.kind !== "word" || isReserved(name.word, source.dialect)) return false;
  if (second?.kind !== "word" && !isPunctuation(second, CODE.star)) return false;
  if (SPECIFIERS.has(first.word) && first.word !== "register" && first.word !== "const") return false;
  const lists = argumentsOf(source, elements[parameters]!);
  return lists !== undefined && lists.every((list) => loneName(list) !== undefined);
}

const MAX_OLD_STYLE = 400;
