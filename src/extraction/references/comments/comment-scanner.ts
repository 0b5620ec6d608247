import type { FileKind } from "../../languages/language.ts";
import type { TextRange } from "../../text-range.ts";

/** The marks that start comments and strings in files of one kind. */
interface ScanStyle {
  /** Finds every mark that may start a comment or a string. */
  readonly marks: RegExp;
  /** The end of a block comment, by its start. */
  readonly blocks: ReadonlyMap<string, string>;
  /**
   * True if the mark of a line comment counts only at the start of a word: `a#b` has no comment.
   */
  readonly wordStart: boolean;
}

/**
 * Returns the comments of a file, in order, for formats without a grammar and for C, whose parser
 * gets another text. Looks at every character at most a fixed number of times, even if comments or
 * strings are never closed.
 */
export function scanComments(text: string, kind: FileKind): TextRange[] {
  const style = styleOf(kind);
  if (style === undefined) return [];
  const found: TextRange[] = [];
  const open = new OpenEnds(text);
  const marks = new RegExp(style.marks);
  for (let match = marks.exec(text); match !== null; match = marks.exec(text)) {
    const [mark] = match;
    const start = match.index;
    const isString = mark === '"' || mark === "'" || mark === '"""';
    if (isString) {
      marks.lastIndex = isWord(text.charCodeAt(start - 1)) ? start + 1 : open.endOfString(start, mark);
      continue;
    }
    const blockEnd = style.blocks.get(mark);
    const end = blockEnd === undefined ? lineEnd(text, start) : open.endOf(start + mark.length, blockEnd);
    if (blockEnd === undefined && !startsComment(text, start, style.wordStart)) continue;
    found.push({ start, end });
    marks.lastIndex = end;
  }
  return found;
}

/** `https://…` and `a#b` have no comment. */
function startsComment(text: string, start: number, wordStart: boolean): boolean {
  const before = text[start - 1];
  if (before === undefined) return true;
  return wordStart ? WHITE_SPACE.test(before) : before !== ":";
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf("\n", start);
  return end === -1 ? text.length : end;
}

/** Remembers which ends are missing, to search for each only once. */
class OpenEnds {
  readonly #text: string;
  readonly #missing = new Set<string>();
  /** By quote: up to here, such a quote is not closed on its line. */
  readonly #openUntil = new Map<string, number>();

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Returns the offset after the next `closing`, or the end of the text if there is no `closing`.
   */
  endOf(start: number, closing: string): number {
    const at = this.#missing.has(closing) ? -1 : this.#text.indexOf(closing, start);
    if (at !== -1) return at + closing.length;
    this.#missing.add(closing);
    return this.#text.length;
  }

  /**
   * Returns the offset after a string. If the string is not closed on its line, its quote is
   * probably an apostrophe: returns the offset after the quote.
   */
  endOfString(start: number, quote: string): number {
    if (quote === '"""') {
      const end = this.endOf(start + 3, quote);
      return this.#missing.has(quote) ? start + 3 : end;
    }
    if (start < (this.#openUntil.get(quote) ?? 0)) return start + 1;
    const inside = quote === '"' ? DOUBLE_QUOTED : SINGLE_QUOTED;
    for (inside.lastIndex = start + 1; ;) {
      inside.test(this.#text);
      const at = inside.lastIndex === 0 ? this.#text.length : inside.lastIndex - 1;
      const character = this.#text[at];
      if (character === quote) return at + 1;
      if (character !== "\\") {
        this.#openUntil.set(quote, at);
        return start + 1;
      }
      inside.lastIndex = at + 2;
    }
  }
}

function isWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
}

function styleOf(kind: FileKind): ScanStyle | undefined {
  let style = STYLES.get(kind.name);
  if (style === undefined && kind.comments !== undefined) {
    style = styleWith(kind.comments.line, kind.comments.block ? [["/*", "*/"]] : []);
    STYLES.set(kind.name, style);
  }
  return style;
}

function styleWith(line: readonly string[], blocks: readonly (readonly [string, string])[], strings = true): ScanStyle {
  const starts = [...blocks.map(([start]) => start), ...line, ...(strings ? ['"""', '"', "'"] : [])];
  return {
    marks: new RegExp(starts.map((start) => start.replace(/[*[\]{}]/g, "\\$&")).join("|"), "g"),
    blocks: new Map(blocks),
    wordStart: line.some((mark) => mark === "#" || mark === ";"),
  };
}

const MARKUP: readonly [string, string] = ["<!--", "-->"];
const WHITE_SPACE = /\s/;
const DOUBLE_QUOTED = /["\\\n]/g;
const SINGLE_QUOTED = /['\\\n]/g;

/** The kinds that have more comments, or other comments, than those their headers use. */
const STYLES = new Map<string, ScanStyle>([
  ["html", styleWith([], [MARKUP], false)],
  ["xml", styleWith([], [MARKUP], false)],
  ["vue", styleWith([], [MARKUP], false)],
  ["svelte", styleWith([], [MARKUP], false)],
  ["lua", styleWith(["--"], [["--[[", "]]"]])],
  ["haskell", styleWith(["--"], [["{-", "-}"]])],
]);
