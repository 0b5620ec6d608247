import { escapeProse, safeJson } from "../../base/text/escape.ts";
import { plainText, rendered, type Terminal, type Text, textColumns } from "./styled-text.ts";

/**
 * How a command prints its answer: as text for people, as one JSON document, or as one JSON
 * document for each item.
 */
export const FORMATS = ["text", "json", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(text: string | undefined): text is Format {
  return FORMATS.some((format) => format === text);
}

/**
 * Prints the answer of a command: one JSON document for a program, or lines and tables for a
 * person. No other place writes text for people. It escapes all text, so that text from a
 * repository never reaches a terminal raw.
 */
export interface Output {
  readonly format: Format;
  /**
   * The number of columns that a line may take. `Infinity` if the output does not go to a terminal.
   */
  readonly columns: number;
  /**
   * Prints the document of `--json`: one line with `schemaVersion`, which always has the same shape
   * for one command. With `--format jsonl`, prints one line for each item of the list `items` of
   * the document instead.
   */
  document(command: string, content: Readonly<Record<string, unknown>>, items?: string): void;
  line(text?: Text): void;
  /** Prints aligned columns. A terminal shows the last column only up to its edge. */
  table(rows: readonly (readonly Text[])[]): void;
  /**
   * Writes to stderr something that the reader should know in addition to the answer. With `--json`
   * too.
   */
  note(text: string): void;
  /** Writes to stderr something that only `--verbose` shows. */
  detail(text: string): void;
  /** Writes text without escapes. Only for a pipe, never for a terminal. */
  raw(text: string): void;
}

/** The two output streams of a process. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What the terminal behind `out` can show. */
  readonly terminal: Terminal;
}

export interface OutputOptions {
  readonly format: Format;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

const SCHEMA_VERSION = 1;

export function createOutput({ format, quiet, verbose }: OutputOptions, { out, err, terminal }: Streams): Output {
  const isText = format === "text" && !quiet;
  const note = (text: string): void => err(`metacache: ${escapeProse(text)}\n`);
  return {
    format,
    columns: terminal.columns,
    document(command, content, items) {
      if (format === "text" || quiet) return;
      const list = format === "jsonl" && items !== undefined ? (content[items] as readonly unknown[] | undefined) : undefined;
      if (list === undefined) out(`${safeJson({ schemaVersion: SCHEMA_VERSION, command, ...content })}\n`);
      else for (const item of list) out(`${safeJson(item)}\n`);
    },
    line(text = "") {
      if (isText) out(`${rendered(text, terminal)}\n`);
    },
    table(rows) {
      if (isText) for (const line of tableLines(rows, terminal)) out(`${line}\n`);
    },
    note(text) {
      if (!quiet) note(text);
    },
    detail(text) {
      if (verbose) note(text);
    },
    raw(text) {
      if (isText) out(text);
    },
  };
}

const GAP = 2;

function tableLines(rows: readonly (readonly Text[])[], terminal: Terminal): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) => Math.max(0, ...rows.map((row) => textColumns(row[column] ?? ""))));
  return rows.map((row) => {
    const last = row.findLastIndex((cell) => plainText(cell) !== "");
    let line = "";
    let start = 0;
    for (const [column, cell] of row.slice(0, last + 1).entries()) {
      const isLast = column === last;
      line += rendered(cell, terminal, isLast && column > 0 ? Math.max(MIN_CUT, terminal.columns - start) : Infinity);
      if (!isLast) line += " ".repeat((widths[column] ?? 0) - textColumns(cell) + GAP);
      start += (widths[column] ?? 0) + GAP;
    }
    return line;
  });
}

/** On the narrowest terminals, a cell shows at least this many columns. */
const MIN_CUT = 8;
