import type { TextRange } from "../../text-range.ts";

/**
 * Joins comments with only white space between them: a sentence may continue over several lines.
 */
export function joinedComments(text: string, comments: readonly TextRange[]): TextRange[] {
  const joined: TextRange[] = [];
  let open: { start: number; end: number } | undefined;
  for (const { start, end } of comments.toSorted((a, b) => a.start - b.start)) {
    if (open !== undefined && (start < open.end || (start - open.end <= MAX_GAP && text.slice(open.end, start).trim() === ""))) {
      open.end = Math.max(open.end, end);
      continue;
    }
    open = { start, end };
    joined.push(open);
  }
  return joined;
}

/** Returns the parts of a comment outside of fenced code. The paths in fenced code are examples. */
export function withoutFencedCode(text: string, comment: TextRange): readonly TextRange[] {
  const written = text.slice(comment.start, comment.end);
  if (!written.includes("```")) return [comment];
  const parts: TextRange[] = [];
  let from = 0;
  let isInside = false;
  for (const { index, 0: fence } of written.matchAll(FENCE)) {
    if (!isInside) parts.push({ start: comment.start + from, end: comment.start + index });
    from = index + fence.length;
    isInside = !isInside;
  }
  if (!isInside) parts.push({ start: comment.start + from, end: comment.end });
  return parts;
}

/** At the start of a line, after the mark of a comment. */
const FENCE = /^[ \t]{0,200}(?:\/\/[/!]?|\/\*\*?|\*|#{1,3}|--|;{1,3})?[ \t]{0,40}```[^`\n]{0,200}$/gm;
/** Characters: the end of a line and the indentation of the next line. */
const MAX_GAP = 300;
