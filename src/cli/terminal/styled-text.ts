import { escapeProse } from "../../base/text/escape.ts";
import { columnsOf, shortened } from "./width.ts";

/** The kind of content in a part of a line. The colour follows from it. */
export type Style = "heading" | "kind" | "name" | "path" | "place" | "quiet";

/**
 * A part of a line. The text is data, and is escaped. Only the style and the link may become
 * sequences that control the terminal.
 */
export interface Span {
  readonly text: string;
  readonly style?: Style;
  /** Returns the URL of this part, for a terminal that supports links. */
  readonly link?: (() => string) | undefined;
}

/** A line, or a cell of a table. */
export type Text = string | readonly (string | Span)[];

/** What an output stream can show. */
export interface Terminal {
  readonly colours: boolean;
  readonly links: boolean;
  /** `Infinity` for a pipe or a file. */
  readonly columns: number;
}

export const PLAIN: Terminal = { colours: false, links: false, columns: Infinity };

const SEQUENCES: Readonly<Record<Style, string>> = {
  heading: "\u001b[1m",
  kind: "\u001b[33m",
  name: "\u001b[1m",
  path: "\u001b[35m",
  place: "\u001b[32m",
  quiet: "\u001b[2m",
};
const RESET = "\u001b[0m";

/** Returns the text without styles. The result is safe on a terminal. */
export function plainText(text: Text): string {
  return spansOf(text)
    .map((span) => escapeProse(span.text))
    .join("");
}

/** Returns the number of columns that the escaped text takes. */
export function textColumns(text: Text): number {
  return columnsOf(plainText(text));
}

/** Returns the text as the stream gets it, cut to `columns`. */
export function rendered(text: Text, terminal: Terminal, columns: number = Infinity): string {
  let left = columns;
  let line = "";
  for (const span of spansOf(text)) {
    const escaped = escapeProse(span.text);
    const shown = left === Infinity ? escaped : shortened(escaped, left);
    if (left !== Infinity) left -= columnsOf(shown);
    line += decorated(shown, span, terminal);
    if (shown !== escaped || left <= 0) break;
  }
  return line;
}

function decorated(text: string, { style, link }: Span, { colours, links }: Terminal): string {
  if (text === "") return "";
  const coloured = colours && style !== undefined ? `${SEQUENCES[style]}${text}${RESET}` : text;
  return links && link !== undefined ? `\u001b]8;;${link()}\u001b\\${coloured}\u001b]8;;\u001b\\` : coloured;
}

function spansOf(text: Text): readonly Span[] {
  return typeof text === "string" ? [{ text }] : text.map((part) => (typeof part === "string" ? { text: part } : part));
}
