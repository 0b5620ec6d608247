import { assert } from "../../base/assert.ts";
import { lowerBound } from "../../base/lower-bound.ts";
import { compareValues } from "../../base/text/text-order.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { INDEX_NAMES, type IndexName, type RecordTerms, type Term } from "../../record/terms.ts";
import { type LastingLayer, PATHS_A_BLOCK, type TermRanks, type Texts, type TermsWithRanks } from "./layer.ts";
import { PlainTerms, PlainTexts } from "./plain-texts.ts";
import { hasBit, Ranks, setBit } from "./ranks.ts";
import { placeOf, recordId, type RecordId } from "../record-id.ts";
import { NOWHERE } from "./renumbering.ts";
import { sortTexts } from "./sort-texts.ts";

/** What the index keeps of a record besides its terms. */
export interface IndexedFields {
  readonly path: ProjectPath;
  readonly size: number;
  readonly modifiedAt: number;
}

export interface RecentRecord extends IndexedFields {
  readonly place: number;
  readonly revision: number;
  readonly terms: RecordTerms;
  rank: number;
}

/**
 * Up to this many new records are inserted into the order one by one. Up to this many ranks of a
 * term are a list.
 */
const FEW = 8;
/** This many terms are listed in about a millisecond. */
const TERMS_A_STEP = 4_096;

/**
 * The records that changed last, as a layer. They are few, so plain maps are enough. A change only
 * notes the record. Ranks are computed and terms are listed when somebody reads them. A removed
 * record is deleted, not masked, until the layer is frozen. A frozen layer changes only in which
 * ranks are masked.
 */
export class RecentRecords implements LastingLayer {
  readonly number: number;
  readonly #byPath = new Map<string, RecentRecord>();
  /** By place. A record that replaces another record of the same path keeps its place. */
  readonly #byPlace: (RecentRecord | undefined)[] = [];
  /** Most terms have one record. Such a term keeps the record itself, not a list. */
  readonly #byTerm: Readonly<Record<IndexName, Map<string, RecentRecord | RecentRecord[]>>> = newMaps();
  /** The records whose terms are not in `#byTerm` yet. */
  readonly #unlisted = new Set<RecentRecord>();
  /** The records that have a rank, in the order of their paths. */
  #ordered: RecentRecord[] = [];
  readonly #unordered = new Set<RecentRecord>();
  #isFrozen = false;
  #masked: Uint32Array | undefined;
  /** The terms in order. Set when a merge needs them. */
  #sorted: Record<IndexName, readonly string[]> | undefined;

  constructor(number: number) {
    this.number = number;
  }

  /** Only a frozen layer does not change. */
  get image(): object | undefined {
    return this.#isFrozen ? this : undefined;
  }

  get masked(): Uint32Array | undefined {
    return this.#masked;
  }

  /** The number of records, without the masked ones. */
  get size(): number {
    return this.#byPath.size;
  }

  get ranks(): number {
    return this.#ordered.length + this.#unordered.size;
  }

  /** The number of places that ids have taken. */
  get places(): number {
    return this.#byPlace.length;
  }

