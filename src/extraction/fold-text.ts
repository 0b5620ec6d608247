/**
 * Returns `text` on one line. White space becomes one space. The result is well-formed and never
 * longer than `max`.
 */
export function foldText(text: string, max: number): string {
  // The text beyond the limit is cut off anyway. A default value may be half a megabyte of data.
  const start = text.length > max * 4 ? text.slice(0, max * 4) : text;
  return capText(start.replace(WHITE_SPACE, " ").trim(), max);
}

/**
 * Returns `text` cut to `max` characters. A cut text ends in "…". Never cuts a surrogate pair in
 * two.
 */
export function capText(text: string, max: number): string {
  return (text.length <= max ? text : `${text.slice(0, max - 1)}…`).toWellFormed();
}

/** White space other than one space. Replacing each space with itself would copy the text. */
const WHITE_SPACE = /\s{2,}|[^\S ]/g;

/** The length of a paragraph or list item of documentation. Real ones have a few hundred. */
export const MAX_DOC_TEXT = 4_000;
/** The number of entries in one list of documentation. */
export const MAX_DOC_ITEMS = 500;
/** The length of a name. Names in generated code have up to a few hundred characters. */
export const MAX_NAME = 500;
