import { MetacacheError } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { ANY_SYMBOL_KINDS, parseSymbolTerm, type SymbolTerm } from "../../record/symbols.ts";
import { cursorParts, encodeParts, PASS_ON } from "../cursor.ts";

/** Where a symbol stands in every order: a cursor holds that of a page's last one. */
export interface SymbolKey {
  readonly path: string;
  readonly line: number;
  /** The term of the symbol, which no other one of its file has. */
  readonly term: string;
  /** What the term says. */
  readonly symbol: SymbolTerm;
}

export function encodeSymbolCursor(queryHash: string, { path, line, term }: Omit<SymbolKey, "symbol">): string {
  return encodeParts([queryHash, path, line, term]);
}

/** Throws `E_QUERY` for a cursor of another query, and for one that names a symbol that is none of the query's. */
export function decodeSymbolCursor(cursor: unknown, queryHash: string, isMatch: (key: SymbolKey) => boolean): SymbolKey {
  const [, path, line, term] = cursorParts(cursor, queryHash);
  if (typeof path === "string" && typeof line === "number" && typeof term === "string" && term.includes("\0")) {
    const key: SymbolKey = { path, line, term, symbol: parseSymbolTerm(term) };
    if (ANY_SYMBOL_KINDS.includes(key.symbol.kind) && isMatch(key)) return key;
  }
  throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is damaged`, { remedy: PASS_ON });
}