  get(path: string): RecentRecord | undefined {
    return this.#byPath.get(path);
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  /** Adds or replaces a record. */
  put({ path, size, modifiedAt }: IndexedFields, revision: number, terms: RecordTerms): RecordId {
    assert(!this.#isFrozen, "a frozen layer takes no records");
    const before = this.#byPath.get(path);
    if (before !== undefined) this.#forget(before);
    const place = before?.place ?? this.#byPlace.length;
    const record: RecentRecord = { path, size, modifiedAt, place, revision, terms, rank: -1 };
    this.#byPath.set(path, record);
    this.#byPlace[place] = record;
    this.#unordered.add(record);
    this.#unlisted.add(record);
    return recordId(this.number, place);
  }

  /** Masks the record if the layer is frozen. */
  remove(path: string): boolean {
    const record = this.#byPath.get(path);
    if (record === undefined) return false;
    this.#byPath.delete(path);
    if (this.#isFrozen) this.#mask(record);
    else {
      this.#byPlace[record.place] = undefined;
      this.#forget(record);
    }
    return true;
  }

  isMasked(rank: number): boolean {
    return this.#masked !== undefined && hasBit(this.#masked, rank);
  }

  idAt(rank: number): RecordId {
    return recordId(this.number, this.#at(rank).place);
  }

  rankOf(id: RecordId): number {
    return this.recordOf(id).rank;
  }

  recordOf(id: RecordId): RecentRecord {
    this.#order();
    const record = this.#byPlace[placeOf(id)];
    assert(record !== undefined, "the record of an id exists until the next write to the index");
    return record;
  }

  /** All records that are not masked. */
  records(): Iterable<RecentRecord> {
    return this.#byPath.values();
  }

  pathAt(rank: number): ProjectPath {
    return this.#at(rank).path;
  }

  pathsBetween(from: number, to: number): readonly string[] {
    return this.#order()
      .slice(from, to)
      .map(({ path }) => path);
  }

  pathBlock(block: number): readonly string[] {
    return this.pathsBetween(block * PATHS_A_BLOCK, (block + 1) * PATHS_A_BLOCK);
  }

  lowerBound(path: string): number {
    const ordered = this.#order();
    return lowerBound(ordered.length, (rank) => (ordered[rank] as RecentRecord).path < path);
  }

  find(path: string): number {
    this.#order();
    return this.#byPath.get(path)?.rank ?? -1;
  }

  revisionAt(rank: number): number {
    return this.#at(rank).revision;
  }

  sizeAt(rank: number): number {
    return this.#at(rank).size;
  }

  modifiedAtAt(rank: number): number {
    return this.#at(rank).modifiedAt;
  }

  languageAt(rank: number): Term {
    const [language] = this.#at(rank).terms.language;
    assert(language !== undefined, "every record has a language");
    return language;
  }

  withTerm(index: IndexName, term: string): Ranks | undefined {
    const records = this.#listed(index).get(term);
    return records === undefined ? undefined : this.#ranksOf(records);
  }

  withPrefix(index: IndexName, prefix: string): Ranks[] {
    const found: Ranks[] = [];
    for (const [term, records] of this.#listed(index)) if (term.startsWith(prefix)) found.push(this.#ranksOf(records));
    return found;
  }

  /** The terms from `from` up to `to`, or up to the last one, in order, each with its ranks. */
  termsBetween(index: IndexName, from: string, to: string | undefined): TermsWithRanks {
    const byTerm = this.#listed(index);
    const found: string[] = [];
    for (const term of byTerm.keys()) if (term >= from && (to === undefined || term < to)) found.push(term);
    return new PlainTerms(found.sort(), (term) => this.#ranksOf(byTerm.get(term) ?? []));
  }

  termsWithPrefix(index: IndexName, prefix: string): TermRanks[] {
    const found: TermRanks[] = [];
    for (const [term, records] of this.#listed(index)) if (term.startsWith(prefix)) found.push({ term, ranks: this.#ranksOf(records) });
    return found;
  }

  termsWithEndings(index: IndexName, text: string, endings: readonly string[]): TermRanks[] {
    const byTerm = this.#listed(index);
    const found: TermRanks[] = [];
    for (const ending of endings) {
      const term = text + ending;
      const records = byTerm.get(term);
      if (records !== undefined) found.push({ term, ranks: this.#ranksOf(records) });
    }
    return found;
  }

  referenceTermsAt(rank: number): readonly string[] {
    return this.#at(rank).terms.referenceDoc;
  }

  hasReferences(rank: number): boolean {
    return this.#at(rank).terms.referenceDoc.length > 0;
  }

  countUnmasked(ranks: Ranks): number {
    if (this.#masked === undefined) return ranks.count;
    let count = 0;
    ranks.forEach((rank) => {
      if (!this.isMasked(rank)) count++;
    });
    return count;
  }

  termCount(index: IndexName): number {
    return this.#listed(index).size;
  }

  paths(): Texts {
    return new PlainTexts(this.#order().map(({ path }) => path));
  }

  terms(index: IndexName): TermsWithRanks {
    const byTerm = this.#listed(index);
    return new PlainTerms(this.#sorted?.[index] ?? [...byTerm.keys()].sort(), (term) => this.#ranksOf(byTerm.get(term) ?? []));
  }

  *sortTerms(): Generator<void, void, undefined> {
    assert(this.#isFrozen, "only a frozen layer keeps its terms in order");
    let listed = 0;
    for (const record of this.#unlisted) {
      listed += this.#list(record);
      if (listed < TERMS_A_STEP) continue;
      listed = 0;
      yield;
    }
    const sorted = forEachIndex((): readonly string[] => []);
    for (const index of INDEX_NAMES) {
      const terms = [...this.#byTerm[index].keys()];
      sorted[index] = Array.from(yield* sortTexts(terms), (place) => terms[place] as string);
      yield;
    }
    this.#sorted = sorted;
  }

  ranksByPlace(ranks: Uint32Array): Uint32Array {
    this.#order();
    return Uint32Array.from(this.#byPlace, (record) => (record === undefined ? NOWHERE : (ranks[record.rank] as number)));
  }

  /** An estimate: what V8 takes for a map entry, for each record and each term. */
  get byteLength(): number {
    let bytes = this.ranks * BYTES_PER_RECORD;
    for (const index of INDEX_NAMES) bytes += this.termCount(index) * BYTES_PER_TERM;
    return bytes;
  }

  #at(rank: number): RecentRecord {
    const record = this.#order()[rank];
    assert(record !== undefined, "every rank has a record until the next write to the index");
    return record;
  }

  #mask(record: RecentRecord): void {
    const { length } = this.#order();
    this.#masked ??= new Uint32Array(Math.ceil(length / 32));
    setBit(this.#masked, record.rank);
  }

  #forget(record: RecentRecord): void {
    if (!this.#unordered.delete(record)) {
      this.#order();
      this.#ordered.splice(record.rank, 1);
      this.#rankFrom(record.rank);
    }
    if (this.#unlisted.delete(record)) return;
    for (const index of INDEX_NAMES) for (const term of record.terms[index]) this.#forgetTerm(index, term, record);
  }

  #ranksOf(records: RecentRecord | readonly RecentRecord[]): Ranks {
    this.#order();
    if ("rank" in records) return Ranks.ofList([records.rank]);
    if (records.length <= FEW) return Ranks.ofList(records.map(({ rank }) => rank).sort((a, b) => a - b));
    // Sorting the ranks of a language took longer than all the rest of a query.
    const words = new Uint32Array(Math.ceil(this.ranks / 32));
    for (const { rank } of records) setBit(words, rank);
    return Ranks.ofBits(records.length, words, 0, words.length);
  }

  #listed(index: IndexName): Map<string, RecentRecord | RecentRecord[]> {
    for (const record of this.#unlisted) this.#list(record);
    return this.#byTerm[index];
  }

  /** Returns how many terms the record has. */
  #list(record: RecentRecord): number {
    this.#unlisted.delete(record);
    let count = 0;
    for (const index of INDEX_NAMES) {
      const byTerm = this.#byTerm[index];
      for (const term of record.terms[index]) {
        const records = byTerm.get(term);
        if (records === undefined) byTerm.set(term, record);
        else if (!Array.isArray(records)) byTerm.set(term, [records, record]);
        else records.push(record);
        count++;
      }
    }
    return count;
  }

  #forgetTerm(index: IndexName, term: Term, record: RecentRecord): void {
    const records = this.#byTerm[index].get(term);
    if (!Array.isArray(records)) {
      assert(records === record, "a term has the record that is removed from it");
      this.#byTerm[index].delete(term);
      return;
    }
    const place = records.indexOf(record);
    assert(place >= 0, "a term has the record that is removed from it");
    if (records.length === 2) this.#byTerm[index].set(term, records[1 - place] as RecentRecord);
    else records.splice(place, 1);
  }

  /** Gives a rank to each record that came since the last call. */
  #order(): readonly RecentRecord[] {
    const added = this.#unordered;
    if (added.size === 0) return this.#ordered;
    let first = 0;
    if (added.size > FEW) this.#ordered = [...this.#ordered, ...added].sort((a, b) => compareValues(a.path, b.path));
    else {
      first = this.#ordered.length;
      for (const record of added) {
        const ordered = this.#ordered;
        const rank = lowerBound(ordered.length, (place) => (ordered[place] as RecentRecord).path < record.path);
        ordered.splice(rank, 0, record);
        first = Math.min(first, rank);
      }
    }
    added.clear();
    this.#rankFrom(first);
    return this.#ordered;
  }

  #rankFrom(first: number): void {
    for (let rank = first; rank < this.#ordered.length; rank++) (this.#ordered[rank] as RecentRecord).rank = rank;
  }
}

function newMaps(): Record<IndexName, Map<string, RecentRecord | RecentRecord[]>> {
  return forEachIndex(() => new Map());
}

function forEachIndex<T>(make: () => T): Record<IndexName, T> {
  return Object.fromEntries(INDEX_NAMES.map((index) => [index, make()])) as Record<IndexName, T>;
}

const BYTES_PER_RECORD = 400;
const BYTES_PER_TERM = 150;
