import { compareValues } from "../base/text-order.ts";
import { assert } from "../base/assert.ts";
import { grown } from "../base/grown.ts";
import { lowerBound } from "../base/lower-bound.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { INDEX_NAMES, type IndexName, type RecordTerms, type Term } from "../record/terms.ts";
import { encodeUnits, MAX_BYTES_PER_UNIT } from "./image/unit-bytes.ts";
import { type IndexLayer, PATHS_A_BLOCK, type TermRanks, type Texts, type TermsWithRanks } from "./layer.ts";
import { placeOf, recordId, type RecordId } from "./record-id.ts";
import { Ranks } from "./ranks.ts";

/** What the index keeps of a record beside its terms. */
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

/** The number of the layer of what changed last. */
export const RECENT = 0;
/** Up to so many that came since the last read are put into their places one by one. */
const FEW = 8;

/**
 * The records that changed last, as a layer: few, so that plain maps will do. Their ranks are worked out when somebody reads them. Nothing is
 * masked here: what is removed is gone.
 */
export class RecentRecords implements IndexLayer {
  readonly image = undefined;
  readonly masked = undefined;
  readonly #byPath = new Map<string, RecentRecord>();
  readonly #byPlace: (RecentRecord | undefined)[] = [];
  readonly #freePlaces: number[] = [];
  /** Most terms are of one record. */
  readonly #byTerm: Readonly<Record<IndexName, Map<string, RecentRecord | RecentRecord[]>>> = newMaps();
  /** Those that have a rank, in the order of their paths. */
  #ordered: RecentRecord[] = [];
  /** Those that came since. */
  #added: RecentRecord[] = [];

  get size(): number {
    return this.#byPath.size;
  }

  get ranks(): number {
    return this.#byPath.size;
  }

  get(path: string): RecentRecord | undefined {
    return this.#byPath.get(path);
  }

  /** Adds or replaces a record. */
  put({ path, size, modifiedAt }: IndexedFields, revision: number, terms: RecordTerms): RecordId {
    this.remove(path);
    const place = this.#freePlaces.pop() ?? this.#byPlace.length;
    const record: RecentRecord = { path, size, modifiedAt, place, revision, terms, rank: -1 };
    this.#byPath.set(path, record);
    this.#byPlace[place] = record;
    this.#added.push(record);
    for (const index of INDEX_NAMES) {
      const byTerm = this.#byTerm[index];
      for (const term of terms[index]) {
        const records = byTerm.get(term);
        if (records === undefined) byTerm.set(term, record);
        else if (!Array.isArray(records)) byTerm.set(term, [records, record]);
        else records.push(record);
      }
    }
    return recordId(RECENT, place);
  }

  remove(path: string): boolean {
    const record = this.#byPath.get(path);
    if (record === undefined) return false;
    this.#settle();
    this.#byPath.delete(path);
    this.#byPlace[record.place] = undefined;
    this.#freePlaces.push(record.place);
    this.#ordered.splice(record.rank, 1);
    this.#rankFrom(record.rank);
    for (const index of INDEX_NAMES) for (const term of record.terms[index]) this.#forgetTerm(index, term, record);
    return true;
  }

  /** All of them, in the order of their paths. */
  records(): readonly RecentRecord[] {
    return this.#settle();
  }

