/** `text` on one line: runs of white space become one space. Never longer than `max`, and well-formed. */
export function foldText(text: string, max: number): string {
  // What is cut off anyway is not worth folding: a default value may be half a megabyte of data.
  const start = text.length > max * 4 ? text.slice(0, max * 4) : text;
  return capText(start.replace(WHITE_SPACE, " ").trim(), max);
}

/** `text` cut to `max` characters, ending in "…" where it was cut, never within a surrogate pair. */
export function capText(text: string, max: number): string {
  return (text.length <= max ? text : `${text.slice(0, max - 1)}…`).toWellFormed();
}

const WHITE_SPACE = /\s+/g;

/** Characters; one paragraph or list item of documentation. Real ones have a few hundred. */
export const MAX_DOC_TEXT = 4_000;
/** Entries in one list of documentation. */
export const MAX_DOC_ITEMS = 500;
/** Characters of a name: those of generated code reach a few hundred. */
export const MAX_NAME = 500;
