import type { NameCursor } from "../../indexing/image/name-cursor.ts";
import { decodeUnits } from "../../indexing/image/unit-bytes.ts";
import { kindOfCode } from "../../record/symbols.ts";
import { EXACT, NO_MATCH, unitsOf } from "./like-pattern.ts";
import { type PreparedSymbolQuery, scoreOf } from "./prepared-symbol-query.ts";

/**
 * Checks the terms at which a name cursor has stopped. Makes a string only if it is needed, and
 * reuses the score of a name for its next terms.
 */
export class TermExaminer {
  readonly #query: PreparedSymbolQuery;
  readonly #names: NameCursor;
  #isAscii = true;
  #name: string | undefined;
  /** The score of the current name, if its owner does not matter. */
  #nameScore: number | undefined;
  #isFirst = true;

  constructor(query: PreparedSymbolQuery, names: NameCursor) {
    this.#query = query;
    this.#names = names;
  }

  /** How well the symbols of the current term fit. */
  examine(): number {
    const { bytes, nameLength, length, isSameName } = this.#names;
    if (this.#isFirst || !isSameName) this.#takeName(bytes, nameLength);
    const { kinds, className, name: wanted } = this.#query;
    const code = bytes[nameLength + 1] as number;
    if (kinds !== undefined && !kinds.has(code)) return NO_MATCH;
    if (className === undefined && wanted === undefined) return EXACT;
    if (className === undefined && wanted?.hasOwners === false) return (this.#nameScore ??= this.#scoreName(bytes, nameLength));
    const owner = ownerIn(bytes, nameLength + 2, length);
    return scoreOf(this.#query, { name: this.#nameIn(bytes, nameLength), kind: kindOfCode(code), owner });
  }

  /** The number of UTF-16 units of the current name. */
  get nameUnits(): number {
    const { bytes, nameLength } = this.#names;
    return this.#isAscii ? nameLength : this.#nameIn(bytes, nameLength).length;
  }

  #takeName(bytes: Uint8Array, length: number): void {
    this.#isFirst = false;
    this.#name = this.#nameScore = undefined;
    this.#isAscii = true;
    for (let at = 0; at < length && this.#isAscii; at++) this.#isAscii = (bytes[at] as number) < 0x80;
  }

  #nameIn(bytes: Uint8Array, length: number): string {
    return (this.#name ??= decodeUnits(bytes, 0, length));
  }

  #scoreName(bytes: Uint8Array, length: number): number {
    const { name } = this.#query;
    const pattern = name?.onlyLike;
    if (pattern !== undefined && this.#isAscii) return pattern.score(bytes, length);
    const text = this.#nameIn(bytes, length);
    return pattern === undefined ? (name?.score(text, "") ?? EXACT) : pattern.score(unitsOf(text), text.length);
  }
}

function ownerIn(bytes: Uint8Array, from: number, length: number): string {
  let end = from;
  while (end < length && bytes[end] !== 0) end++;
  return decodeUnits(bytes, from, end);
}
