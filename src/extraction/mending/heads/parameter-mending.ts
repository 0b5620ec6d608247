import { isParameter, loneName, readArguments, type Token } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { TOKEN } from "../tokens/lexer.ts";
import type { Outline } from "../outline.ts";
import { BUILTIN_TYPES, looksLikeMacro, TYPE_KEYWORDS } from "../tokens/words.ts";
import type { TextRange } from "../../text-range.ts";

/**
 * Keeps a list of parameters without their annotations (`char __user *name`, `int flags __unused`).
 * If there is a `name`, the list belongs to a macro that defines a function: the argument with the
 * name, and arguments that cannot be parameters, are left out.
 */
export function keepParameters(source: CodeText, outline: Outline, parentheses: TextRange, name?: TextRange): void {
  outline.keep(parentheses.start, parentheses.start + 1);
  outline.keep(parentheses.end - 1, parentheses.end);
  const { lists = [], commas = [] } = readArguments(source, parentheses) ?? {};
  let isFirst = true;
  for (const [index, tokens] of lists.entries()) {
    const rest = tokens.filter(({ start }) => name === undefined || start < name.start || start >= name.end);
    if (rest.length === 0 || (name !== undefined && !mayBeParameter(rest))) continue;
    const comma = commas[index - 1];
    if (!isFirst && comma !== undefined) outline.keep(comma, comma + 1);
    isFirst = false;
    const left = annotations(rest);
    for (const token of rest) if (!left.has(token)) outline.keep(token.start, token.end);
    // The first word belongs to the parameter even if it is an annotation. The grammar accepts any
    // qualifier in its place.
    const [first] = rest;
    if (left.has(first!) && first!.end - first!.start >= QUALIFIER.length && !left.has(rest[1]!)) outline.write(first!.start, QUALIFIER);
  }
}

function mayBeParameter(tokens: readonly Token[]): boolean {
  return loneName(tokens) !== undefined || (isParameter(tokens) && tokens.every(({ kind }) => kind !== TOKEN.text));
}

const QUALIFIER = "const";

/**
 * The part of a parameter between two pointers. The type is before the first pointer, and the name
 * is after the last one.
 */
interface Stretch {
  readonly names: Token[];
  hasType: boolean;
}

function annotations(tokens: readonly Token[]): ReadonlySet<Token> {
  const left = new Set<Token>();
  const stretches: Stretch[] = [{ names: [], hasType: false }];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index]!;
    if (token.code === CODE.equals || token.code === CODE.openSquare) break;
    if (token.code === CODE.open) {
      const close = closing(tokens, index);
      // In `int x ATTR(1)` there is one name too many. In `ATTR(1) int x` more names follow. In
      // both, `ATTR(1)` is an annotation.
      const before = tokens[index - 1];
      const isAnnotation =
        before !== undefined && stretches.at(-1)!.names.includes(before) && (hasRoomOnlyFor(stretches) || mayGoOn(tokens[close + 1]));
      if (!isAnnotation) break;
      stretches.at(-1)!.names.pop();
      for (const one of tokens.slice(index - 1, close + 1)) left.add(one);
      index = close;
    } else if (token.code === CODE.star || token.code === CODE.ampersand) stretches.push({ names: [], hasType: true });
    else if (token.code === CODE.less) index = closingAngleOf(tokens, index);
    else if (token.kind === TOKEN.word) noteWord(tokens, index, stretches.at(-1)!);
  }
  for (const [index, { names, hasType }] of stretches.entries()) {
    const isLast = index === stretches.length - 1;
    const room = (hasType ? 0 : 1) + (isLast ? 1 : 0);
    for (const name of excess(names, room)) left.add(name);
  }
  return left;
}

function noteWord(tokens: readonly Token[], index: number, stretch: Stretch): void {
  const token = tokens[index]!;
  const before = tokens[index - 1];
  if (BUILTIN_TYPES.has(token.word) || token.word === "auto") stretch.hasType = true;
  else if (before !== undefined && TYPE_KEYWORDS.has(before.word)) stretch.hasType = true;
  else if (token.isName && !isScope(tokens, index)) stretch.names.push(token);
}

/**
 * Returns true if `::` follows a name and its template arguments. Only the last name of
 * `a::b<c>::d` counts.
 */
function isScope(tokens: readonly Token[], index: number): boolean {
  let next = index + 1;
  if (tokens[next]?.code === CODE.less) next = closingAngleOf(tokens, next) + 1;
  return tokens[next]?.code === CODE.scope;
}

function hasRoomOnlyFor(stretches: readonly Stretch[]): boolean {
  const { names, hasType } = stretches.at(-1)!;
  return names.length > (hasType ? 1 : 2);
}

function mayGoOn(token: Token | undefined): boolean {
  return token !== undefined && (token.isName || BUILTIN_TYPES.has(token.word));
}

/** Returns the names that are too many: first those that look like macros, then the last ones. */
function excess(names: readonly Token[], room: number): Token[] {
  const count = names.length - room;
  if (count <= 0) return [];
  const likely = names.filter(({ word }) => word.startsWith("__") || looksLikeMacro(word));
  const others = names.filter((name) => !likely.includes(name)).reverse();
  return [...likely, ...others].slice(0, count);
}

function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.code === CODE.open) depth++;
    else if (tokens[index]!.code === CODE.close && --depth === 0) return index;
  }
  return tokens.length - 1;
}

/** Returns the index of the `>` that closes a `<` in the same parameter. */
function closingAngleOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]!.code === CODE.less) depth++;
    else if (tokens[index]!.code === CODE.greater && --depth === 0) return index;
  }
  return open;
}
