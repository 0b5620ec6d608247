import type { QueryMatch } from "web-tree-sitter";

import type { TextRange } from "../../text-range.ts";

/**
 * Returns the comments and docstrings that the query of a language found, and the string at the
 * start of a Python module.
 */
export function parsedComments(text: string, matches: readonly QueryMatch[], hasDocstrings: boolean): TextRange[] {
  const comments: TextRange[] = hasDocstrings ? moduleDocstring(text) : [];
  for (const { captures } of matches) {
    for (const { name, node } of captures) {
      if (name === "comment" || name === "docstring") comments.push({ start: node.startIndex, end: node.endIndex });
    }
  }
  return comments;
}

function moduleDocstring(text: string): TextRange[] {
  let start = 0;
  for (LINE_BEFORE.lastIndex = 0; LINE_BEFORE.test(text);) start = LINE_BEFORE.lastIndex;
  OPENING.lastIndex = start;
  const quotes = OPENING.exec(text)?.[1];
  if (quotes === undefined) return [];
  const end = text.indexOf(quotes, OPENING.lastIndex);
  return end === -1 ? [] : [{ start, end }];
}

/** A line that is empty or only a comment. */
const LINE_BEFORE = /[ \t\r]*(?:#[^\n]*)?\n/y;
const OPENING = /[rRuU]?("""|''')/y;
