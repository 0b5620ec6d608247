import { MetacacheError } from "../../../base/errors.ts";
import { nearest } from "../../../base/text/nearest.ts";
import { ANY_SYMBOL_KINDS, type AnySymbolKind } from "../../../record/symbols.ts";

/**
 * Returns the named kinds, from words or lists with commas. Throws `E_CONFIG` for an unknown kind.
 */
export function readKinds(given: readonly string[] | undefined): readonly AnySymbolKind[] | undefined {
  return given?.flatMap((text) => text.split(",")).map((word) => kindNamed(word.trim()));
}

function kindNamed(word: string): AnySymbolKind {
  const found = ANY_SYMBOL_KINDS.find((kind) => kind === word.toLowerCase());
  if (found !== undefined) return found;
  const alike = nearest(word, ANY_SYMBOL_KINDS);
  const all = ANY_SYMBOL_KINDS.join(", ");
  const remedy = alike === undefined ? `give one of ${all}` : `did you mean ${alike}? The kinds are ${all}`;
  throw new MetacacheError("E_CONFIG", `--kind must be a kind of symbol, not ${JSON.stringify(word)}`, { remedy });
}
