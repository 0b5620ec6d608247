import { DenseSet } from "../indexing/lists/dense-set.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { Posting } from "../indexing/lists/posting.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { TermAlternatives } from "./prepared-query.ts";

/** Records that meet a criterion, in whichever form is at hand. */
export interface Members {
  /** How many; where the lists of alternatives overlap, an upper bound. */
  readonly count: number;
  has(id: RecordId): boolean;
  /** Visits each member once. */
  forEach(visit: (id: RecordId) => void): void;
  /** All members in ascending order of ids, where they are at hand so. */
  readonly ascendingIds?: ArrayLike<RecordId> | undefined;
}

/** A criterion with what the index has for it. Valid until the index's next write. */
export interface Criterion {
  readonly wanted: TermAlternatives;
  /** How many terms of the index it stands for. */
  readonly terms: number;
  readonly members: Members;
  /** The members as one bit each, where they are kept so: the quickest test. */
  readonly dense: DenseSet | undefined;
  /** Whether the members' count is exact. */
  readonly exact: boolean;
}

/** `undefined` where no record meets the criterion. */
export function resolveCriterion(index: IndexManager, wanted: TermAlternatives): Criterion | undefined {
  const [term] = wanted.terms;
  if (term !== undefined && wanted.terms.length === 1 && wanted.prefixes.length === 0) {
    const posting = index.posting(wanted.index, term);
    return posting === undefined ? undefined : { wanted, terms: 1, members: posting, dense: posting.denseSet, exact: true };
  }
  const postings: Posting[] = [];
  for (const alternative of wanted.terms) {
    const posting = index.posting(wanted.index, alternative);
    if (posting !== undefined) postings.push(posting);
  }
  for (const prefix of wanted.prefixes) {
    for (const posting of index.postingsWithPrefix(wanted.index, prefix)) postings.push(posting);
  }
  const [only] = postings;
  if (only === undefined) return undefined;
  if (postings.length === 1) return { wanted, terms: 1, members: only, dense: only.denseSet, exact: true };
  // A record is in one language, so those lists cannot overlap.
  const disjoint = wanted.index === "language";
  return { wanted, terms: postings.length, members: new AnyOf(postings, disjoint), dense: undefined, exact: disjoint };
}

/**
 * The criterion with its overlapping lists put into one set of bits, where that costs less than to look into each list
 * for `visits` records. Putting them together takes a step for each entry and for each 32 records.
 */
export function joinedIfCheaper(criterion: Criterion, visits: number, records: number): Criterion {
  const { members, terms } = criterion;
  if (criterion.exact || !(members instanceof AnyOf) || visits * terms <= members.count + records / 32) return criterion;
  const joined = new JoinedSet(members, records);
  return { ...criterion, members: joined, dense: joined.ids, exact: true };
}

/** The lists of several terms as one. */
class AnyOf implements Members {
  readonly count: number;
  readonly #postings: readonly Posting[];
  readonly #disjoint: boolean;

  constructor(postings: readonly Posting[], disjoint: boolean) {
    this.#postings = postings;
    this.#disjoint = disjoint;
    let count = 0;
    for (const posting of postings) count += posting.count;
    this.count = count;
  }

  has(id: RecordId): boolean {
    for (const posting of this.#postings) if (posting.has(id)) return true;
    return false;
  }

  forEach(visit: (id: RecordId) => void): void {
    this.#postings.forEach((posting, position) => {
      if (position === 0 || this.#disjoint) return posting.forEach(visit);
      posting.forEach((id) => {
        for (let earlier = 0; earlier < position; earlier++) if (this.#postings[earlier]?.has(id) === true) return;
        visit(id);
      });
    });
  }

  addTo(ids: DenseSet): void {
    for (const posting of this.#postings) {
      if (posting.denseSet === undefined) posting.forEach((id) => ids.add(id));
      else ids.addAll(posting.denseSet);
    }
  }
}

/** The lists of several terms put together, one bit a record. */
class JoinedSet implements Members {
  readonly ids: DenseSet;

  constructor(lists: AnyOf, records: number) {
    this.ids = new DenseSet(records);
    lists.addTo(this.ids);
  }

  get count(): number {
    return this.ids.count;
  }

  has(id: RecordId): boolean {
    return this.ids.has(id);
  }

  forEach(visit: (id: RecordId) => void): void {
    this.ids.forEach(visit as (id: number) => void);
  }
}

/** How a criterion's members are kept, for `explain`. */
export type MembersForm = "dense list" | "sparse list" | "several lists" | "joined set";

export function formOf({ members, dense }: Criterion): MembersForm {
  if (members instanceof JoinedSet) return "joined set";
  if (members instanceof AnyOf) return "several lists";
  return dense === undefined ? "sparse list" : "dense list";
}

/** How many members all criteria have in common, where counting common bits can tell; else `undefined`. */
export function commonCount(criteria: readonly Criterion[]): number | undefined {
  const [first, ...others] = criteria.map(({ dense }) => dense);
  if (first === undefined || !others.every((dense) => dense !== undefined)) return undefined;
  return first.intersectionCount(others);
}
