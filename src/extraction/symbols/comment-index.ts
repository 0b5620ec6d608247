import { blockCommentLines, lineCommentText } from "../docs/comment-lines.ts";
import type { Language } from "../languages/language.ts";

/** Rows are counted from 0 here, as tree-sitter does. */
export interface Span {
  readonly startRow: number;
  readonly endRow: number;
}

interface Comment extends Span {
  readonly text: string;
  readonly isBlock: boolean;
}

export interface LeadingDoc {
  /** Without the comment's marks. */
  readonly lines: readonly string[];
  readonly firstRow: number;
}

/**
 * The comments of a file that have lines of their own, found by the row on which they end: documentation is what ends right above
 * a definition, or above the attributes and decorators that stand between.
 */
export class CommentIndex {
  readonly #source: string;
  readonly #language: Language;
  readonly #comments = new Map<number, Comment>();
  readonly #prefixes = new Map<number, Span>();

  constructor(source: string, language: Language) {
    this.#source = source;
    this.#language = language;
  }

  /** Takes note of a comment, from `start` up to `end` in the source. */
  addComment(start: number, end: number, startRow: number): void {
    if (!this.#startsLine(start)) return;
    const text = this.#source.slice(start, end).trimEnd();
    const isBlock = text.startsWith("/*") || text.startsWith("=begin");
    const endRow = isBlock ? startRow + countLineEnds(text) : startRow;
    this.#comments.set(endRow, { text, isBlock, startRow, endRow });
  }

  /** Takes note of something that may stand between a definition and its documentation. */
  addPrefix(span: Span): void {
    const known = this.#prefixes.get(span.endRow);
    if (known === undefined || span.startRow < known.startRow) this.#prefixes.set(span.endRow, span);
  }

  /** Whether nothing but a comment is on this row, all of it or its end. */
  isComment(row: number): boolean {
    return this.#comments.has(row);
  }

  /** The comment right above a definition that starts on `row`, or before it on that row itself. */
  docAbove(row: number): LeadingDoc | undefined {
    const onSameRow = this.#comments.get(row);
    if (onSameRow !== undefined && onSameRow.isBlock) return this.#docOf(onSameRow);
    let above = row - 1;
    for (let prefix = this.#prefixes.get(above); prefix !== undefined; prefix = this.#prefixes.get(above)) above = prefix.startRow - 1;
    const nearest = this.#comments.get(above);
    if (nearest === undefined || this.#isOther(nearest)) return undefined;
    return nearest.isBlock ? this.#docOf(nearest) : this.#lineCommentsUpTo(nearest);
  }

  #lineCommentsUpTo(last: Comment): LeadingDoc {
    const lines: string[] = [];
    let firstRow = last.startRow;
    let comment: Comment | undefined = last;
    while (comment !== undefined && !comment.isBlock && !this.#isOther(comment)) {
      lines.push(lineCommentText(comment.text));
      firstRow = comment.startRow;
      comment = this.#comments.get(firstRow - 1);
    }
    return { lines: lines.reverse(), firstRow };
  }

  #docOf(comment: Comment): LeadingDoc {
    const text = comment.text.startsWith("=begin") ? comment.text.slice("=begin".length).replace(/=end$/, "") : comment.text;
    return { lines: blockCommentLines(text), firstRow: comment.startRow };
  }

  /** Whether a comment is not about what follows it. */
  #isOther(comment: Comment): boolean {
    return comment.text.startsWith("#!") || this.#language.innerDoc?.test(comment.text) === true;
  }

  #startsLine(index: number): boolean {
    let at = index - 1;
    while (this.#source[at] === " " || this.#source[at] === "\t" || this.#source[at] === "\f") at--;
    return at < 0 || this.#source[at] === "\n";
  }
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
