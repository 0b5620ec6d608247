import { blockCommentLines, dedent, LINE_END, lineCommentText } from "../docs/comment-lines.ts";
import { isToolDirective } from "../docs/line-kinds.ts";

/**
 * The marks of comments in a language. In a file of the language, only headers with these marks are
 * looked for.
 */
export interface CommentStyle {
  /**
   * The marks that start a comment up to the end of the line. If two marks fit, the first one
   * counts.
   */
  readonly line: readonly string[];
  /** True if the language has comments between slash-star and star-slash. */
  readonly block: boolean;
  /** True if a string that is the first statement of a file documents the file. */
  readonly docstring: boolean;
}

/** A comment at the top of a file, before any code. */
export interface CommentBlock {
  /** The lines from `firstLine` on, without the marks of the comment. */
  readonly lines: readonly string[];
  /** Lines of the file, counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** The offset in the text where the comment starts. */
  readonly start: number;
  readonly shape: "line" | "block" | "docstring";
  /** The mark of each line, if the block consists of line comments. */
  readonly mark: string | undefined;
  /** True if the comment is directly after the `#!` line. */
  readonly followsShebang: boolean;
  /**
   * The first line of code, if it is directly below the comment. `undefined` if an empty line, a
   * comment or the end of the file is below it.
   */
  readonly codeBelow: string | undefined;
}

/**
 * Returns the comments at the top of a file, in order, up to the first line of code. Skips lines
 * that may be above the comment of a file (`#!`, `<?php`, `"use strict"`). Leaves out comments that
 * only tools read (`# syntax=…`, `//go:build …`). Does not read beyond the comments. No comment in
 * the result starts at or after `limit`.
 */
export function leadingComments(text: string, style: CommentStyle, limit: number): CommentBlock[] {
  const blocks: CommentBlock[] = [];
  let offset = 0;
  let line = 1;
  let followsShebang = false;
  const moveTo = (end: number): void => {
    for (let at = text.indexOf("\n", offset); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) line++;
    offset = end;
  };
  while (offset < text.length && offset < limit) {
    const end = nextLine(text, offset);
    const current = text.slice(offset, Math.min(end, offset + MAX_PRELUDE)).trim();
    if (current === "" || (line === 1 && current.startsWith("#!")) || PRELUDE.test(current)) {
      followsShebang = current.startsWith("#!") || (followsShebang && current !== "");
      moveTo(end);
      continue;
    }
    const found = readBlock(text, offset, style);
    if (found === undefined) break;
    const firstLine = line;
    const start = offset;
    moveTo(found.end);
    const below = text.slice(offset, Math.min(nextLine(text, offset), offset + MAX_PRELUDE)).trim();
    if (found.lines.some((content) => content.trim() !== "" && !isToolDirective(content))) {
      const lastLine = firstLine + found.lines.length - 1;
      const codeBelow = below === "" || readBlock(text, offset, style) !== undefined ? undefined : below;
      const { lines, shape, mark } = found;
      blocks.push({ lines, firstLine, lastLine, start, shape, mark, followsShebang, codeBelow });
    }
    followsShebang = false;
    // A file has only one docstring, and code begins with it.
    if (found.shape === "docstring") break;
  }
  return blocks;
}

interface FoundBlock {
  readonly lines: readonly string[];
  readonly shape: CommentBlock["shape"];
  readonly mark: string | undefined;
  /** The offset where the next line starts. */
  readonly end: number;
}

function readBlock(text: string, offset: number, style: CommentStyle): FoundBlock | undefined {
  return readLineComments(text, offset, style) ?? readBlockComment(text, offset, style) ?? readDocstring(text, offset, style);
}

function readLineComments(text: string, offset: number, style: CommentStyle): FoundBlock | undefined {
  const mark = style.line.find((possible) => startsLine(text, offset, possible));
  if (mark === undefined) return undefined;
  const lines: string[] = [];
  let end = offset;
  while (end < text.length && startsLine(text, end, mark)) {
    const next = nextLine(text, end);
    lines.push(lineCommentText(text.slice(end, next).trim()));
    end = next;
  }
  return { lines, shape: "line", mark, end };
}

function readBlockComment(text: string, offset: number, style: CommentStyle): FoundBlock | undefined {
  if (!style.block || !startsLine(text, offset, "/*")) return undefined;
  const close = text.indexOf("*/", text.indexOf("/*", offset) + 2);
  const end = close === -1 ? text.length : close + 2;
  return { lines: blockCommentLines(text.slice(offset, end)), shape: "block", mark: undefined, end: nextLine(text, end) };
}

function readDocstring(text: string, offset: number, style: CommentStyle): FoundBlock | undefined {
  if (!style.docstring) return undefined;
  DOCSTRING_START.lastIndex = offset;
  const quotes = DOCSTRING_START.exec(text)?.[1];
  if (quotes === undefined) return undefined;
  const start = DOCSTRING_START.lastIndex;
  let close = text.indexOf(quotes, start);
  while (close > 0 && isEscaped(text, close)) close = text.indexOf(quotes, close + 1);
  if (close === -1) return undefined;
  const body = text.slice(start, close);
  if (quotes.length === 1 && body.includes("\n")) return undefined;
  return { lines: dedent(body.split(LINE_END)), shape: "docstring", mark: undefined, end: nextLine(text, close) };
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

function startsLine(text: string, offset: number, mark: string): boolean {
  let at = offset;
  while (text[at] === " " || text[at] === "\t") at++;
  return text.startsWith(mark, at);
}

/** Returns the offset where the next line starts. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end + 1;
}

const DOCSTRING_START = /[ \t]*[rRuU]?("""|'''|"|')/y;
/** How many characters of a line of code are read. */
const MAX_PRELUDE = 500;
const PRELUDE = /^(?:<\?(?:php|xml)\b.*|declare\s*\(.*\)\s*;|(["'])use [\w ]+\1;?|---|%YAML.*|@charset.*)$/i;
