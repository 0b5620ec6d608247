import { CODE } from "../tokens/code-text.ts";

/** The kinds of pieces that an item consists of. An element is outside of all brackets. */
export type ElementKind =
  | "word"
  | "number"
  | "text"
  | "punctuation"
  /** A pair of brackets, with everything in them. */
  | "parentheses"
  | "square"
  /** The word `operator` and the operator after it, as in `operator==`. */
  | "operator"
  /** The body of a class, struct, union or enum. The head of the type is before it. */
  | "type-body"
  /** A pair of braces that defines nothing: an initial value. */
  | "braces";

export interface Element {
  readonly kind: ElementKind;
  readonly start: number;
  readonly end: number;
  /** The text of a word, otherwise empty. */
  readonly word: string;
  /** The code of a punctuation, otherwise 0. */
  readonly code: number;
}

export function isPunctuation(element: Element | undefined, code: number): boolean {
  return element !== undefined && element.kind === "punctuation" && element.code === code;
}

export function isWord(element: Element | undefined, word: string): boolean {
  return element !== undefined && element.kind === "word" && element.word === word;
}

/**
 * Returns the index of the `>` that closes the `<` at `open`. Returns -1 if there is none: `<` is a
 * comparison then. Skips only elements that a list of template arguments may contain.
 */
export function closingAngle(elements: readonly Element[], open: number): number {
  let depth = 0;
  for (let index = open; index < elements.length; index++) {
    const element = elements[index]!;
    if (element.kind === "type-body") return -1;
    if (element.kind !== "punctuation") continue;
    if (element.code === CODE.less) depth++;
    else if (element.code === CODE.greater && --depth === 0) return index;
    else if (element.code === CODE.semicolon) return -1;
  }
  return -1;
}
