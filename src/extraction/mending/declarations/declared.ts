import type { SymbolKind } from "../../../record/file-metadata.ts";
import type { TextRange } from "../../text-range.ts";

/**
 * A thing that a C or C++ source declares and that needs no parse: a macro, a variable, a
 * prototype, an enumerator.
 */
export interface Declared extends TextRange {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly className?: string | undefined;
  /** The start and the end of each comment directly before it. */
  readonly comments: readonly number[];
}

/**
 * Returns the last of `comments` (starts and ends) that have only white space between them and
 * `start`: one block comment, or several line comments in a row.
 */
export function commentsBefore(text: string, comments: readonly number[], start: number): number[] {
  let first = comments.length;
  let next = start;
  while (first > 0 && comments[first - 2]! >= start) first -= 2;
  const last = first;
  while (first > 0 && last - first < MAX_COMMENTS) {
    const begin = comments[first - 2]!;
    const gap = text.slice(comments[first - 1], next);
    if (gap.length > MAX_GAP || gap.trim() !== "") break;
    first -= 2;
    next = begin;
    if (text.startsWith("/*", begin)) break;
  }
  return comments.slice(first, last);
}

/** In numbers of the list. Each comment has two. */
const MAX_COMMENTS = 200;
/** In characters. Enough for indentation and a few empty lines. */
const MAX_GAP = 200;
