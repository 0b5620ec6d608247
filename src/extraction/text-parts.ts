import type { Point, Range } from "web-tree-sitter";

import { lowerBound } from "../base/lower-bound.ts";
import type { TextSpan } from "./mending/outline.ts";

// Parts of a text for the parser, which reads only these. They are in order, and do not overlap.

/** Returns the parts with their rows and columns. Walks once over the line ends of the text. */
export function rangesOf(text: string, parts: readonly TextSpan[]): Range[] {
  let row = 0;
  let lineStart = 0;
  const positionOf = (offset: number): Point => {
    for (let end = text.indexOf("\n", lineStart); end !== -1 && end < offset; end = text.indexOf("\n", lineStart)) {
      row++;
      lineStart = end + 1;
    }
    return { row, column: offset - lineStart };
  };
  return parts.map(({ start, end }) => ({
    startIndex: start,
    startPosition: positionOf(start),
    endIndex: end,
    endPosition: positionOf(end),
  }));
}

/**
 * Returns the parser's input: the text from an offset up to the end of its part. The parser would
 * copy some thousand characters each time, of which it reads a few.
 */
export function inputOf(text: string, parts: readonly TextSpan[]): (offset: number) => string {
  const last = parts.length - 1;
  return (offset) =>
    text.slice(
      offset,
      parts[
        Math.min(
          last,
          lowerBound(parts.length, (at) => parts[at]!.end <= offset),
        )
      ]!.end,
    );
}
