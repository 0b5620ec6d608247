import { likenessOf } from "./arguments.ts";
import { CODE, type CodeText } from "./code-text.ts";
import type { Part } from "./part.ts";
import { BUILTIN_TYPES, looksLikeMacro, SPECIFIERS, TYPE_KEYWORDS } from "./words.ts";

/** Which part of a head is the name, and which its parameters. */
export interface FunctionHead {
  readonly name: number;
  readonly parameters: number;
  /** The parentheses around the name itself, or those of the macro that makes the name: `int (f)(void)`, `NAME(f)(void)`. */
  readonly around?: number;
  readonly isTyped: boolean;
}

/**
 * Finds the function's name among the words before parentheses. An attribute that takes arguments, before or after, has the
 * same shape; what tells them apart is weighed: a name has its type before it, and parameters look like some.
 */
export function functionHead(parts: readonly Part[], source: CodeText): FunctionHead | undefined {
  let best: FunctionHead | undefined;
  let most = Number.NEGATIVE_INFINITY;
  const limit = Math.min(parts.length, initializersStart(parts));
  for (let index = 1; index < limit; index++) {
    if (parts[index]!.kind !== "parentheses") continue;
    const head = candidate(parts, index);
    const weight = head === undefined ? 0 : weightOf(head, parts, source);
    if (head !== undefined && weight > most) {
      best = head;
      most = weight;
    }
  }
  return best;
}

function candidate(parts: readonly Part[], parameters: number): FunctionHead | undefined {
  const before = parts[parameters - 1]!;
  if (before.kind === "name") return { name: parameters - 1, parameters, isTyped: isTyped(parts, parameters - 1) };
  // `int (f)(void)`, `int (*f(int))(void)`, `NAME(f)(void)`.
  const outer = parts[parameters - 2];
  if (before.kind !== "parentheses" || outer === undefined) return undefined;
  const isNamed = outer.kind === "name" || BUILTIN_TYPES.has(outer.word) || isPointer(outer);
  return isNamed ? { name: parameters - 2, parameters, around: parameters - 1, isTyped: isTyped(parts, parameters - 2) } : undefined;
}

function weightOf({ name, parameters, around }: FunctionHead, parts: readonly Part[], source: CodeText): number {
  const { word, isCertain } = parts[name]!;
  const next = parts[parameters + 1];
  let weight = around === undefined ? 0 : 3;
  if (isCertain) weight += 6;
  if (name > 0 && isType(parts[name - 1]!)) weight += 4;
  const likeness = likenessOf(source, parts[parameters]!);
  if (likeness === "parameters") weight += 4;
  if (likeness === "arguments") weight -= 4;
  if (next === undefined) weight += 2;
  else if (beginsHead(next)) weight -= 8;
  if (looksLikeMacro(word) || word.startsWith("__")) weight -= 3;
  return weight;
}

/** Whether what stands right before a name can be (the end of) its type. */
function isType(part: Part): boolean {
  return part.kind === "name" || (part.kind === "keyword" && !SPECIFIERS.has(part.word)) || isPointer(part);
}

export function isPointer({ kind, code }: Part): boolean {
  return kind === "punctuation" && (code === CODE.star || code === CODE.ampersand);
}

/** Whether any type stands before the name, among storage classes and attributes. */
function isTyped(parts: readonly Part[], name: number): boolean {
  return parts.slice(0, name).some((part, index) => {
    const isAttribute = parts[index + 1]?.kind === "parentheses";
    return !isAttribute && (part.kind === "name" || BUILTIN_TYPES.has(part.word) || TYPE_KEYWORDS.has(part.word) || part.word === "auto");
  });
}

/** Words that begin a head and do not follow parameters: what stands before them was an attribute. */
function beginsHead({ kind, word }: Part): boolean {
  if (kind !== "keyword" || word === "const" || word === "volatile") return false;
  return SPECIFIERS.has(word) || BUILTIN_TYPES.has(word) || TYPE_KEYWORDS.has(word);
}

/** Where a constructor's initializers begin; behind the end if there are none. */
export function initializersStart(parts: readonly Part[]): number {
  const index = parts.findIndex((part, at) => part.kind === "punctuation" && part.code === CODE.colon && at > 0);
  return index === -1 ? parts.length : index;
}
