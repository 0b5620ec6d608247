import { escapeProse, safeJson } from "../../base/escape.ts";
import { plainText, rendered, type Terminal, type Text, textColumns } from "./styled-text.ts";

/**
 * How a command prints its answer: for people, as one JSON document, or as a JSON document for each
 * item.
 */
export const FORMATS = ["text", "json", "jsonl"] as const;
export type Format = (typeof FORMATS)[number];

export function isFormat(text: string | undefined): text is Format {
  return FORMATS.some((format) => format === text);
}

/**
 * What a command prints: for a program one JSON document, for a person lines and tables. The one
 * place that writes for people: whatever passes through here is escaped, so that text from a
 * repository cannot reach a terminal raw.
 */
export interface Output {
  readonly format: Format;
  /** How many columns a line may take: `Infinity` if no terminal reads it. */
  readonly columns: number;
  /**
   * The document of `--json`: one line, with `schemaVersion`, always the same shape for a command.
   * With `--format jsonl`, each item of the list `items` of it is a line instead.
   */
  document(command: string, content: Readonly<Record<string, unknown>>, items?: string): void;
  line(text?: Text): void;
  /** Columns are aligned. On a terminal, the last one is cut at its edge. */
  table(rows: readonly (readonly Text[])[]): void;
  /** Something that the reader should know beside the answer. On stderr, with `--json` too. */
  note(text: string): void;
  /** What only `--verbose` tells. */
  detail(text: string): void;
  /** Text as it is, for a pipe: never for a terminal. */
  raw(text: string): void;
}

/** What is written to the two streams of a process. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What the stream of the answer can show. */
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

/** So little of a cell is shown on the narrowest of terminals. */
const MIN_CUT = 8;
