import { assert } from "../base/assert.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../model/terms.ts";

/** Gives each term of each index a small number, once; the number of a term that vanished is used again. */
export class TermDictionary {
  readonly #numbers: Readonly<Record<IndexName, Map<Term, number>>> = {
    language: new Map(),
    referenceDoc: new Map(),
    functionName: new Map(),
    className: new Map(),
  };
  readonly #names: (Term | undefined)[] = [];
  readonly #indexes: number[] = [];
  readonly #free: number[] = [];

  /** How many terms all indexes have together. */
  get size(): number {
    return this.#names.length - this.#free.length;
  }

  sizeOf(index: IndexName): number {
    return this.#numbers[index].size;
  }

  numberOf(index: IndexName, term: Term): number | undefined {
    return this.#numbers[index].get(term);
  }

  /** The number of a term, new if need be. */
  intern(index: IndexName, term: Term): number {
    const known = this.#numbers[index].get(term);
    if (known !== undefined) return known;
    const number = this.#free.pop() ?? this.#names.length;
    this.#names[number] = term;
    this.#indexes[number] = INDEX_NAMES.indexOf(index);
    this.#numbers[index].set(term, number);
    return number;
  }

  /** Forgets a term that no record has any more. */
  release(number: number): void {
    const index = this.indexOf(number);
    this.#numbers[index].delete(this.termOf(number));
    this.#names[number] = undefined;
    this.#free.push(number);
  }

  termOf(number: number): Term {
    const term = this.#names[number];
    assert(term !== undefined, `no term has number ${number}`);
    return term;
  }

  indexOf(number: number): IndexName {
    const index = INDEX_NAMES[this.#indexes[number] ?? -1];
    assert(index !== undefined, `no term has number ${number}`);
    return index;
  }

  /** All terms of one index, in no particular order. */
  terms(index: IndexName): Iterable<Term> {
    return this.#numbers[index].keys();
  }

  /** The numbers of all terms of one index. */
  numbers(index: IndexName): Iterable<number> {
    return this.#numbers[index].values();
  }
}
