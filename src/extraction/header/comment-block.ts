import { blockCommentLines, dedent, LINE_END, lineCommentText } from "../docs/comment-lines.ts";
import { isToolDirective } from "../docs/line-kinds.ts";

/** Which marks a language's comments have; in a file of it no other shape of header is looked for. */
export interface CommentStyle {
  /** What starts a comment up to the line's end; of two that fit, the first. */
  readonly line: readonly string[];
  /** Whether there are comments between slash-star and star-slash. */
  readonly block: boolean;
  /** Whether a string that is a file's first statement is its documentation. */
  readonly docstring: boolean;
}

/** One comment at the top of a file, before any code. */
export interface CommentBlock {
  /** Without the comment's marks, from `firstLine` on. */
  readonly lines: readonly string[];
  /** Lines of the file, counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** Where it starts in the text, in characters. */
  readonly start: number;
  readonly shape: "line" | "block" | "docstring";
  /** What each of its lines starts with, in a block of line comments. */
  readonly mark: string | undefined;
  /** Right after the `#!` line. */
  readonly followsShebang: boolean;
  /** The first line of code below, where nothing stands between; `undefined` where an empty line, a comment or the file's end does. */
  readonly codeBelow: string | undefined;
}

/**
 * The comments at the top of a file, in order, up to the first line of code. Lines that may stand above a file's
 * comment and are none (`#!`, `<?php`, `"use strict"`) are passed over; comments that speak to tools alone
 * (`# syntax=…`, `//go:build …`) are left out. Reads no further than the comments go; none starts beyond `limit`.
 */
export function leadingComments(text: string, style: CommentStyle, limit: number): CommentBlock[] {
  const blocks: CommentBlock[] = [];
  let position = 0;
  let line = 1;
  let followsShebang = false;
  const advance = (end: number): void => {
    for (let at = text.indexOf("\n", position); at !== -1 && at < end; at = text.indexOf("\n", at + 1)) line++;
    position = end;
  };
  while (position < text.length && position < limit) {
    const end = lineEnd(text, position);
    const current = text.slice(position, Math.min(end, position + MAX_PRELUDE)).trim();
    if (current === "" || (line === 1 && current.startsWith("#!")) || PRELUDE.test(current)) {
      followsShebang = current.startsWith("#!") || (followsShebang && current !== "");
      advance(end);
      continue;
    }
    const found = readBlock(text, position, style);
    if (found === undefined) break;
    const firstLine = line;
    const start = position;
    advance(found.end);
    const below = text.slice(position, Math.min(lineEnd(text, position), position + MAX_PRELUDE)).trim();
    if (found.lines.some((content) => content.trim() !== "" && !isToolDirective(content))) {
      const lastLine = firstLine + found.lines.length - 1;
      const codeBelow = below === "" || readBlock(text, position, style) !== undefined ? undefined : below;
      const { lines, shape, mark } = found;
      blocks.push({ lines, firstLine, lastLine, start, shape, mark, followsShebang, codeBelow });
    }
    followsShebang = false;
    // A file has one docstring, and code has begun with it.
    if (found.shape === "docstring") break;
  }
  return blocks;
}

interface FoundBlock {
  readonly lines: readonly string[];
  readonly shape: CommentBlock["shape"];
  readonly mark: string | undefined;
  /** Where the line after it starts. */
  readonly end: number;
}

function readBlock(text: string, position: number, style: CommentStyle): FoundBlock | undefined {
  return readLineComments(text, position, style) ?? readBlockComment(text, position, style) ?? readDocstring(text, position, style);
}

function readLineComments(text: string, position: number, style: CommentStyle): FoundBlock | undefined {
  const mark = style.line.find((candidate) => startsLine(text, position, candidate));
  if (mark === undefined) return undefined;
  const lines: string[] = [];
  let end = position;
  while (end < text.length && startsLine(text, end, mark)) {
    const next = lineEnd(text, end);
    lines.push(lineCommentText(text.slice(end, next).trim()));
    end = next;
  }
  return { lines, shape: "line", mark, end };
}

function readBlockComment(text: string, position: number, style: CommentStyle): FoundBlock | undefined {
  if (!style.block || !startsLine(text, position, "/*")) return undefined;
  const close = text.indexOf("*/", text.indexOf("/*", position) + 2);
  const end = close === -1 ? text.length : close + 2;
  return { lines: blockCommentLines(text.slice(position, end)), shape: "block", mark: undefined, end: lineEnd(text, end) };
}

function readDocstring(text: string, position: number, style: CommentStyle): FoundBlock | undefined {
  if (!style.docstring) return undefined;
  DOCSTRING_START.lastIndex = position;
  const quotes = DOCSTRING_START.exec(text)?.[1];
  if (quotes === undefined) return undefined;
  const start = DOCSTRING_START.lastIndex;
  let close = text.indexOf(quotes, start);
  while (close > 0 && isEscaped(text, close)) close = text.indexOf(quotes, close + 1);
  if (close === -1) return undefined;
  const body = text.slice(start, close);
  if (quotes.length === 1 && body.includes("\n")) return undefined;
  return { lines: dedent(body.split(LINE_END)), shape: "docstring", mark: undefined, end: lineEnd(text, close) };
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text[index - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

function startsLine(text: string, position: number, mark: string): boolean {
  let at = position;
  while (text[at] === " " || text[at] === "\t") at++;
  return text.startsWith(mark, at);
}

/** Where the line after the one at `position` starts. */
function lineEnd(text: string, position: number): number {
  const end = text.indexOf("\n", position);
  return end === -1 ? text.length : end + 1;
}

const DOCSTRING_START = /[ \t]*[rRuU]?("""|'''|"|')/y;
/** Code lines that are looked at, not more of one. */
const MAX_PRELUDE = 500;
const PRELUDE = /^(?:<\?(?:php|xml)\b.*|declare\s*\(.*\)\s*;|(["'])use [\w ]+\1;?|---|%YAML.*|@charset.*)$/i;
