/**
 * Computes how many columns of a terminal a text takes. Node has such a function, but does not
 * export it. A package for it is larger than the table of wide characters below. Unicode's
 * properties in regular expressions tell everything else.
 */

/**
 * The first and last code point of each block whose characters are two columns wide (`W` and `F` of
 * Unicode's East_Asian_Width).
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18d08],
  [0x1aff0, 0x1b2fb],
  [0x20000, 0x3fffd],
];

/**
 * Characters that take one column and do not combine with others: Latin, Greek, Cyrillic,
 * punctuation, arrows, mathematical signs and lines. Nearly every text has only such characters.
 */
const NARROW_ONLY = /^[\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2190-\u22ff\u2500-\u257f]*$/;
const EMOJI = /\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f|[0-9#*]\ufe0f\u20e3/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;

let segmenter: Intl.Segmenter | undefined;

/**
 * Yields each character as a reader sees it, with its number of columns. A sequence of joined emoji
 * is one character of two columns.
 */
function* characters(text: string): Generator<readonly [character: string, columns: number]> {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield [segment, EMOJI.test(segment) ? 2 : columnsOfParts(segment)];
}

function columnsOfParts(segment: string): number {
  let columns = 0;
  for (const part of segment) if (!INVISIBLE.test(part)) columns += isWide(part.codePointAt(0) ?? 0) ? 2 : 1;
  return columns;
}

function isWide(codePoint: number): boolean {
  return WIDE.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/** Returns the number of columns of one line of text without control characters. O(length). */
export function columnsOf(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let columns = 0;
  for (const [, own] of characters(text)) columns += own;
  return columns;
}

/**
 * Returns the text if it takes at most `columns`, otherwise its beginning and `…`. Reads only as
 * much of the text as it returns.
 */
export function shortened(text: string, columns: number): string {
  if (text.length <= columns && columnsOf(text) <= columns) return text;
  if (columns <= 0) return "";
  const head = text.slice(0, columns + 1);
  if (head.length > columns && NARROW_ONLY.test(head)) return `${head.slice(0, columns - 1)}…`;
  let kept = "";
  let taken = 0;
  let before = "";
  for (const [character, own] of characters(text)) {
    if (taken + own > columns) return `${before}…`;
    taken += own;
    kept += character;
    // The `…` needs one column too.
    if (taken <= columns - 1) before = kept;
  }
  return text;
}
