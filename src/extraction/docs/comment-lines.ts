import { isBanner } from "./line-kinds.ts";

/**
 * Returns the text of a comment line by line, without its marks. The text after the marks keeps its
 * indentation, because lists are read by it. The number of lines stays the same.
 */
export function blockCommentLines(comment: string): string[] {
  const lines = withoutMarks(comment).split(LINE_END);
  const inner = lines.slice(1).filter((line) => line.trim() !== "");
  if (inner.length > 0 && isStarred(inner, comment)) {
    return lines.map((line, index) => (index === 0 ? line.trimStart() : line.replace(STAR, "").trimEnd()));
  }
  return dedent(lines);
}

/**
 * Returns true if the stars at the start of lines are marks. They are marks if each line has one,
 * or if so many have one that the lines without are slips. The stars of a list are not marks: its
 * first line has no star, and its stars are not in the same column as the star of the comment's
 * end.
 */
function isStarred(inner: readonly string[], comment: string): boolean {
  const starred = inner.filter((line) => STAR.test(line));
  if (starred.length === inner.length) return true;
  if (starred.length * 2 < inner.length) return false;
  const end = /(?:^|\n)([ \t]*)\*\/\s*$/.exec(comment.slice(-MAX_END))?.[1];
  return STAR.test(inner[0]!) || (end !== undefined && starred.every((line) => line.startsWith(`${end}*`)));
}

/**
 * Does the same as `blockCommentLines` for one line that starts with the mark of a line comment,
 * such as `//`, `///`, `#` or `--`. A banner stays unchanged, because it separates sections.
 */
export function lineCommentText(line: string): string {
  if (isBanner(line)) return line;
  return line.replace(LINE_MARK, "").trimEnd();
}

/**
 * Removes the indentation of the first line, and from the other lines the indentation that they
 * share, as Python does with a docstring.
 */
export function dedent(lines: readonly string[]): string[] {
  let common = Infinity;
  for (const line of lines.slice(1)) {
    const indentation = line.search(/\S/);
    if (indentation >= 0 && indentation < common) common = indentation;
  }
  return lines.map((line, index) => (index === 0 ? line.trim() : line.slice(common).trimEnd()));
}

function withoutMarks(comment: string): string {
  const body = comment.trim().replace(BLOCK_START, "");
  if (comment.startsWith("<#")) return body.replace(/#>$/, "");
  if (!body.endsWith("*/")) return body === "/" ? "" : body;
  let end = body.length - 2;
  while (body[end - 1] === "*") end--;
  return body.slice(0, end);
}

export const LINE_END: RegExp = /\r?\n/;

const BLOCK_START = /^(?:\/\*+!?|<#)/;
/** The maximum length of a line that ends a comment, in characters. */
const MAX_END = 200;
const STAR = /^\s*\*(?!\/) ?/;
/** A banner such as `//////` is only mark and leaves an empty text. An empty comment does too. */
const LINE_MARK = /^\s*(?:\/{2,}!?|#+|-{2,}|;+|%+) ?/;