  idAt(rank: number): RecordId {
    return recordId(RECENT, this.#at(rank).place);
  }

  rankOf(id: RecordId): number {
    return this.recordOf(id).rank;
  }

  recordOf(id: RecordId): RecentRecord {
    this.#settle();
    const record = this.#byPlace[placeOf(id)];
    assert(record !== undefined, "an id stands for a record until the index's next write");
    return record;
  }

  pathAt(rank: number): ProjectPath {
    return this.#at(rank).path;
  }

  pathsBetween(from: number, to: number): readonly string[] {
    return this.#settle()
      .slice(from, to)
      .map(({ path }) => path);
  }

  pathBlock(block: number): readonly string[] {
    return this.pathsBetween(block * PATHS_A_BLOCK, (block + 1) * PATHS_A_BLOCK);
  }

  lowerBound(path: string): number {
    const ordered = this.#settle();
    return lowerBound(ordered.length, (rank) => (ordered[rank] as RecentRecord).path < path);
  }

  find(path: string): number {
    const record = this.#byPath.get(path);
    if (record === undefined) return -1;
    this.#settle();
    return record.rank;
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
    const records = this.#byTerm[index].get(term);
    return records === undefined ? undefined : this.#ranksOf(records);
  }

  withPrefix(index: IndexName, prefix: string): Ranks[] {
    const found: Ranks[] = [];
    for (const [term, records] of this.#byTerm[index]) if (term.startsWith(prefix)) found.push(this.#ranksOf(records));
    return found;
  }

  termsBetween(index: IndexName, from: string, to: string | undefined): TermsWithRanks {
    const byTerm = this.#byTerm[index];
    const found: string[] = [];
    for (const term of byTerm.keys()) if (term >= from && (to === undefined || term < to)) found.push(term);
    return new PlainTerms(found.sort(), (term) => this.#ranksOf(byTerm.get(term) ?? []));
  }

  termsWithPrefix(index: IndexName, prefix: string): TermRanks[] {
    const found: TermRanks[] = [];
    for (const [term, records] of this.#byTerm[index]) if (term.startsWith(prefix)) found.push({ term, ranks: this.#ranksOf(records) });
    return found;
  }

  termsWithEndings(index: IndexName, text: string, endings: readonly string[]): TermRanks[] {
    const byTerm = this.#byTerm[index];
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
    return ranks.count;
  }

  termCount(index: IndexName): number {
    return this.#byTerm[index].size;
  }

  paths(): Texts {
    return new PlainTexts(this.#settle().map(({ path }) => path));
  }

  terms(index: IndexName): TermsWithRanks {
    const byTerm = this.#byTerm[index];
    return new PlainTerms([...byTerm.keys()].sort(), (term) => this.#ranksOf(byTerm.get(term) ?? []));
  }

  /** Estimated: for each record and term what V8 takes for an entry of a map. */
  get byteLength(): number {
    let bytes = this.#byPath.size * BYTES_PER_RECORD;
    for (const index of INDEX_NAMES) bytes += this.#byTerm[index].size * BYTES_PER_TERM;
    return bytes;
  }

  #at(rank: number): RecentRecord {
    const record = this.#settle()[rank];
    assert(record !== undefined, "a rank stands for a record until the index's next write");
    return record;
  }

  #ranksOf(records: RecentRecord | readonly RecentRecord[]): Ranks {
    this.#settle();
    if ("rank" in records) return Ranks.ofList([records.rank]);
    return Ranks.ofList(records.map(({ rank }) => rank).sort((a, b) => a - b));
  }

  #forgetTerm(index: IndexName, term: Term, record: RecentRecord): void {
    const records = this.#byTerm[index].get(term);
    if (!Array.isArray(records)) {
      assert(records === record, "a term lists the record that leaves it");
      this.#byTerm[index].delete(term);
      return;
    }
    const place = records.indexOf(record);
    assert(place >= 0, "a term lists the record that leaves it");
    if (records.length === 2) this.#byTerm[index].set(term, records[1 - place] as RecentRecord);
    else records.splice(place, 1);
  }

  /** Gives a rank to each that came since the last time. */
  #settle(): readonly RecentRecord[] {
    if (this.#added.length === 0) return this.#ordered;
    let first = 0;
    if (this.#added.length > FEW) this.#ordered = [...this.#ordered, ...this.#added].sort((a, b) => compareValues(a.path, b.path));
    else {
      first = this.#ordered.length;
      for (const record of this.#added) {
        const ordered = this.#ordered;
        const rank = lowerBound(ordered.length, (place) => (ordered[place] as RecentRecord).path < record.path);
        ordered.splice(rank, 0, record);
        first = Math.min(first, rank);
      }
    }
    this.#added = [];
    this.#rankFrom(first);
    return this.#ordered;
  }

  #rankFrom(first: number): void {
    for (let rank = first; rank < this.#ordered.length; rank++) (this.#ordered[rank] as RecentRecord).rank = rank;
  }
}

class PlainTexts implements Texts {
  bytes = new Uint8Array(64);
  length = 0;
  readonly #texts: readonly string[];
  #position = -1;

  constructor(texts: readonly string[]) {
    this.#texts = texts;
  }

  next(): boolean {
    const text = this.#texts[++this.#position];
    if (text === undefined) return false;
    this.bytes = grown(this.bytes, MAX_BYTES_PER_UNIT * text.length);
    this.length = encodeUnits(text, this.bytes, 0);
    return true;
  }

  text(): string {
    return this.#texts[this.#position] ?? "";
  }
}

class PlainTerms extends PlainTexts implements TermsWithRanks {
  readonly #ranksOf: (term: string) => Ranks;

  constructor(terms: readonly string[], ranksOf: (term: string) => Ranks) {
    super(terms);
    this.#ranksOf = ranksOf;
  }

  ranks(): Ranks {
    return this.#ranksOf(this.text());
  }
}

function newMaps(): Record<IndexName, Map<string, RecentRecord | RecentRecord[]>> {
  return Object.fromEntries(INDEX_NAMES.map((index) => [index, new Map()])) as Record<
    IndexName,
    Map<string, RecentRecord | RecentRecord[]>
  >;
}

const BYTES_PER_RECORD = 400;
const BYTES_PER_TERM = 150;
