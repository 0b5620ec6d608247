import {
  CLASS_KINDS,
  type ClassKind,
  type ClassMetadata,
  type FileMetadata,
  FUNCTION_KINDS,
  type FunctionKind,
  type FunctionMetadata,
  SYMBOL_KINDS,
  type SymbolKind,
  type SymbolMetadata,
} from "./file-metadata.ts";
import type { Term } from "./terms.ts";

/** The kinds of all symbols: of functions, of classes, and of the others. */
export type AnySymbolKind = FunctionKind | ClassKind | SymbolKind;

/**
 * Each kind once, although classes and other symbols share a kind. The order is part of the format
 * of an image: an image stores a kind by its index in this list.
 */
export const ANY_SYMBOL_KINDS: readonly AnySymbolKind[] = [...new Set([...FUNCTION_KINDS, ...CLASS_KINDS, ...SYMBOL_KINDS])];

/** A symbol of a record, with the term that it is indexed under. */
export interface RecordSymbol {
  readonly name: string;
  readonly kind: AnySymbolKind;
  /** The name of the class that the symbol belongs to. Empty if it belongs to none. */
  readonly owner: string;
  readonly term: Term;
  readonly source:
    | { readonly is: "function"; readonly of: FunctionMetadata }
    | { readonly is: "class"; readonly of: ClassMetadata }
    | { readonly is: "symbol"; readonly of: SymbolMetadata };
}

/** The parts of a term of the index of symbols. */
export interface SymbolTerm {
  readonly name: string;
  readonly kind: AnySymbolKind;
  readonly owner: string;
}

/**
 * Returns the term of each symbol of a record. A term is the name, a NUL, a letter for the kind,
 * and the owner. If several symbols have the same three parts, each one after the first also gets a
 * NUL and a number. So each term belongs to one symbol of the record, and a count of terms is a
 * count of symbols. No name contains a NUL.
 */
export function symbolTermsOf({ functions, classes, symbols }: FileMetadata): readonly Term[] {
  const count = functions.length + classes.length + symbols.length;
  if (count === 0) return NO_TERMS;
  const terms = new TermList(count);
  for (const { name, kind, className } of functions) terms.add(name, kind ?? defaultKind(className), className);
  for (const { name, kind, className } of classes) terms.add(name, kind ?? "class", className);
  for (const { name, kind, className } of symbols) terms.add(name, kind, className);
  return terms.terms as readonly string[] as readonly Term[];
}

/** Returns all symbols of a record, in the order of `symbolTermsOf`. */
export function symbolsOf(record: FileMetadata): readonly RecordSymbol[] {
  const terms = symbolTermsOf(record);
  const found: RecordSymbol[] = [];
  const add = (kind: AnySymbolKind, source: RecordSymbol["source"]): void => {
    const { name, className = "" } = source.of;
    found.push({ name, kind, owner: className, term: terms[found.length] as Term, source });
  };
  for (const of of record.functions) add(of.kind ?? defaultKind(of.className), { is: "function", of });
  for (const of of record.classes) add(of.kind ?? "class", { is: "class", of });
  for (const of of record.symbols) add(of.kind, { is: "symbol", of });
  return found;
}

export function parseSymbolTerm(term: string): SymbolTerm {
  const end = term.indexOf("\0");
  const ordinal = term.indexOf("\0", end + 1);
  return {
    name: term.slice(0, end),
    kind: kindOfCode(term.charCodeAt(end + 1)),
    owner: term.slice(end + 2, ordinal < 0 ? undefined : ordinal),
  };
}

/** Returns the kind that the character after the first NUL of a term stands for. */
export function kindOfCode(code: number): AnySymbolKind {
  return ANY_SYMBOL_KINDS[code - FIRST_CODE] as AnySymbolKind;
}

/** Returns the character code that stands for a kind in a term. */
export function codeOfKind(kind: AnySymbolKind): number {
  return FIRST_CODE + ANY_SYMBOL_KINDS.indexOf(kind);
}

function defaultKind(className: string | undefined): FunctionKind {
  return className === undefined ? "function" : "method";
}

/** Comparing up to this many terms with each other is faster than hashing them. */
const FEW = 32;
const FIRST_CODE = 0x61;
const NO_TERMS: readonly Term[] = [];
const BEGIN_OF_KIND: Readonly<Record<string, string>> = Object.fromEntries(
  ANY_SYMBOL_KINDS.map((kind) => [kind, `\0${String.fromCharCode(codeOfKind(kind))}`]),
);

class TermList {
  readonly terms: string[] = [];
  readonly #seen: Set<string> | undefined;
  /** The number of occurrences of each term that occurred more than once. */
  #repeated: Map<string, number> | undefined;

  constructor(count: number) {
    this.#seen = count > FEW ? new Set() : undefined;
  }

  add(name: string, kind: AnySymbolKind, owner = ""): void {
    const term = name + (BEGIN_OF_KIND[kind] as string) + owner;
    const seen = this.#seen;
    if (seen === undefined ? !this.terms.includes(term) : !seen.has(term)) {
      seen?.add(term);
      this.terms.push(term);
      return;
    }
    this.#repeated ??= new Map();
    const before = this.#repeated.get(term) ?? 1;
    this.#repeated.set(term, before + 1);
    this.terms.push(`${term}\0${before}`);
  }
}
