import { likenessOf } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { functionHead, isPointer, isTyped, type FunctionHead } from "../heads/function-head.ts";
import { isAnnotatedField } from "../heads/member-mending.ts";
import { isAnnotation, type Part } from "../items/part.ts";
import { looksLikeMacro, TYPE_KEYWORDS } from "../tokens/words.ts";
import type { SymbolKind } from "../../../record/file-metadata.ts";

/** A name that a declaration introduces. */
export interface NamedDeclarator {
  readonly kind: SymbolKind;
  readonly name: string;
}

/**
 * Returns the names that a declaration without a body declares. `followed` is the character after
 * its parts: an equals sign, or the semicolon. Calls of macros, `friend`s, and types that are only
 * announced (`struct a;`) declare nothing.
 */
export function declaratorsOf(parts: readonly Part[], followed: string, source: CodeText): NamedDeclarator[] {
  if (parts.some(({ kind, word }) => kind === "keyword" && NO_DECLARATIONS.has(word))) return [];
  const keywords = new Set(parts.filter(({ kind }) => kind === "keyword").map(({ word }) => word));
  if (keywords.has("using")) return followed === "=" ? aliasOf(parts) : [];
  if (keywords.has("typedef")) return declarators(parts).flatMap((one) => named("type", one, source));
  const head = functionHead(parts, source);
  if (head !== undefined && !isObject(head, parts, source)) return prototypeOf(head, parts, source);
  return declarators(parts).flatMap((one, index) =>
    index > 0 || isDeclarator(one) ? named(isConstant(one) ? "constant" : "variable", one, source) : [],
  );
}

const NO_DECLARATIONS: ReadonlySet<string> = new Set(
  "friend namespace static_assert _Static_assert asm __asm__ __asm return goto if for while switch case do else concept operator".split(
    " ",
  ),
);

function aliasOf(parts: readonly Part[]): NamedDeclarator[] {
  const name = parts[parts.findIndex(({ word }) => word === "using") + 1];
  return name?.kind === "name" ? [{ kind: "type", name: name.word }] : [];
}

/**
 * Returns true if a thing with the shape of a function's head is an object: `int size ALIGNED(8)`,
 * `int (*call)(void)`, `Lock lock(1)`.
 */
function isObject(head: FunctionHead, parts: readonly Part[], source: CodeText): boolean {
  if (isAnnotatedField(parts, head, source)) return true;
  const around = head.around === undefined ? undefined : parts[head.around];
  if (around !== undefined) return POINTER.test(source.text.slice(around.start, around.end));
  return head.isTyped && !looksLikeMacro(parts[head.name]!.word) && likenessOf(source, parts[head.parameters]!) === "arguments";
}

function prototypeOf(head: FunctionHead, parts: readonly Part[], source: CodeText): NamedDeclarator[] {
  const { around } = head;
  const within =
    around === undefined ? null : NAME_WITHIN.exec(source.text.slice(parts[around]!.start, parts[around]!.start + MAX_POINTER));
  // The names of `int (*f(int))(void)` and of `int (f)(void)` are in parentheses.
  if (within !== null) return [{ kind: "prototype", name: within[1] ?? within[2]! }];
  const name = parts[head.name]!;
  const isMacro = isAnnotation(name) && likenessOf(source, parts[head.parameters]!) !== "parameters";
  // A static prototype announces a function that the same file defines.
  const isStatic = parts.some(({ kind, word }) => kind === "keyword" && word === "static");
  return head.isTyped && !isMacro && !isStatic && name.word !== "" ? [{ kind: "prototype", name: name.word }] : [];
}

/** Splits the parts at the commas. The first list has the type too. */
function declarators(parts: readonly Part[]): Part[][] {
  const lists: Part[][] = [[]];
  for (const part of parts) {
    if (part.kind === "punctuation" && part.code === CODE.comma) lists.push([]);
    else lists.at(-1)!.push(part);
  }
  return lists;
}

