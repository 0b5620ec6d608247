import { assert } from "../base/assert.ts";
import { type Finding, finding } from "../base/finding.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import { comparePaths, type ProjectPath } from "../record/project-path.ts";
import { INDEX_NAMES, type IndexName, type RecordTerms, type Term } from "../record/terms.ts";
import { ByteArena } from "./lists/byte-arena.ts";
import { float64Column } from "./lists/growing-column.ts";
import { PathTable } from "./texts/path-table.ts";
import { Posting } from "./lists/posting.ts";
import { PostingLists } from "./lists/posting-lists.ts";
import type { RecordId } from "./record-id.ts";
import { RecordTermLists } from "./lists/record-term-lists.ts";
import { SafeIntegerColumn } from "./lists/safe-integer-column.ts";
import { sortInSteps } from "./lists/stepwise-sort.ts";
import { TermDictionary, type TermNumber } from "./texts/term-dictionary.ts";
import { TextOrder } from "./texts/text-order.ts";

/** What the index keeps of a record beside its terms. */
export type IndexedFields = Pick<FileMetadata, "path" | "size" | "modifiedAt">;

/**
 * The complete index of one project: every path and every term of every record, whether or not the record itself
 * is in memory (law 1). It knows nothing of eviction.
 *
 * One writer, by difference: `put` and `remove` touch the record's own terms and no others. Callers compute all
 * terms before (`termsOf`), so nothing can fail half-way. Reads take no copy; ids are valid until the next write.
 *
 * Everything but the paths' own strings lies in typed arrays: the garbage collector has nothing to walk, however large
 * the project is.
 */
export class IndexManager {
  readonly #arena = new ByteArena();
  readonly #paths = new PathTable();
  readonly #revisions = new SafeIntegerColumn();
  readonly #sizes = new SafeIntegerColumn();
  readonly #modified = float64Column();
  readonly #terms = new TermDictionary(this.#arena);
  readonly #postings = new PostingLists(this.#arena);
  readonly #termsOfRecord = new RecordTermLists(this.#arena);
  #isLoading = false;
  readonly order: TextOrder<RecordId> = new TextOrder((id, text) => comparePaths(this.pathOf(id), text));

  /** How many records there are. */
  get size(): number {
    return this.#paths.size;
  }

  /** How many distinct terms one index has. */
  termCountOf(index: IndexName): number {
    return this.#terms.sizeOf(index);
  }

  idOf(path: ProjectPath): RecordId | undefined {
    return this.#paths.idOf(path);
  }

  pathOf(id: RecordId): ProjectPath {
    const path = this.#paths.pathOf(id);
    assert(path !== undefined, "an id stands for a path until the index's next write");
    return path;
  }

  /** By path, as `comparePaths`: most records got their ids in that order, and need no look at their paths. */
  comparePathsOf(a: RecordId, b: RecordId): number {
    const { orderedBelow } = this.#paths;
    return a < orderedBelow && b < orderedBelow ? a - b : comparePaths(this.pathOf(a), this.pathOf(b));
  }

  /** Whether ascending ids of which `highest` is the last stand in the order of their paths. */
  followsPaths(highest: RecordId): boolean {
    return highest < this.#paths.orderedBelow;
  }

  /** The revision of the record's last change. */
  revisionOf(id: RecordId): number {
    return this.#revisions.get(id);
  }

  sizeOf(id: RecordId): number {
    return this.#sizes.get(id);
  }

  modifiedAtOf(id: RecordId): number {
    return this.#modified.get(id);
  }

