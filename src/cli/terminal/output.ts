import { escapeProse, safeJson } from "./escape.ts";

/**
 * What a command prints: for a program one JSON document, for a person lines and tables. The one place that writes for people:
 * whatever passes through here is escaped, so that text from a repository cannot reach a terminal raw.
 */
export interface Output {
  /** The document of `--json`: one line, with `schemaVersion`, always the same shape for a command. */
  document(command: string, content: object): void;
  line(text?: string): void;
  table(rows: readonly (readonly string[])[]): void;
  /** Something that the reader should know beside the answer. On stderr, with `--json` too. */
  note(text: string): void;
}

/** What is written to the two streams of a process. */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const SCHEMA_VERSION = 1;

export function jsonOutput({ out, err }: Streams): Output {
  return {
    document: (command, content) => out(`${safeJson({ schemaVersion: SCHEMA_VERSION, command, ...content })}\n`),
    line: () => {},
    table: () => {},
    note: (text) => err(noteLine(text)),
  };
}

export function textOutput({ out, err }: Streams): Output {
  return {
    document: () => {},
    line: (text = "") => out(`${escapeProse(text)}\n`),
    table: (rows) => {
      const safe = rows.map((row) => row.map(escapeProse));
      const widths = (safe[0] ?? []).map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
      for (const row of safe) {
        const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
        out(`${cells.join("  ").trimEnd()}\n`);
      }
    },
    note: (text) => err(noteLine(text)),
  };
}

function noteLine(text: string): string {
  return `metacache: ${escapeProse(text)}\n`;
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  if (count < 1_024 * 1_024) return `${(count / 1_024).toFixed(1)} KiB`;
  return `${(count / 1_024 / 1_024).toFixed(1)} MiB`;
}

/** A count and its noun, in the singular or with an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
