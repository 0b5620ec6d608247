import type { DocSections } from "../../record/file-metadata.ts";
import { blockCommentLines, lineCommentText } from "../docs/comment-lines.ts";
import { docSectionsOf } from "../docs/doc-sections.ts";
import { isBannerComment, isToolDirective } from "../docs/line-kinds.ts";
import { xmlDocLines } from "../docs/xml-doc.ts";
import { isOfWholeFile } from "../header/file-header.ts";
import type { Language } from "../languages/language.ts";

/** Rows count from 0 here, as in tree-sitter. */
interface Span {
  readonly start: number;
  readonly startRow: number;
  readonly endRow: number;
}

interface Comment extends Span {
  readonly end: number;
  readonly text: string;
  readonly isBlock: boolean;
  /**
   * True if the form of the comment alone shows that it documents the code below it, for example a
   * block comment that starts with two stars.
   */
  readonly isDoc: boolean;
  /** The lines of a block comment, once they are known. */
  lines: readonly string[] | undefined;
}

export interface LeadingDoc {
  readonly sections: DocSections;
  readonly firstRow: number;
  /** True if no empty line and no other comment is between the documentation and the definition. */
  readonly touches: boolean;
}

interface FoundDoc extends Omit<LeadingDoc, "sections"> {
  /** The lines without the marks of the comment. */
  readonly lines: readonly string[];
}

/**
 * Finds the comments of a file that have lines of their own, by the row on which they end. The
 * documentation of a definition is the nearest comment above it that has the form of documentation.
 * Other comments, empty lines, attributes and decorators may be between them. If there is no such
 * comment, the documentation is the plain comment that touches the definition.
 */
export class CommentIndex {
  readonly #source: string;
  readonly #language: Language;
  readonly #comments = new Map<number, Comment>();
  readonly #prefixes = new Map<number, Span>();
  /**
   * Maps the start of each comment of the file to its end, also for comments that share a line with
   * code.
   */
  readonly #ends = new Map<number, number>();
  /**
   * The last result. One line may have hundreds of definitions, and the comment above it may be the
   * whole file.
   */
  #last: { readonly row: number; readonly before: Comment | undefined; readonly doc: LeadingDoc | undefined } | undefined;

  constructor(source: string, language: Language) {
    this.#source = source;
    this.#language = language;
  }

