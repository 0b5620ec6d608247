import type { Place } from "../place/place.ts";
import { quoteName } from "../../base/text/escape.ts";
import type { Output } from "../terminal/output.ts";
import { plainText, type Text, textColumns } from "../terminal/styled-text.ts";
import { shortened } from "../terminal/width.ts";

/** A symbol as a line of an answer shows it. */
export interface ShownSymbol {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly kind: string;
  /** The class that the symbol belongs to. */
  readonly className?: string | undefined;
  /** The declaration, on one line. */
  readonly signature: string;
  readonly intent: string;
}

/** Longer places are not aligned: one long path must not move all other lines to the right. */
const ALIGNED_COLUMNS = 44;
const INDENT = "    ";
/** An intent and its indent fit in 80 columns, in a pipe too. Answers stay small. */
const INTENT_COLUMNS = 76;
/** A longer signature is cut. `get` shows all of it. */
const SIGNATURE_COLUMNS = 100;
/** If a line has fewer columns left for the signature, the signature gets its own line. */
const MIN_SIGNATURE_COLUMNS = 24;

/**
 * Prints the place, kind and signature of each symbol, and below them its intent. The columns are
 * aligned on a terminal, and short in a pipe.
 */
export function printSymbolLines(output: Output, place: Place, symbols: readonly ShownSymbol[]): void {
  const isTerminal = output.columns !== Infinity;
  const rows = symbols.map((symbol) => ({ symbol, at: placeOf(place, symbol.path, symbol.line) }));
  const fitting = rows.map(({ at }) => textColumns(at)).filter((columns) => columns <= ALIGNED_COLUMNS);
  const aligned = isTerminal ? Math.max(0, ...fitting) : 0;
  const kindColumns = isTerminal ? Math.max(0, ...rows.map(({ symbol }) => symbol.kind.length)) : 0;
  for (const { symbol, at } of rows) {
    const gap = " ".repeat(Math.max(0, aligned - textColumns(at)) + 2);
    const kind: Text = [{ text: symbol.kind.padEnd(kindColumns), style: "kind" }, "  "];
    const left = output.columns - textColumns(at) - gap.length - kindColumns - 2;
    const signature = quoteName(withoutKind(ownedSignature(symbol), symbol.kind));
    if (left >= Math.min(MIN_SIGNATURE_COLUMNS, signature.length)) {
      output.line([...at, gap, ...kind, shortened(signature, Math.min(left, SIGNATURE_COLUMNS))]);
    } else {
      output.line(at);
      output.line(["  ", ...kind, shortened(signature, Math.max(1, output.columns - kindColumns - 4))]);
    }
    if (symbol.intent !== "") output.line([INDENT, { text: shownIntent(output, symbol.intent), style: "quiet" }]);
  }
}

/**
 * Returns the signature with its class: `Parser.parse(text)`, `int parse(char *text) (of Parser)`.
 */
export function ownedSignature({ name, className, signature }: ShownSymbol): string {
  if (className === undefined || signature.startsWith(`${className}.`)) return signature;
  return signature.startsWith(name) ? `${className}.${signature}` : `${signature} (of ${className})`;
}

/** Removes the kind from the signature, because the kind has its own column. */
function withoutKind(signature: string, kind: string): string {
  return signature.startsWith(`${kind} `) ? signature.slice(kind.length + 1) : signature;
}

function shownIntent(output: Output, intent: string): string {
  return shortened(plainText(intent), Math.max(1, Math.min(INTENT_COLUMNS, output.columns - INDENT.length)));
}

/**
 * Returns a place in a file in the form that terminals and editors understand: path:line, or
 * path:line:column.
 */
export function placeOf(place: Place, path: string, line: number, column?: number): Exclude<Text, string> {
  const behind = column === undefined ? `:${line}` : `:${line}:${column}`;
  const link = place.link(path, line);
  return [
    { text: place.shown(path), style: "path", link },
    { text: behind, style: "place", link },
  ];
}
