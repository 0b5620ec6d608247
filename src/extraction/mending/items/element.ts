import { CODE } from "../tokens/code-text.ts";

/** What an item consists of, outside of all brackets. */
export type ElementKind =
  | "word"
  | "number"
  | "text"
  | "punctuation"
  /** A pair of brackets with all that is in them. */
  | "parentheses"
  | "square"
  /** The operator of `operator==`, with that word. */
  | "operator"
  /** The body of a class, struct, union or enum, of which the head stood before it. */
  | "type-body"
  /** A pair of braces that defines nothing: an initial value. */
  | "braces";

export interface Element {
  readonly kind: ElementKind;
  readonly start: number;
  readonly end: number;
  /** A word's text, else empty. */
  readonly word: string;
  /** A punctuation's code, else 0. */
  readonly code: number;
}

export function isPunctuation(element: Element | undefined, code: number): boolean {
  return element !== undefined && element.kind === "punctuation" && element.code === code;
}

export function isWord(element: Element | undefined, word: string): boolean {
  return element !== undefined && element.kind === "word" && element.word === word;
}

/**
 * The index of the `>` that closes the `<` at `open`; -1 if there is none, for then it compares. Only what may stand in a list of
 * template arguments is passed.
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
