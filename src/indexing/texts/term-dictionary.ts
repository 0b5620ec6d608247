import { assert } from "../../base/assert.ts";
import { type Finding, finding } from "../../base/finding.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../../record/terms.ts";
import type { ByteArena } from "../lists/byte-arena.ts";
import { uint32Column } from "../lists/growing-column.ts";
import { TermTexts } from "./term-texts.ts";
import { HASH_START, hashText, hashWord } from "./text-hash.ts";
import { TextOrder } from "./text-order.ts";
import { TextTable } from "./text-table.ts";

/** What a text's kind is in the arena: the place of its index among the names. */
const KINDS: Readonly<Record<IndexName, number>> = { language: 0, referenceDoc: 1, functionName: 2, className: 3 };

declare const termNumber: unique symbol;

/** A small integer that stands for one term of one index. */
export type TermNumber = number & { readonly [termNumber]: true };

/**
 * Gives each term of each index a small number, once, and finds it again by its text or by the beginning of it. The
 * number of a term that vanished is used again. Terms are copied into the arena: a name that was cut out of a source
 * text would keep that whole text in memory.
 */
export class TermDictionary {
  readonly #texts: TermTexts;
  /** The place of each text, one higher, so that 0 means none. */
  readonly #places = uint32Column();
  readonly #table = new TextTable();
  readonly #orders: readonly TextOrder<TermNumber>[];
  readonly #free: TermNumber[] = [];
  #limit = 0;

  constructor(arena: ByteArena) {
    this.#texts = new TermTexts(arena);
    this.#orders = INDEX_NAMES.map(() => new TextOrder((number, text) => this.#texts.compare(this.#placeOf(number), text)));
  }

  /** How many terms all indexes have together. */
  get size(): number {
    return this.#table.count;
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    let bytes = this.#places.byteLength + this.#table.byteLength;
    for (const order of this.#orders) bytes += order.byteLength;
    return bytes;
  }

  /** All numbers are below this. */
  get limit(): number {
    return this.#limit;
  }

  has(number: TermNumber): boolean {
    return this.#places.get(number) !== 0;
  }

  sizeOf(index: IndexName): number {
    return this.#orderOf(index).size;
  }

  numberOf(index: IndexName, term: Term): TermNumber | undefined {
    const kind = KINDS[index];
    return this.#find(kind, term, hashOf(kind, term));
  }

  /** The number of a term, new if need be. */
  intern(index: IndexName, term: Term): TermNumber {
    const kind = KINDS[index];
    const hash = hashOf(kind, term);
    const known = this.#find(kind, term, hash);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? (this.#limit++ as TermNumber);
    this.#places.set(number, this.#texts.add(kind, term) + 1);
    this.#table.add(number, hash);
    this.#orderOf(index).add(number, term);
    return number;
  }

  /** Forgets a term that no record has any more. */
  release(number: TermNumber): void {
    this.#orderOf(this.indexOf(number)).delete(number, this.termOf(number));
    this.#table.delete(number);
    this.#texts.delete(this.#placeOf(number));
    this.#places.set(number, 0);
    this.#free.push(number);
  }

  termOf(number: TermNumber): Term {
    return this.#texts.read(this.#placeOf(number)) as Term;
  }

  indexOf(number: TermNumber): IndexName {
    const index = INDEX_NAMES[this.#texts.kindOf(this.#placeOf(number))];
    assert(index !== undefined, "a term is of one of the indexes");
    return index;
  }

  /** The numbers of the terms of one index, in their order; with `from` given, from the first term that is at least that. */
  numbers(index: IndexName, from = ""): Generator<TermNumber, void, undefined> {
    return this.#orderOf(index).ascending(from);
  }

  /** What is wrong with this structure; empty where nothing is. */
  verify(): Finding[] {
    const findings: Finding[] = [];
    let ordered = 0;
    INDEX_NAMES.forEach((index) => {
      findings.push(...this.#orderOf(index).verify((number) => this.termOf(number)));
      ordered += this.sizeOf(index);
      for (const number of this.numbers(index)) {
        const term = this.termOf(number);
        if (this.numberOf(index, term) !== number)
          findings.push(finding("INDEX_TERMS", `the ${index} ${JSON.stringify(term)} is not found by its text`));
      }
    });
    if (ordered !== this.size) findings.push(finding("INDEX_COUNT", `${this.size} terms are known, but ${ordered} are in their orders`));
    return findings;
  }

  #find(kind: number, term: Term, hash: number): TermNumber | undefined {
    const table = this.#table;
    let slot = table.candidate(hash, table.slotOf(hash));
    while (slot >= 0 && !this.#texts.equals(this.#placeOf(table.numberAt(slot) as TermNumber), kind, term)) {
      slot = table.candidate(hash, table.after(slot));
    }
    return slot < 0 ? undefined : (table.numberAt(slot) as TermNumber);
  }

  #orderOf(index: IndexName): TextOrder<TermNumber> {
    const order = this.#orders[KINDS[index]];
    assert(order !== undefined, "every index has an order");
    return order;
  }

  #placeOf(number: TermNumber): number {
    const place = this.#places.get(number);
    assert(place !== 0, "a term's number stands for a term");
    return place - 1;
  }
}

function hashOf(kind: number, term: Term): number {
  return hashText(term, hashWord(HASH_START, kind));
}
