import { assert } from "../../base/assert.ts";
import type { ByteArena } from "./byte-arena.ts";
import { DenseSet } from "./dense-set.ts";
import { GapLists } from "./gap-lists.ts";
import { uint32Column } from "./growing-column.ts";
import type { RecordId } from "../record-id.ts";
import { SortedSet } from "./sorted-set.ts";

/** A list becomes dense when at least one in 32 ids is in it, and is no longer dense below one in 128. */
const DENSE_SHARE = 32;
const SPARSE_SHARE = 128;
/** Below this many members a list is never worth a bit set. */
const MIN_DENSE = 64;
/** A longer list that is not dense is a sorted array of its own; half as long, it goes back to the others. */
const MAX_SHORT = 1_024;
/** How much a load does before it lets others run: about a millisecond's work. To begin a list costs as much as a few members. */
const RECORDS_PER_STEP = 2_048;
const MEMBERS_PER_STEP = 32_768;
const MEMBERS_PER_TERM = 16;

/**
 * For each term (by its number) the set of records that have it. A set takes one of four forms: one member in place of
 * an address; up to 1,024 as gaps in the shared arena; more as a sorted array; and one bit a record where a good part
 * of all records are members. Costs: adding a record with the highest id is O(1), as in a load; any other change
 * decodes at most 1,024 gaps or moves at most one array.
 */
export class PostingLists {
  readonly #counts = uint32Column();
  readonly #short: GapLists;
  /** The lists of `MIN_DENSE` members and more that are not short. */
  readonly #sets = new Map<number, DenseSet | SortedSet>();
  #idLimit = 0;

  constructor(arena: ByteArena) {
    this.#short = new GapLists(arena);
  }

  /** Bytes beside the arena's. */
  get byteLength(): number {
    let bytes = this.#counts.byteLength + this.#short.byteLength;
    for (const set of this.#sets.values()) bytes += set.byteLength;
    return bytes;
  }

  count(term: number): number {
    return this.#counts.get(term);
  }

  /** The list as a set of its own; `undefined` where it is short. */
  setOf(term: number): DenseSet | SortedSet | undefined {
    return this.#counts.get(term) < MIN_DENSE ? undefined : this.#sets.get(term);
  }

  has(term: number, id: number): boolean {
    const set = this.setOf(term);
    return set === undefined ? this.#short.has(term, this.#counts.get(term), id) : set.has(id);
  }

  /** All members, ascending: a copy. */
  members(term: number): RecordId[] {
    const set = this.setOf(term);
    return (set === undefined ? this.#short.decode(term, this.#counts.get(term)) : membersOf(set)) as RecordId[];
  }

  /**
   * Makes all lists at once from what each record has, where there are none yet. Yields about every
   * millisecond. Takes 4 bytes for each member of each list until it is done.
   */
  *invert(terms: number, records: number, termsOf: (id: RecordId) => readonly number[]): Generator<void, void, undefined> {
    const ends = new Uint32Array(terms + 1);
    for (let id = 0; id < records; id++) {
      for (const term of termsOf(id as RecordId)) ends[term + 1] = (ends[term + 1] ?? 0) + 1;
      if (id % RECORDS_PER_STEP === 0) yield;
    }
    for (let term = 1; term <= terms; term++) ends[term] = (ends[term] ?? 0) + (ends[term - 1] ?? 0);
    const members = new Uint32Array(ends[terms] ?? 0);
    // What stands at `term` is where its members begin; it moves on with each one, and ends where the next term's began.
    for (let id = 0; id < records; id++) {
      for (const term of termsOf(id as RecordId)) {
        const at = ends[term] ?? 0;
        members[at] = id;
        ends[term] = at + 1;
      }
      if (id % RECORDS_PER_STEP === 0) yield;
    }
    this.#idLimit = records;
    for (let term = 0, start = 0, due = MEMBERS_PER_STEP; term < terms; term++) {
      const end = ends[term] ?? 0;
      this.#create(term, members.subarray(start, end));
      start = end;
      if (end + term * MEMBERS_PER_TERM < due) continue;
      due = end + term * MEMBERS_PER_TERM + MEMBERS_PER_STEP;
      yield;
    }
  }

  /** Precondition, asserted: the list of `term` does not have `id`. */
  add(term: number, id: RecordId): void {
    if (id >= this.#idLimit) this.#idLimit = id + 1;
    const count = this.#counts.get(term);
    const set = this.setOf(term);
    const isNew = set === undefined ? this.#short.add(term, count, id) : set.add(id);
    assert(isNew, "a list has a record once");
    this.#counts.set(term, count + 1);
    if (count + 1 >= MIN_DENSE) this.#chooseForm(term, count + 1, set);
  }

  /** Precondition, asserted: the list of `term` has `id`. Returns how many are left. */
  delete(term: number, id: RecordId): number {
    const count = this.#counts.get(term);
    const set = this.setOf(term);
    const isGone = set === undefined ? this.#short.delete(term, count, id) : set.delete(id);
    assert(isGone, "a list has the record that leaves it");
    if (set !== undefined) this.#chooseForm(term, count - 1, set);
    this.#counts.set(term, count - 1);
    return count - 1;
  }

  /** Makes the list of `members`, which are ascending. Precondition: the term has none. */
  #create(term: number, members: Uint32Array): void {
    const count = members.length;
    this.#counts.set(term, count);
    if (count === 0) return;
    if (count >= MIN_DENSE && count * DENSE_SHARE >= this.#idLimit) this.#sets.set(term, denseSetOf(members, this.#idLimit));
    else if (count > MAX_SHORT) this.#sets.set(term, new SortedSet(members.slice()));
    else this.#short.create(term, members);
  }

  #chooseForm(term: number, count: number, set: DenseSet | SortedSet | undefined): void {
    const isDense = set instanceof DenseSet;
    const dense = count >= MIN_DENSE && count * (isDense ? SPARSE_SHARE : DENSE_SHARE) >= this.#idLimit;
    const short = !dense && count <= (set instanceof SortedSet ? MAX_SHORT / 2 : MAX_SHORT);
    if (short ? set === undefined : set !== undefined && dense === isDense) return;
    const members = Uint32Array.from(set === undefined ? this.#short.decode(term, count) : membersOf(set));
    if (set === undefined) this.#short.release(term, count);
    this.#sets.delete(term);
    if (short) this.#short.create(term, members);
    else this.#sets.set(term, dense ? denseSetOf(members, this.#idLimit) : new SortedSet(members));
  }
}

function membersOf(set: DenseSet | SortedSet): number[] {
  const members: number[] = [];
  set.forEach((member) => members.push(member));
  return members;
}

function denseSetOf(members: Uint32Array, idLimit: number): DenseSet {
  const set = new DenseSet(idLimit);
  for (const member of members) set.add(member);
  return set;
}
