import { MetacacheError } from "../../base/errors.ts";
import { describe } from "../../base/validation.ts";
import { ANY_SYMBOL_KINDS, parseSymbolTerm, type SymbolTerm } from "../../record/symbols.ts";
import { cursorParts, encodeParts, PASS_ON } from "../cursor.ts";

/** The place of a symbol in every order. A cursor holds the key of the last symbol of a page. */
export interface SymbolKey {
  readonly path: string;
  readonly line: number;
  /** The term of the symbol. It is unique in its file. */
  readonly term: string;
  /** The parsed term. */
  readonly symbol: SymbolTerm;
}

export function encodeSymbolCursor(queryHash: string, { path, line, term }: Omit<SymbolKey, "symbol">): string {
  return encodeParts([queryHash, path, line, term]);
}

/**
 * Throws `E_QUERY` if the cursor belongs to another query, or names a symbol that does not match
 * the query.
 */
export function decodeSymbolCursor(cursor: unknown, queryHash: string, isMatch: (key: SymbolKey) => boolean): SymbolKey {
  const [, path, line, term] = cursorParts(cursor, queryHash);
  if (typeof path === "string" && typeof line === "number" && typeof term === "string" && term.includes("\0")) {
    const key: SymbolKey = { path, line, term, symbol: parseSymbolTerm(term) };
    if (ANY_SYMBOL_KINDS.includes(key.symbol.kind) && isMatch(key)) return key;
  }
  throw new MetacacheError("E_QUERY", `cursor ${describe(cursor)} is damaged`, { remedy: PASS_ON });
}
