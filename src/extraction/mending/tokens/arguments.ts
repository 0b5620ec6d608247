import { closes, opens } from "./brackets.ts";
import { CODE, type CodeText } from "./code-text.ts";
import { PLACE } from "./conditionals.ts";
import { Lexer, TOKEN, type TokenKind } from "./lexer.ts";
import { BUILTIN_TYPES, isReserved, SPECIFIERS, TYPE_KEYWORDS } from "./words.ts";
import type { TextRange } from "../../text-range.ts";

export interface Token extends TextRange {
  readonly kind: TokenKind;
  readonly code: number;
  /** The text of a word or a number, otherwise empty. */
  readonly word: string;
  /** True if the token is a word that may be a name. */
  readonly isName: boolean;
}

/** Returns the tokens between the commas inside a pair of parentheses. */
export function argumentsOf(source: CodeText, parentheses: TextRange): Arguments["lists"] | undefined {
  return readArguments(source, parentheses)?.lists;
}

export interface Arguments {
  readonly lists: readonly (readonly Token[])[];
  /** The offset of the comma before each list except the first. */
  readonly commas: readonly number[];
}

interface LastRead extends TextRange {
  readonly found: Arguments | undefined;
}

/**
 * What was read last of each source. The questions about a head come one after the other: two of
 * three are about the parentheses of the question before.
 */
const LAST_READ = new WeakMap<CodeText, LastRead>();

/**
 * Reads the inside of a pair of parentheses. Returns `undefined` if the list is longer than any
 * that people write.
 */
export function readArguments(source: CodeText, parentheses: TextRange): Arguments | undefined {
  const { start, end } = parentheses;
  const last = LAST_READ.get(source);
  if (last !== undefined && last.start === start && last.end === end) return last.found;
  const found = readTokens(source, parentheses);
  LAST_READ.set(source, { start, end, found });
  return found;
}

function readTokens(source: CodeText, parentheses: TextRange): Arguments | undefined {
  const lexer = new Lexer(source, parentheses.start + 1, parentheses.end - 1);
  lexer.place = PLACE.inside;
  const tokens: Token[] = [];
  while (lexer.next() !== TOKEN.end) {
    if (tokens.length === MAX_TOKENS) return undefined;
    const { kind, start, end } = lexer;
    const code = kind === TOKEN.punctuation ? lexer.code : 0;
    const word = kind === TOKEN.word || kind === TOKEN.number ? lexer.textOf() : "";
    const isName = kind === TOKEN.word && !isReserved(word, source.dialect);
    tokens.push({ kind, start, end, code, word, isName });
  }
  return splitAtCommas(tokens, source.dialect === "cpp" ? templateEnds(tokens) : NO_TEMPLATES);
}

function splitAtCommas(tokens: readonly Token[], ends: ReadonlyMap<number, number>): Arguments {
  const lists: Token[][] = [[]];
  const commas: number[] = [];
  let depth = 0;
  /** The place of the `>` up to which commas separate the arguments of a template. */
  let templateEnd = -1;
  for (const [index, token] of tokens.entries()) {
    const { code, start } = token;
    if (opens(code)) depth++;
    else if (closes(code)) depth--;
    else if (code === CODE.less) templateEnd = Math.max(templateEnd, ends.get(index) ?? -1);
    if (code === CODE.comma && depth === 0 && index > templateEnd) {
      lists.push([]);
      commas.push(start);
    } else lists.at(-1)!.push(token);
  }
  return { lists, commas };
}

/** Maps the place of each `<` that follows a name and is closed to the place of its `>`. */
function templateEnds(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  /** The places of the brackets, and of each `<` in them, that are open. */
  const open: number[] = [];
  const isInTemplate = (): boolean => open.length > 0 && tokens[open.at(-1)!]!.code === CODE.less;
  for (const [index, { code }] of tokens.entries()) {
    if (opens(code) || (code === CODE.less && tokens[index - 1]?.isName === true)) open.push(index);
    else if (closes(code)) {
      // What is still open in a bracket that ends is a comparison.
      while (isInTemplate()) open.pop();
      open.pop();
    } else if (code === CODE.greater && isInTemplate()) ends.set(open.pop()!, index);
  }
  return ends;
}

const NO_TEMPLATES: ReadonlyMap<number, number> = new Map();
const MAX_TOKENS = 5_000;

/** Returns the name, if the argument consists of one name. */
export function loneName(argument: readonly Token[] | undefined): string | undefined {
  const [first, second] = argument ?? [];
  return first?.isName === true && second === undefined ? first.word : undefined;
}

/** What a pair of parentheses looks like. A list of parameters has types before its names. */
export type Likeness = "parameters" | "arguments" | "either";

export function likenessOf(source: CodeText, parentheses: TextRange): Likeness {
  const lists = argumentsOf(source, parentheses);
  if (lists === undefined) return "either";
  if (lists.length === 1 && lists[0]!.length === 0) return "parameters";
  if (lists.some(isParameter)) return "parameters";
  return lists.every((list) => loneName(list) !== undefined) ? "either" : "arguments";
}

/**
 * Returns true for `int`, `struct a *b`, `t name`, `t *name` and `...`. A macro never gets these as
 * values.
 */
export function isParameter(tokens: readonly Token[]): boolean {
  const [first, second, third] = tokens;
  if (first?.code === CODE.dot) return true;
  if (first?.kind !== TOKEN.word) return false;
  if (!first.isName) return BUILTIN_TYPES.has(first.word) || TYPE_KEYWORDS.has(first.word) || SPECIFIERS.has(first.word);
  if (second?.kind === TOKEN.word || second?.code === CODE.scope || second?.code === CODE.less) return true;
  const isPointer = second?.code === CODE.star || second?.code === CODE.ampersand;
  return isPointer && (third === undefined || third.kind === TOKEN.word || third.code === CODE.star || third.code === CODE.ampersand);
}
