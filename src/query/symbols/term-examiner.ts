import { decodeUnits } from "../../indexing/image/unit-bytes.ts";
import { kindOfCode } from "../../record/symbols.ts";
import { EXACT, NO_MATCH, unitsOf } from "./like-pattern.ts";
import { NameScan } from "./name-scan.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";

/** Looks at the bytes of terms that come in their order. A string is made of those alone that may fit, and whatever terms have in common is looked at once. */
export class TermExaminer {
  readonly #query: PreparedSymbolQuery;
  readonly #scan: NameScan | undefined;
  /** Where the name of the last term ends; -1 if there was none. */
  #nameEnd = -1;
  #mayFit = false;
  #isAscii = true;
  /** Of the name at hand, if its owner does not matter. */
  #nameScore: number | undefined;
  #name: string | undefined;

  constructor(query: PreparedSymbolQuery) {
    this.#query = query;
    const patterns = query.name?.patterns;
    this.#scan = patterns === undefined ? undefined : new NameScan(patterns);
  }

  /** The next term does not follow the last one. */
  begin(): void {
    this.#nameEnd = -1;
  }

  /** How well the symbols of a term fit. `shared`: how many first bytes are those of the term before. */
  examine(bytes: Uint8Array, length: number, shared: number): number {
    if (this.#nameEnd < 0 || shared <= this.#nameEnd) this.#takeName(bytes, this.#nameEnd < 0 ? 0 : shared);
    if (!this.#mayFit) return NO_MATCH;
    const { kinds, className, name: wanted } = this.#query;
    const code = bytes[this.#nameEnd + 1] as number;
    if (kinds !== undefined && !kinds.has(code)) return NO_MATCH;
    if (className === undefined && wanted === undefined) return EXACT;
    if (className === undefined && wanted?.hasOwners === false) return (this.#nameScore ??= this.#scoreName(bytes));
    const name = (this.#name ??= decodeUnits(bytes, 0, this.#nameEnd));
    return scoreOf(this.#query, { name, kind: kindOfCode(code), owner: ownerIn(bytes, this.#nameEnd + 2, length) });
  }

  /** How many UTF-16 units the name of the last term has. */
  nameUnits(bytes: Uint8Array): number {
    return this.#isAscii ? this.#nameEnd : (this.#name ??= decodeUnits(bytes, 0, this.#nameEnd)).length;
  }

  #takeName(bytes: Uint8Array, shared: number): void {
    let end = shared;
    while (bytes[end] !== 0) end++;
    this.#nameEnd = end;
    this.#name = this.#nameScore = undefined;
    this.#mayFit = this.#scan?.mayFit(bytes, shared, end) ?? true;
    if (!this.#mayFit) return;
    this.#isAscii = true;
    for (let at = 0; at < end && this.#isAscii; at++) this.#isAscii = (bytes[at] as number) < 0x80;
  }

  #scoreName(bytes: Uint8Array): number {
    const { name } = this.#query;
    const pattern = name?.onlyLike;
    if (pattern !== undefined && this.#isAscii) return pattern.score(bytes, this.#nameEnd);
    const text = (this.#name ??= decodeUnits(bytes, 0, this.#nameEnd));
    return pattern === undefined ? (name?.score(text, "") ?? EXACT) : pattern.score(unitsOf(text), text.length);
  }
}

function ownerIn(bytes: Uint8Array, from: number, length: number): string {
  let end = from;
  while (end < length && bytes[end] !== 0) end++;
  return decodeUnits(bytes, from, end);
}
