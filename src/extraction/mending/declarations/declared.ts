import type { SymbolKind } from "../../../record/file-metadata.ts";
import type { TextSpan } from "../outline.ts";

/** What a source of C or C++ declares and no parse is needed for: a macro, a variable, a prototype, an enumerator. */
export interface Declared extends TextSpan {
  readonly kind: SymbolKind;
  readonly name: string;
  readonly className?: string | undefined;
  /** The comments right before it: where each starts and ends. */
  readonly comments: readonly number[];
}

/** The last of `comments` (starts and ends) that are followed by nothing but white space, up to `start`: a block, or a run of lines. */
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

/** Numbers, of which each comment has two. */
const MAX_COMMENTS = 200;
/** Characters: indentation, and a few empty lines. */
const MAX_GAP = 200;
