import { inlineParts } from "./inline-parts.ts";
import { unescaped } from "./inline-syntax.ts";

/** UTF-16 units that are read of a heading's source. */
export const MAX_HEADING_SOURCE = 2_000;

/**
 * Returns the text of a heading as readers see it: without the marks of emphasis, links, code and
 * HTML, and without pictures.
 */
export function headingText(source: string, isLabel: (label: string) => boolean): string {
  const text = source.slice(0, MAX_HEADING_SOURCE);
  const { codes, tags, comments, links, labels } = inlineParts(text, false);
  const cuts: (readonly [start: number, end: number, replacement: string])[] = [];
  for (const { start, end, ticks } of codes) {
    const code = text.slice(start + ticks, end - ticks).replaceAll("\n", " ");
    cuts.push([start, end, PADDED.test(code) ? code.slice(1, -1) : code]);
  }
  for (const { start, end } of tags) cuts.push([start, end, ""]);
  for (const { start, end } of comments) cuts.push([start - 4, end + 3, ""]);
  for (const { open, close, end, isImage } of links) {
    if (isImage) cuts.push([open, end, ""]);
    else cuts.push([open, open + 1, ""], [close, end, ""]);
  }
  for (const { start, end } of labels) {
    const open = text.lastIndexOf("[", start - 2);
    if (open === -1 || !isLabel(text.slice(start + 1, end - 1) || text.slice(open + 1, start - 1))) continue;
    cuts.push([open, open + 1, ""], [start - 1, end, ""]);
  }
  cuts.sort((a, b) => a[0] - b[0] || b[1] - a[1]);

  const parts: string[] = [];
  let from = 0;
  for (const [start, end, replacement] of cuts) {
    if (start < from) continue;
    parts.push(withoutEmphasis(text.slice(from, start), text, from), replacement);
    from = end;
  }
  return [...parts, withoutEmphasis(text.slice(from), text, from)].join("").trim();
}

/**
 * Removes `*`, `_` and `~~` before or after a word. Keeps them inside a word, as in `snake_case`.
 */
function withoutEmphasis(part: string, text: string, at: number): string {
  const plain = part.replace(EMPHASIS, (run: string, offset: number) => {
    const before = text[at + offset - 1] ?? " ";
    const after = text[at + offset + run.length] ?? " ";
    if (before === "\\" || (WHITE.test(before) && WHITE.test(after))) return run;
    if (run[0] === "~" && run.length !== 2) return run;
    return run[0] === "_" && WORD.test(before) && WORD.test(after) ? run : "";
  });
  return unescaped(plain);
}

const PADDED = /^ .*[^ ].* $/;
const EMPHASIS = /\*+|_+|~+/g;
const WHITE = /\s/;
const WORD = /[\p{L}\p{M}\p{N}_]/u;
