import { quoteName } from "../../base/text/escape.ts";
import { cut } from "./answer-lines.ts";

/** A symbol of a file, as a line of an answer shows it. */
export interface ListedSymbol {
  readonly path: string;
  readonly line: number;
  readonly endLine: number;
  readonly name: string;
  readonly kind: string;
  readonly className?: string | undefined;
  readonly signature: string;
  readonly intent: string;
}

const SIGNATURE_CHARACTERS = 120;
const INTENT_CHARACTERS = 100;

/** `src/a.ts:3-9  method Parser.parse(text): Ast — reads a text`. */
export function symbolLine(symbol: ListedSymbol): string {
  return `${quoteName(symbol.path)}:${lineRange(symbol.line, symbol.endLine)}  ${declaration(symbol)}${purpose(symbol.intent)}`;
}

/** Returns the kind, and the declaration with the class: `method Parser.parse(text)`. */
export function declaration({ kind, name, className, signature }: Omit<ListedSymbol, "path">): string {
  const text = cut(signature, SIGNATURE_CHARACTERS);
  const isKindSaid = text.startsWith(`${kind} `);
  const owned = className === undefined || text.includes(`${className}.`) ? text : withOwner(text, name, className);
  return isKindSaid ? owned : `${kind} ${owned}`;
}

export function purpose(intent: string): string {
  return intent === "" ? "" : ` — ${cut(intent.replaceAll(/\s+/g, " "), INTENT_CHARACTERS)}`;
}

/** Returns the range in the form that the reading tools of clients accept. */
export function lineRange(line: number, endLine: number): string {
  return line === endLine ? String(line) : `${line}-${endLine}`;
}

function withOwner(text: string, name: string, className: string): string {
  return text.startsWith(name) ? `${className}.${text}` : `${text} (of ${className})`;
}
