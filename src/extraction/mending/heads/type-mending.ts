import { likenessOf } from "../tokens/arguments.ts";
import { CODE, type CodeText } from "../tokens/code-text.ts";
import { isPointer } from "./function-head.ts";
import type { Outline } from "../outline.ts";
import { isAnnotation, keepPart, type Part } from "../items/part.ts";
import { ATTRIBUTES, isAttribute, TYPE_KEYWORDS } from "../tokens/words.ts";

/** The head of a class, struct, union or enum with a body. */
export interface TypeHead {
  /** The index of the keyword among the parts. */
  readonly keyword: number;
  /** Missing if the type is anonymous. */
  readonly name?: Part;
  readonly isEnum: boolean;
}

/**
 * Finds the type that a head names, if the body of the type follows. In `class EXPORT Name FINAL :
 * Base {` and `struct __packed name {`, the name is the last word that is not an annotation.
 * `struct name f(void) {` is the head of a function.
 */
export function typeHead(parts: readonly Part[], source: CodeText): TypeHead | undefined {
  const keyword = parts.findLastIndex(({ kind, word }) => kind === "keyword" && TYPE_KEYWORDS.has(word));
  if (keyword === -1) return undefined;
  const colon = parts.findIndex((part, index) => index > keyword && part.kind === "punctuation" && part.code === CODE.colon);
  const head = parts.slice(keyword + 1, colon === -1 ? parts.length : colon);
  if (head.some((part) => isPointer(part) || part.kind === "type-body" || part.code === CODE.comma)) return undefined;
  for (const [index, part] of head.entries()) {
    if (part.kind !== "parentheses" || ATTRIBUTES.has(head[index - 1]?.word ?? "")) continue;
    // `struct name f(int a) {` has one name more than `struct attribute(8) {`.
    const isFunction = index === head.length - 1 && index > 1;
    if (isFunction || likenessOf(source, part) === "parameters") return undefined;
  }
  const names = head.filter(({ kind }, index) => kind === "name" && head[index + 1]?.kind !== "parentheses");
  // `typedef struct __packed {`: the attribute of a compiler is not a tag, but a tag may look like
  // another annotation.
  const name = names.findLast((part) => !isAnnotation(part)) ?? names.findLast(({ word }) => !isAttribute(word));
  // `enum class` and `enum struct` have two keywords.
  const first = TYPE_KEYWORDS.has(parts[keyword - 1]?.word ?? "") ? keyword - 1 : keyword;
  return { keyword: first, ...(name === undefined ? {} : { name }), isEnum: parts[first]!.word === "enum" };
}

/** Keeps the parts of a type's head that a grammar needs. */
export function keepTypeHead(outline: Outline, parts: readonly Part[], { keyword, name }: TypeHead): void {
  const kept = parts.filter((part, index) => {
    if (index < keyword) return part.kind === "template" || part.word === "typedef";
    return part === name || (part.kind === "keyword" && TYPE_KEYWORDS.has(part.word));
  });
  for (const part of kept) keepPart(outline, part);
  outline.addPrefixes(parts, kept[0]!.start);
}

/**
 * Keeps the names that a `typedef` gives to the type whose body is before them, without their
 * annotations.
 */
export function keepDeclarators(outline: Outline, parts: readonly Part[]): void {
  let declarator: Part[] = [];
  for (const [index, part] of parts.entries()) {
    const isComma = part.kind === "punctuation" && part.code === CODE.comma;
    if (isComma) outline.keep(part.start, part.end);
    else declarator.push(part);
    if (!isComma && index < parts.length - 1) continue;
    for (const kept of declared(declarator)) outline.keep(kept.start, kept.end);
    declarator = [];
  }
}

/**
 * Returns the name of one declarator, and the pointers before it. Of the two words in `} __packed
 * name;` and in `} name __packed;`, one is the name.
 */
function declared(declarator: readonly Part[]): Part[] {
  const names = declarator.filter(({ kind }, index) => kind === "name" && declarator[index + 1]?.kind !== "parentheses");
  const name = names.findLast((part) => !isAnnotation(part)) ?? names.at(-1);
  if (name === undefined) return [...declarator];
  return [...declarator.filter(isPointer), name];
}
