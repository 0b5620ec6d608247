import { MAX_SECTION } from "./reference-list.ts";
import { percentDecoded } from "./written-path.ts";

/** Returns the section that the text cites together with the path from `start` up to `end`. */
export function citedSection(text: string, start: number, end: number): string | undefined {
  if (text[end] === "#") return anchorSection(textMatch(ANCHOR, text, end) ?? "");
  AFTER.lastIndex = end;
  const after = AFTER.exec(text);
  if (after !== null) return `§${after[1]!}`;
  const lead = text.slice(Math.max(0, start - MAX_BEFORE), start);
  const before = SECTION_WORD.test(lead) ? BEFORE.exec(lead) : null;
  return before === null ? undefined : `§${before[1]!}`;
}

/**
 * Returns the anchor of a link's fragment, which includes its `#`. Returns `undefined` if the
 * fragment is empty or names lines.
 */
export function anchorSection(fragment: string): string | undefined {
  const anchor = percentDecoded(fragment) ?? fragment;
  return anchor.length < 2 || anchor.length > MAX_SECTION || LINES.test(anchor) ? undefined : anchor.toWellFormed();
}

function textMatch(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

const NUMBER = String.raw`(\d+(?:\.\d+){0,9}[a-z]?|[A-Z](?:\.\d+){1,9})(?![\p{L}\p{N}_])`;
const WORD = String.raw`(?:§{1,2}[ \t]?|\b[Ss]ec(?:tion|t?\.)[ \t])`;
/**
 * White space. It may include the end of a comment's line, and the mark of the comment's next line.
 */
const GAP = String.raw`[ \t]{0,40}(?:\r?\n[ \t]{0,200}(?:\*(?!\/)|\/\/[/!]?|#{1,3}|--|;{1,3})?[ \t]{0,40})?`;
const CLOSING = "[`'\")\\]>*»”’]{0,4}";
const OPENING = "[`'\"(\\[<*«“‘]{0,4}";
const OF = String.raw`(?:of|in|from)(?:[ \t]the)?`;

/** After a path: `docs/x.md §3.2`, `docs/x.md:12, section 3`. Not a section `of` the next path. */
const AFTER = new RegExp(
  String.raw`(?::\d{1,9}(?:[-:]\d{1,9})?)?${CLOSING}(?:'s)?[,:;]?${GAP}\(?${WORD}${NUMBER}(?!${GAP}${OF}${GAP}${OPENING}[\p{L}\p{N}_.-]+[/.])`,
  "uy",
);
/** Before a path: `§3.2 of docs/x.md`, `section 3.2 in the docs/x.md`. */
const BEFORE = new RegExp(String.raw`${WORD}${NUMBER}${GAP}${OF}${GAP}${OPENING}$`, "u");
const SECTION_WORD = /§|[Ss]ec/;
const MAX_BEFORE = 80;
const ANCHOR = /#[\p{L}\p{M}\p{N}_.%-]*[\p{L}\p{M}\p{N}_]/uy;
const LINES = /^#L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?$/;
