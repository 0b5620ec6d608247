import type { Point, Range } from "web-tree-sitter";

import { lowerBound } from "../base/lower-bound.ts";
import { LineWalk } from "./line-walk.ts";
import type { TextRange } from "./text-range.ts";

// Parts of a text for the parser, which reads only these. They are in order, and do not overlap.

/** Returns the parts with their rows and columns. Walks once over the line ends of the text. */
export function rangesOf(text: string, parts: readonly TextRange[]): Range[] {
  const walk = new LineWalk(text);
  const positionOf = (offset: number): Point => {
    walk.to(offset);
    return { row: walk.line - 1, column: offset - walk.lineStart };
  };
  return parts.map(({ start, end }) => ({
    startIndex: start,
    startPosition: positionOf(start),
    endIndex: end,
    endPosition: positionOf(end),
  }));
}

/**
 * Returns the input of the parser: the text from an offset up to the end of its part, and nothing
 * behind the last part. With the whole text, the parser would copy some thousand characters each
 * time, and read a few of them.
 */
export function inputOf(text: string, parts: readonly TextRange[]): (offset: number) => string {
  return (offset) => {
    const part = parts[lowerBound(parts.length, (at) => parts[at]!.end <= offset)];
    return part === undefined ? "" : text.slice(offset, part.end);
  };
}
