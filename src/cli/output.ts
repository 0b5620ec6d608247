/** What a command prints: for a program one JSON document, for a person lines and tables. */
export interface Output {
  /** The document of `--json`: one line, with `schemaVersion`, always the same shape for a command. */
  document(command: string, content: object): void;
  line(text?: string): void;
  table(rows: readonly (readonly string[])[]): void;
}

const SCHEMA_VERSION = 1;

export function jsonOutput(write: (text: string) => void): Output {
  return {
    document: (command, content) => write(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, command, ...content })}\n`),
    line: () => {},
    table: () => {},
  };
}

export function textOutput(write: (text: string) => void): Output {
  return {
    document: () => {},
    line: (text = "") => write(`${text}\n`),
    table: (rows) => {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      for (const row of rows)
        write(
          `${row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd()}\n`,
        );
    },
  };
}

/** A path or name as one line: control characters, which a file name may have, are escaped. */
export function shown(text: string): string {
  return /[\u0000-\u001f\u007f]/.test(text) ? JSON.stringify(text) : text;
}

export function bytes(count: number): string {
  if (count < 1_024) return `${count} B`;
  if (count < 1_024 * 1_024) return `${(count / 1_024).toFixed(1)} KiB`;
  return `${(count / 1_024 / 1_024).toFixed(1)} MiB`;
}