/** Returns true if a name has its type before it. */
function isDeclarator(parts: readonly Part[]): boolean {
  const isPointed = parts.some(({ kind }, index) => kind === "parentheses" && parts[index + 1]?.kind === "parentheses");
  const name = nameIndex(parts);
  return isPointed || (name !== -1 && (isTyped(parts, name) || parts.slice(0, name).some(({ kind }) => kind === "type-body")));
}

function named(kind: SymbolKind, parts: readonly Part[], source: CodeText): NamedDeclarator[] {
  const pointer = parts.find(({ kind: is }, index) => is === "parentheses" && parts[index + 1]?.kind === "parentheses");
  const within =
    pointer === undefined ? null : NAME_WITHIN.exec(source.text.slice(pointer.start, Math.min(pointer.end, pointer.start + MAX_POINTER)));
  const name = within?.[1] ?? within?.[2] ?? parts[nameIndex(parts)]?.word ?? "";
  return name === "" ? [] : [{ kind, name }];
}

/**
 * Returns the index of the declared name: the last word after the tag or body of a type that is
 * neither an annotation nor the name of an annotation's call.
 */
function nameIndex(parts: readonly Part[]): number {
  const colon = parts.findIndex((part, index) => index > 0 && part.kind === "punctuation" && part.code === CODE.colon);
  const end = colon === -1 ? parts.length : colon;
  const from = typeEnd(parts);
  const isName = ({ kind }: Part, index: number): boolean =>
    kind === "name" && index > from && index < end && (parts[index + 1]?.kind !== "parentheses" || isTyped(parts, index));
  const plain = parts.findLastIndex((part, index) => isName(part, index) && !isAnnotation(part));
  // In `u8 BLOCK`, the word `BLOCK` is the name, because a type is before it. Otherwise it would be
  // an annotation. `struct a __packed` names only the type.
  const isTypedef = parts.some(({ word }) => word === "typedef");
  const mayBeLast = (part: Part, index: number): boolean =>
    from === -1 || isTypedef || !part.word.startsWith("__") || isPointer(parts[index - 1]!);
  const last = parts.findLastIndex((part, index) => isName(part, index) && mayBeLast(part, index));
  return plain === -1 || (last > plain && !isTyped(parts, plain) && parts[last + 1]?.kind !== "parentheses") ? last : plain;
}

/** Returns the index of a type's body, or of its tag, or -1 if it has neither. */
function typeEnd(parts: readonly Part[]): number {
  const body = parts.findLastIndex(({ kind }) => kind === "type-body");
  if (body !== -1) return body;
  const keyword = parts.findLastIndex(({ kind, word }) => kind === "keyword" && TYPE_KEYWORDS.has(word));
  if (keyword === -1) return -1;
  const tag = parts.findIndex((part, index) => index > keyword && part.kind === "name" && !isAnnotation(part));
  const pointer = parts.findIndex((part, index) => index > keyword && isPointer(part));
  const isTag = tag !== -1 && (pointer === -1 || tag < pointer);
  return isTag ? tag : parts.findIndex((part, index) => index > keyword && part.kind === "name");
}

function isConstant(parts: readonly Part[]): boolean {
  if (parts.some(({ word }) => word === "constexpr")) return true;
  const last = parts.findLastIndex(({ kind, word }) => kind === "keyword" && word === "const");
  return last !== -1 && !parts.slice(last).some(isPointer);
}

/** Matches `(*name)`, `(API *const name[2])` and `(name)`. */
const NAME_WITHIN = /^\(\s*(?:(?:\w+\s+){0,2}[*^&](?:[\s*&]|(?:const|volatile|__\w+)\b)*([A-Za-z_]\w*)|([A-Za-z_]\w*)\s*\))/;
/** The same for a pointer only. The pointer has no parameters of its own. */
const POINTER = /^\(\s*(?:\w+\s+){0,2}[*^&](?:[\s*&]|(?:const|volatile|__\w+)\b)*(?:[A-Za-z_]\w*)?\s*[[)]/;
const MAX_POINTER = 300;
