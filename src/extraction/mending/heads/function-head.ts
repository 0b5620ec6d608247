import { argumentsOf, likenessOf } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import type { Part } from "../items/part.ts";
import { BUILTIN_TYPES, looksLikeMacro, SPECIFIERS, TYPE_KEYWORDS } from "../tokens/words.ts";

/** The indexes of the parts of a head that are its name and its parameters. */
export interface FunctionHead {
  readonly name: number;
  readonly parameters: number;
  /**
   * The parentheses around the name itself, or those of the macro that makes the name: `int
   * (f)(void)`, `NAME(f)(void)`.
   */
  readonly around?: number;
  readonly isTyped: boolean;
  /**
   * True if declarations of the parameters follow them (K&R style). The head cannot be a macro's
   * then.
   */
  readonly isOldStyle?: boolean;
}

/**
 * Finds the name of the function among the words before parentheses. An attribute with arguments,
 * before or after the name, has the same shape. Weights tell them apart: a name has its type before
 * it, and its parameters look like parameters.
 */
export function functionHead(parts: readonly Part[], source: CodeText): FunctionHead | undefined {
  let best: FunctionHead | undefined;
  let most = Number.NEGATIVE_INFINITY;
  const limit = initializersStart(parts);
  for (let index = 1; index < limit; index++) {
    if (parts[index]!.kind !== "parentheses") continue;
    const head = headAt(parts, index, source);
    const weight = head === undefined ? 0 : weightOf(head, parts, source);
    if (head !== undefined && weight > most) {
      best = head;
      most = weight;
    }
  }
  return best;
}

function headAt(parts: readonly Part[], index: number, source: CodeText): FunctionHead | undefined {
  const before = parts[index - 1]!;
  if (holdsDeclarator(parts[index]!, source)) return declarator(parts, index);
  if (before.kind === "name") return { name: index - 1, parameters: index, isTyped: isTyped(parts, index - 1) };
  // For `int (f)(void)` and `NAME(f)(void)`.
  const outer = parts[index - 2];
  if (before.kind !== "parentheses" || outer === undefined) return undefined;
  const isNamed = outer.kind === "name" || BUILTIN_TYPES.has(outer.word) || isPointer(outer);
  return isNamed ? { name: index - 2, parameters: index, around: index - 1, isTyped: isTyped(parts, index - 2) } : undefined;
}

/**
 * For `int (*f(int))(void)` and `int (*f(int))[2]`: the name is inside the parentheses, and the
 * type that the function returns continues after them.
 */
function declarator(parts: readonly Part[], around: number): FunctionHead | undefined {
  let parameters = around + 1;
  while (parts[parameters]?.kind === "square" && parts[parameters + 1]?.kind === "square") parameters++;
  const { kind } = parts[parameters] ?? {};
  return kind === "square" || kind === "parentheses" ? { name: around - 1, parameters, around, isTyped: true } : undefined;
}

/**
 * Removes the parentheses around a whole declarator: `int (f(int a)) {`. The part before them must
 * be a type, so that it cannot be the name of a function.
 */
export function unwrappedDeclarator(parts: readonly Part[], source: CodeText): readonly Part[] {
  const last = parts.at(-1);
  const before = parts.at(-2);
  if (last?.kind !== "parentheses" || before === undefined) return parts;
  const isAfterType = BUILTIN_TYPES.has(before.word) || isPointer(before) || before.kind === "parentheses";
  const [tokens = [], ...others] = isAfterType ? (argumentsOf(source, last) ?? []) : [];
  const [name, open] = tokens;
  const close = tokens.at(-1);
  if (others.length > 0 || name?.isName !== true || open?.code !== CODE.open || close?.code !== CODE.close) return parts;
  if (parts.slice(0, -2).some(({ kind }, index) => kind === "name" && parts[index + 1]?.kind === "parentheses")) return parts;
  const plain = { code: 0, isCertain: false, scope: "" };
  const inner: Part[] = [
    { ...plain, kind: "name", start: name.start, end: name.end, word: name.word },
    { ...plain, kind: "parentheses", start: open.start, end: close.end, word: "" },
  ];
  return [...parts.slice(0, -1), ...inner];
}

/** Returns true if the parentheses begin with a pointer. No list of parameters begins with one. */
function holdsDeclarator(parentheses: Part, source: CodeText): boolean {
  const code = argumentsOf(source, parentheses)?.[0]?.[0]?.code;
  return code === CODE.star || (code === CODE.ampersand && source.dialect === "cpp");
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

/**
 * Returns true if the part directly before a name can be the name's type, or the end of the type.
 */
function isType(part: Part): boolean {
  return part.kind === "name" || (part.kind === "keyword" && !SPECIFIERS.has(part.word)) || isPointer(part);
}

export function isPointer({ kind, code }: Part): boolean {
  return kind === "punctuation" && (code === CODE.star || code === CODE.ampersand);
}

/** Returns true if there is a type before the name, among the storage classes and attributes. */
export function isTyped(parts: readonly Part[], name: number): boolean {
  return parts.slice(0, name).some((part, index) => {
    const isAttribute = parts[index + 1]?.kind === "parentheses";
    return !isAttribute && (part.kind === "name" || BUILTIN_TYPES.has(part.word) || TYPE_KEYWORDS.has(part.word) || part.word === "auto");
  });
}

/**
 * Returns true for words that begin a head and cannot follow parameters. If such a word follows
 * parentheses, the word before the parentheses is an attribute.
 */
function beginsHead({ kind, word }: Part): boolean {
  if (kind !== "keyword" || word === "const" || word === "volatile") return false;
  return SPECIFIERS.has(word) || BUILTIN_TYPES.has(word) || TYPE_KEYWORDS.has(word);
}

/**
 * Returns the index where the initializers of a constructor begin, or the number of parts if there
 * are none.
 */
export function initializersStart(parts: readonly Part[]): number {
  const index = parts.findIndex((part, at) => part.kind === "punctuation" && part.code === CODE.colon && at > 0);
  return index === -1 ? parts.length : index;
}
