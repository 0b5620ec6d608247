import { DenseSet } from "./dense-set.ts";
import type { PostingLists } from "./posting-lists.ts";
import type { RecordId } from "../record-id.ts";

/**
 * The records that have one term: a view on the index, valid until its next write. A short list is decoded on the
 * first look at its members, once for each view; a count never does that.
 */
export class Posting {
  readonly #lists: PostingLists;
  readonly #term: number;
  #members: readonly RecordId[] | undefined;

  constructor(lists: PostingLists, term: number) {
    this.#lists = lists;
    this.#term = term;
  }

  get count(): number {
    return this.#lists.count(this.#term);
  }

  has(id: RecordId): boolean {
    const set = this.#lists.setOf(this.#term);
    if (set !== undefined) return set.has(id);
    const members = this.#decoded();
    // By hand: `lowerBound` calls a function for each look, which costs a tenth more here.
    let low = 0;
    let high = members.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((members[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return members[low] === id;
  }

  /** Calls `visit` with every record, in ascending order of ids. */
  forEach(visit: (id: RecordId) => void): void {
    const set = this.#lists.setOf(this.#term);
    if (set !== undefined) set.forEach(visit as (id: number) => void);
    else for (const id of this.#decoded()) visit(id);
  }

  /** All records, in ascending order of ids; `undefined` where they are kept as one bit each. */
  get ascendingIds(): ArrayLike<RecordId> | undefined {
    const set = this.#lists.setOf(this.#term);
    if (set === undefined) return this.#decoded();
    return set instanceof DenseSet ? undefined : (set.members as ArrayLike<number> as ArrayLike<RecordId>);
  }

  /** The members as one bit each, where the index keeps them so: not to be changed. */
  get denseSet(): DenseSet | undefined {
    const set = this.#lists.setOf(this.#term);
    return set instanceof DenseSet ? set : undefined;
  }

  #decoded(): readonly RecordId[] {
    this.#members ??= this.#lists.members(this.#term);
    return this.#members;
  }
}