  languageOf(id: RecordId): Term {
    for (const number of this.#termNumbersOf(id)) {
      if (this.#terms.indexOf(number) === "language") return this.#terms.termOf(number);
    }
    assert(false, "every record has a language");
  }

  /**
   * Begins a load of many records into an empty index. Until `finishLoading` has run to its end, only `put`, `remove` and
   * `idOf` may be called: they note each record's terms, and leave the orders and the terms' lists for later, when all is
   * known. That takes half the time, and no list is moved as it grows.
   */
  startLoading(): void {
    assert(this.size === 0, "a load begins with an empty index");
    this.#isLoading = true;
  }

  /**
   * Makes the order of the paths and the terms' lists; between two steps, each of about a millisecond, the caller may let
   * others run. Records get new ids, in the order of their paths: a term's records are then found in that order.
   */
  *finishLoading(): Generator<void, void, undefined> {
    const order = Uint32Array.from(this.#paths.entries(), ([, id]) => id);
    yield* sortInSteps(order, (a, b) => comparePaths(this.pathOf(a as RecordId), this.pathOf(b as RecordId)));
    for (const part of [this.#paths, this.#revisions, this.#sizes, this.#modified, this.#termsOfRecord]) {
      part.reorder(order);
      yield;
    }
    this.order.fill(order.length);
    yield* this.#postings.invert(this.#terms.limit, order.length, (id) => this.#termsOfRecord.get(id));
    for (let number = 0; number < this.#terms.limit; number++) {
      if (this.#terms.has(number as TermNumber) && this.#postings.count(number) === 0) this.#terms.release(number as TermNumber);
    }
    this.#isLoading = false;
  }

  /** Adds or replaces a record: O(the record's terms), and no work on the lists of terms that it keeps. */
  put(fields: IndexedFields, revision: number, terms: RecordTerms): RecordId {
    const id = this.#paths.idOf(fields.path) ?? this.#addPath(fields.path);
    this.#revisions.set(id, revision);
    this.#sizes.set(id, fields.size);
    this.#modified.set(id, fields.modifiedAt);
    this.#replaceTerms(id, terms);
    return id;
  }

  /** Removes a record; `undefined` where the path is not known. The id may be given to the next new path. */
  remove(path: ProjectPath): RecordId | undefined {
    const id = this.#paths.idOf(path);
    if (id === undefined) return undefined;
    if (!this.#isLoading) for (const number of this.#termNumbersOf(id)) this.#deletePosting(number, id);
    this.#termsOfRecord.delete(id);
    if (!this.#isLoading) this.order.delete(id, path);
    this.#paths.delete(id);
    return id;
  }

  /** How many records have the term. */
  count(index: IndexName, term: Term): number {
    const number = this.#terms.numberOf(index, term);
    return number === undefined ? 0 : this.#postings.count(number);
  }

  /** The records that have the term, or `undefined` where there are none. Valid until the next write. */
  posting(index: IndexName, term: Term): Posting | undefined {
    const number = this.#terms.numberOf(index, term);
    return number === undefined ? undefined : new Posting(this.#postings, number);
  }

  /** The records of each term that begins with `prefix`, in the order of the terms: O(log n + how many there are). */
  postingsWithPrefix(index: IndexName, prefix: string): Posting[] {
    const postings: Posting[] = [];
    for (const number of this.#terms.numbers(index, prefix)) {
      if (!this.#terms.termOf(number).startsWith(prefix)) break;
      postings.push(new Posting(this.#postings, number));
    }
    return postings;
  }

  /** All terms of one index, each with how many records have it, in the order of the terms. */
  *termsWithCounts(index: IndexName): Generator<readonly [Term, number], void, undefined> {
    for (const number of this.#terms.numbers(index)) yield [this.#terms.termOf(number), this.#postings.count(number)];
  }

  /** All paths, in no particular order. */
  *paths(): Generator<ProjectPath, void, undefined> {
    for (const [path] of this.#paths.entries()) yield path;
  }

  /** What the index takes, in bytes, everything included: of the paths' strings an estimate, of the rest the arrays' own lengths. */
  byteLength(): number {
    const lists = this.#arena.byteLength + this.#postings.byteLength + this.#termsOfRecord.byteLength;
    const columns = this.#revisions.byteLength + this.#sizes.byteLength + this.#modified.byteLength;
    return lists + columns + this.#terms.byteLength + this.#paths.byteLength + this.order.byteLength;
  }

  /** Whether the index takes more than `times` what its records and terms need, the rest being left over from others that are gone. O(1). */
  takesMoreThan(times: number): boolean {
    const { byteLength, usedBytes } = this.#arena;
    return (
      this.#paths.limit > times * this.#paths.size + SPARE_NUMBERS ||
      this.#terms.limit > times * this.#terms.size + SPARE_NUMBERS ||
      byteLength > times * usedBytes + SPARE_BYTES
    );
  }

  /** Makes one path what it is in `other`: the same record, or none. */
  copyFrom(other: IndexManager, path: ProjectPath): void {
    const id = other.idOf(path);
    if (id === undefined) this.remove(path);
    else this.put({ path, size: other.sizeOf(id), modifiedAt: other.modifiedAtOf(id) }, other.revisionOf(id), other.termsOf(id));
  }

  /** The terms that the index holds for a record, each list sorted. */
  termsOf(id: RecordId): Record<IndexName, Term[]> {
    const terms: Record<IndexName, Term[]> = { language: [], referenceDoc: [], functionName: [], className: [] };
    for (const number of this.#termNumbersOf(id)) terms[this.#terms.indexOf(number)].push(this.#terms.termOf(number));
    for (const index of INDEX_NAMES) terms[index].sort();
    return terms;
  }

  /** Recomputes every relation between the parts; returns what does not hold. O(the whole index). */
  verify(): Finding[] {
    const findings = [...this.order.verify((id) => this.pathOf(id)), ...this.#terms.verify(), ...this.#verifyOrder()];
    const expected = new Map<number, number>();
    for (const [path, id] of this.#paths.entries()) {
      const name = JSON.stringify(path);
      if (this.#paths.idOf(path) !== id) findings.push(finding("INDEX_PATH", `${name} is not found under its id ${id}`, { path }));
      const numbers = this.#termNumbersOf(id);
      if (numbers.some((number, position) => position > 0 && number <= (numbers[position - 1] ?? 0)))
        findings.push(finding("INDEX_ORDER", `the terms of ${name} are not in order`, { path }));
      for (const number of numbers) {
        expected.set(number, (expected.get(number) ?? 0) + 1);
        if (!this.#postings.has(number, id))
          findings.push(finding("INDEX_TERMS", `${name} is not found by its ${this.#describeTerm(number)}`, { path }));
      }
    }
    for (const index of INDEX_NAMES) {
      for (const number of this.#terms.numbers(index)) {
        const { length } = this.#postings.members(number);
        const count = expected.get(number) ?? 0;
        if (length !== count || length !== this.#postings.count(number) || length === 0)
          findings.push(finding("INDEX_COUNT", `the ${this.#describeTerm(number)} lists ${length} records, but ${count} have it`));
      }
    }
    return findings;
  }

  #verifyOrder(): Finding[] {
    const findings: Finding[] = [];
    for (let id = 1, before = 0; id < this.#paths.orderedBelow; id++) {
      if (this.#paths.pathOf(id as RecordId) === undefined) continue;
      const path = this.pathOf(id as RecordId);
      if ((this.#paths.pathOf(before as RecordId) ?? "") >= path)
        findings.push(finding("INDEX_ORDER", `id ${id} is out of the order of paths`, { path }));
      before = id;
    }
    if (this.order.size !== this.size) findings.push(finding("INDEX_COUNT", `${this.size} paths, but ${this.order.size} in their order`));
    return findings;
  }

  #describeTerm(number: TermNumber): string {
    return `${this.#terms.indexOf(number)} ${JSON.stringify(this.#terms.termOf(number))}`;
  }

  #termNumbersOf(id: RecordId): TermNumber[] {
    return this.#termsOfRecord.get(id) as TermNumber[];
  }

  #addPath(path: ProjectPath): RecordId {
    const id = this.#paths.add(path);
    if (!this.#isLoading) this.order.add(id, path);
    return id;
  }

  #replaceTerms(id: RecordId, terms: RecordTerms): void {
    const after: TermNumber[] = [];
    for (const index of INDEX_NAMES) {
      for (const term of terms[index]) after.push(this.#terms.intern(index, term));
    }
    sortAscending(after);
    if (this.#isLoading) {
      this.#termsOfRecord.set(id, after);
      return;
    }
    const before = this.#termNumbersOf(id);
    let changed = before.length !== after.length;
    let old = 0;
    for (const number of after) {
      for (; (before[old] ?? Infinity) < number; old++) {
        this.#deletePosting(before[old] as TermNumber, id);
        changed = true;
      }
      if (before[old] === number) old++;
      else {
        this.#postings.add(number, id);
        changed = true;
      }
    }
    for (; old < before.length; old++) this.#deletePosting(before[old] as TermNumber, id);
    if (changed) this.#termsOfRecord.set(id, after);
  }

  #deletePosting(number: TermNumber, id: RecordId): void {
    if (this.#postings.delete(number, id) === 0) this.#terms.release(number);
  }
}

/** Of a small index nothing is worth giving back. */
const SPARE_NUMBERS = 512;
const SPARE_BYTES = 256 * 1024;

/** In place. Insertion: a record has a dozen terms, for which `sort` and its callback take several times as long. */
function sortAscending(numbers: number[]): void {
  if (numbers.length > 64) {
    numbers.sort((a, b) => a - b);
    return;
  }
  for (let end = 1; end < numbers.length; end++) {
    const number = numbers[end] ?? 0;
    let at = end;
    for (; at > 0 && (numbers[at - 1] ?? 0) > number; at--) numbers[at] = numbers[at - 1] ?? 0;
    numbers[at] = number;
  }
}
