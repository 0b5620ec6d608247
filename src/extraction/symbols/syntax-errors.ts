import type { Node } from "web-tree-sitter";

import type { MendedSource } from "../mending/outline.ts";

/**
 * Returns the line, counted from 1, of the first of `errors` that is not inside one of `bodies`:
 * the bodies of functions that were found although a part of them could not be parsed. `errors` are
 * in the order of the file.
 */
export function firstErrorLine(errors: readonly Node[], bodies: readonly Node[]): number | undefined {
  const sorted = bodies.toSorted((a, b) => a.startIndex - b.startIndex);
  let next = 0;
  let coveredTo = -1;
  for (const error of errors) {
    for (; next < sorted.length && sorted[next]!.startIndex <= error.startIndex; next++) {
      coveredTo = Math.max(coveredTo, sorted[next]!.endIndex);
    }
    if (error.startIndex >= coveredTo || error.endIndex > coveredTo) return error.startPosition.row + 1;
  }
  return undefined;
}

/**
 * Returns the line, counted from 1, of the first thing in a mended source that may be lost: a
 * definition that was seen but is missing in the parse, or code that was not understood. `found`
 * has the ends of all definitions that the parse gave.
 */
export function firstLostLine({ definitions, doubt }: MendedSource, found: ReadonlySet<number>, text: string): number | undefined {
  const lost = definitions.find(({ end }) => !found.has(end))?.start;
  const first = Math.min(lost ?? Number.POSITIVE_INFINITY, doubt ?? Number.POSITIVE_INFINITY);
  return Number.isFinite(first) ? text.slice(0, first).split("\n").length : undefined;
}
