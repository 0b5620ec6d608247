import { isBanner } from "./line-kinds.ts";

/**
 * The text of a comment, line by line, without its marks: what follows the marks keeps its indentation,
 * since lists are read by it. The number of lines is that of the comment.
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
 * Whether the stars at the start of lines are marks: each line has one, or so many that those without are slips. The stars
 * of a list are none: its first line has no star, and its stars do not stand below each other with that of the end.
 */
function isStarred(inner: readonly string[], comment: string): boolean {
  const starred = inner.filter((line) => STAR.test(line));
  if (starred.length === inner.length) return true;
  if (starred.length * 2 < inner.length) return false;
  const end = /(?:^|\n)([ \t]*)\*\/\s*$/.exec(comment.slice(-MAX_END))?.[1];
  return STAR.test(inner[0]!) || (end !== undefined && starred.every((line) => line.startsWith(`${end}*`)));
}

/**
 * As `blockCommentLines`, for one line that starts with a line comment's mark such as `//`, `///`, `#` or `--`. A banner stays
 * what it is: it separates sections.
 */
export function lineCommentText(line: string): string {
  if (isBanner(line)) return line;
  return line.replace(LINE_MARK, "").trimEnd();
}

/** Takes the first line's indentation away, and from the others what they have in common, as Python does with a docstring. */
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
/** Characters of a line that ends a comment. */
const MAX_END = 200;
const STAR = /^\s*\*(?!\/) ?/;
/** A banner such as `//////` is all mark and leaves nothing, as does an empty comment. */
const LINE_MARK = /^\s*(?:\/{2,}!?|#+|-{2,}|;+|%+) ?/;
