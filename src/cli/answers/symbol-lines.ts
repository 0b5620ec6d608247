import type { Place } from "../place/place.ts";
import { quoteName } from "../../base/escape.ts";
import type { Output } from "../terminal/output.ts";
import { plainText, type Text, textColumns } from "../terminal/styled-text.ts";
import { shortened } from "../terminal/width.ts";

/** A named thing in a file, as a line of an answer has it. */
export interface ShownSymbol {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  readonly kind: string;
  /** The name of the class that it belongs to. */
  readonly className?: string | undefined;
  /** How it is declared, on one line. */
  readonly signature: string;
  readonly intent: string;
}

/** Columns beyond which nothing is aligned: one long path does not push all others away. */
const ALIGNED_COLUMNS = 44;
const INDENT = "    ";
/**
 * With its indent, what is told of a symbol fits 80 columns, in a pipe too: an answer stays small.
 */
const INTENT_COLUMNS = 76;
/** More of a signature is for `get`. */
const SIGNATURE_COLUMNS = 100;
/** If so little is left for a signature beside its place, it gets a line of its own. */
const MIN_SIGNATURE_COLUMNS = 24;

/**
 * Where each is, what it is, how it is declared; below it, what it is for. Aligned on a terminal,
 * short in a pipe.
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

/** The signature, and whose it is: `Parser.parse(text)`, `int parse(char *text) (of Parser)`. */
export function ownedSignature({ name, className, signature }: ShownSymbol): string {
  if (className === undefined || signature.startsWith(`${className}.`)) return signature;
  return signature.startsWith(name) ? `${className}.${signature}` : `${signature} (of ${className})`;
}

/** The kind has a column of its own. */
function withoutKind(signature: string, kind: string): string {
  return signature.startsWith(`${kind} `) ? signature.slice(kind.length + 1) : signature;
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
