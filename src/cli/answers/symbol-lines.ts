import type { Place } from "../place/place.ts";
import { quoteName } from "../terminal/escape.ts";
import type { Output } from "../terminal/output.ts";
import { plainText, type Text, textColumns } from "../terminal/styled-text.ts";
import { shortened } from "../terminal/width.ts";

/** A named thing in a file, as a line of an answer has it. */
export interface ShownSymbol {
  readonly path: string;
  readonly line: number;
  readonly kind: string;
  /** How it is declared, on one line. */
  readonly signature: string;
  readonly intent: string;
}

/** Columns beyond which nothing is aligned: one long path does not push all others away. */
const ALIGNED_COLUMNS = 44;
const INDENT = "    ";
/** With its indent, what is told of a symbol fits 80 columns, in a pipe too: an answer stays small. */
const INTENT_COLUMNS = 76;
/** If so little is left for a signature beside its place, it gets a line of its own. */
const MIN_SIGNATURE_COLUMNS = 24;

/** Where each is, what it is, how it is declared; below it, what it is for. */
export function printSymbolLines(output: Output, place: Place, symbols: readonly ShownSymbol[]): void {
  const rows = symbols.map((symbol) => ({ symbol, at: placeOf(place, symbol.path, symbol.line) }));
  const fitting = rows.map(({ at }) => textColumns(at)).filter((columns) => columns <= ALIGNED_COLUMNS);
  const aligned = Math.max(0, ...fitting);
  const kindColumns = Math.max(0, ...rows.map(({ symbol }) => symbol.kind.length));
  for (const { symbol, at } of rows) {
    const gap = " ".repeat(Math.max(0, aligned - textColumns(at)) + 2);
    const kind: Text = [{ text: symbol.kind.padEnd(kindColumns), style: "kind" }, "  "];
    const left = output.columns - textColumns(at) - gap.length - kindColumns - 2;
    const signature = quoteName(symbol.signature);
    if (left >= Math.min(MIN_SIGNATURE_COLUMNS, signature.length)) output.line([...at, gap, ...kind, shortened(signature, left)]);
    else {
      output.line(at);
      output.line(["  ", ...kind, shortened(signature, Math.max(1, output.columns - kindColumns - 4))]);
    }
    if (symbol.intent !== "") output.line([INDENT, { text: shownIntent(output, symbol.intent), style: "quiet" }]);
  }
}

function shownIntent(output: Output, intent: string): string {
  return shortened(plainText(intent), Math.max(1, Math.min(INTENT_COLUMNS, output.columns - INDENT.length)));
}

/** A place in a file as terminals and editors take it: path:line, or path:line:column. */
export function placeOf(place: Place, path: string, line: number, column?: number): Exclude<Text, string> {
  const behind = column === undefined ? `:${line}` : `:${line}:${column}`;
  const link = place.link(path, line);
  return [
    { text: place.shown(path), style: "path", link },
    { text: behind, style: "place", link },
  ];
}