  /** Adds the comment from `start` up to `end` in the source. */
  addComment(start: number, end: number, startRow: number): void {
    if (this.#ends.get(start) === end) return;
    this.#last = undefined;
    this.#ends.set(start, end);
    const text = this.#source.slice(start, end).trimEnd();
    const isBlock = BLOCK.test(text);
    const endRow = isBlock ? startRow + countLineEnds(text) : startRow;
    const isDoc = this.#language.docComment?.test(text) === true;
    const known = this.#comments.get(startRow);
    const follows = known !== undefined && this.#source.slice(known.end, start).trim() === "";
    if (follows ? !isDoc : !this.#startsLine(start)) return;
    this.#comments.set(endRow, { text, isBlock, isDoc, start, end: start + text.length, startRow, endRow, lines: undefined });
  }

  /** Returns the source from `start` up to `end`, with a space instead of each comment. */
  textWithoutComments(start: number, end: number): string {
    const text = this.#source.slice(start, Math.min(end, start + MAX_CLEANED));
    if (this.#ends.size === 0 || !COMMENT_MARK.test(text)) return text;
    const parts: string[] = [];
    const last = start + text.length;
    let kept = start;
    for (let at = start; at < last; at++) {
      const commentEnd = this.#ends.get(at);
      if (commentEnd === undefined) continue;
      parts.push(this.#source.slice(kept, at));
      kept = commentEnd;
      at = Math.max(at, commentEnd - 1);
    }
    return [...parts, this.#source.slice(kept, Math.max(kept, last))].join(" ");
  }

  /** Adds something that may be between a definition and its documentation. */
  addPrefix(start: number, startRow: number, endRow: number): void {
    this.#last = undefined;
    // Words may precede it, but no code: code on the same line is another definition.
    if (!WORDS.test(this.#source.slice(Math.max(this.#lineStart(start), start - MAX_LEAD_IN), start))) return;
    const known = this.#prefixes.get(endRow);
    if (known === undefined || startRow < known.startRow) this.#prefixes.set(endRow, { start, startRow, endRow });
  }

  /** True if this row has only a comment, or the end of one. */
  isComment(row: number): boolean {
    return this.#comments.has(row);
  }

  /** Returns the documentation of a definition that starts on `row`, at `index` in the source. */
  docAbove(row: number, index: number): LeadingDoc | undefined {
    const onSameRow = this.#comments.get(row);
    const before = onSameRow?.isDoc === true && onSameRow.end <= index ? onSameRow : undefined;
    if (this.#last?.row !== row || this.#last.before !== before) {
      const found = before === undefined ? this.#findAbove(row, index) : this.#docOf(before, true);
      this.#last = { row, before, doc: found && this.#read(found) };
    }
    return this.#last.doc;
  }

  #read({ lines, firstRow, touches }: FoundDoc): LeadingDoc {
    const read = this.#language.docFormat === "xml" ? xmlDocLines(lines) : lines;
    return { sections: docSectionsOf(read, "comment"), firstRow, touches };
  }

  /** Searches the rows above for the documentation. */
  #findAbove(row: number, index: number): FoundDoc | undefined {
    let touches = true;
    let hasOther = false;
    let plain: Comment | undefined;
    let above = row - 1;
    let lineStart = this.#lineStart(index);
    for (;;) {
      const comment = this.#comments.get(above);
      const between = this.#prefixes.get(above) ?? comment;
      if (comment !== undefined) {
        if (this.#isOther(comment) || this.#hasCodeBehind(comment, lineStart)) break;
        if (comment.isDoc) return this.#unlessOfFile(this.#docOf(comment, touches && !hasOther));
        if (touches && !this.#saysNothing(comment)) plain ??= comment;
        hasOther = true;
      }
      if (between !== undefined) {
        above = between.startRow - 1;
        lineStart = this.#lineStart(between.start);
      } else if (lineStart > 0 && this.#isPassedOver(this.#source.slice(this.#lineStart(lineStart - 1), lineStart))) {
        lineStart = this.#lineStart(lineStart - 1);
        touches &&= this.#source[lineStart]!.trim() !== "";
        above--;
      } else {
        break;
      }
    }
    const doc = plain === undefined ? undefined : this.#docOf(plain, true);
    return doc === undefined || isBannerComment(doc.lines) ? undefined : doc;
  }

  #docOf(last: Comment, touches: boolean): FoundDoc {
    if (last.isBlock) return { lines: linesOfBlock(last), firstRow: last.startRow, touches };
    const lines: string[] = [];
    let firstRow = last.startRow;
    let comment: Comment | undefined = last;
    while (comment !== undefined && !comment.isBlock && comment.isDoc === last.isDoc && !this.#isOther(comment)) {
      lines.push(lineCommentText(comment.text));
      firstRow = comment.startRow;
      comment = this.#comments.get(firstRow - 1);
    }
    return { lines: lines.reverse(), firstRow, touches };
  }

  /**
   * Returns `undefined` for documentation that does not touch its definition and is about the whole
   * file, and for a banner.
   */
  #unlessOfFile(doc: FoundDoc): FoundDoc | undefined {
    return (!doc.touches && isOfWholeFile(doc.lines)) || isBannerComment(doc.lines) ? undefined : doc;
  }

  /** True if a comment is not about the code that follows it. */
  #isOther(comment: Comment): boolean {
    return comment.text.startsWith("#!") || this.#language.innerDoc?.test(comment.text) === true;
  }

  /**
   * True if a comment is for a tool, or only separates sections. The comment above it may be the
   * documentation.
   */
  #saysNothing(comment: Comment): boolean {
    const { isBlock, text } = comment;
    const lines = isBlock ? linesOfBlock(comment) : [lineCommentText(text)];
    return lines.every((line) => line.trim() === "" || isToolDirective(line)) || (isBlock && isBannerComment(lines));
  }

  /** True if a line of the source is empty, or begins the definition. */
  #isPassedOver(line: string): boolean {
    return line.trim() === "" || (line.length < MAX_LEAD_IN && this.#language.leadIn?.test(line) === true);
  }

  #hasCodeBehind(comment: Comment, lineStart: number): boolean {
    const rest = this.#source.slice(comment.end, lineStart).trimStart();
    return rest !== "" && !COMMENT_START.test(rest);
  }

  #lineStart(index: number): number {
    return index === 0 ? 0 : this.#source.lastIndexOf("\n", index - 1) + 1;
  }

  #startsLine(index: number): boolean {
    let at = index - 1;
    while (this.#source[at] === " " || this.#source[at] === "\t" || this.#source[at] === "\f") at--;
    return at < 0 || this.#source[at] === "\n";
  }
}

/** The stars around a title are not marks: they make it a title. */
function linesOfBlock(comment: Comment): readonly string[] {
  const { text } = comment;
  comment.lines ??= STARRED_TITLE.test(text) ? [text.slice(1, -1)] : blockCommentLines(withoutBlockMarks(text));
  return comment.lines;
}

function withoutBlockMarks(text: string): string {
  if (text.startsWith("=begin")) return text.slice("=begin".length).replace(/=end$/, "");
  return text;
}

function countLineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

const STARRED_TITLE = /^\/\*{3,}[^*\n]+\*{3,}\/$/;
const COMMENT_MARK = /\/[/*]|#|--|;/;
const WORDS = /^[\w\s]*$/;
const BLOCK = /^(?:\/\*|=begin|<#)/;
const COMMENT_START = /^(?:\/[/*]|#)/;
/** Characters. */
const MAX_LEAD_IN = 300;
/** Characters. Callers show a few hundred of them. */
const MAX_CLEANED = 4_000;
