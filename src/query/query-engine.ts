import type { IndexManager, Posting } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import { comparePaths } from "../model/project-path.ts";
import { type CursorKey, encodeCursor } from "./cursor.ts";
import type { OrderField } from "./metadata-query.ts";
import type { PreparedQuery, TermAlternatives } from "./prepared-query.ts";
import { selectFirst } from "./select-first.ts";

/** One page of matches. The ids are valid until the index's next write. */
export interface QueryPage {
  readonly ids: readonly RecordId[];
  /** How many records match in all, whatever the page. */
  readonly total: number;
  readonly nextCursor: string | undefined;
}

const EMPTY_PAGE: QueryPage = { ids: [], total: 0, nextCursor: undefined };

/**
 * Answers queries on the complete index alone, so that an answer never depends on which records are in memory
 * (law 1). Reads only; touches no record.
 *
 * The cheapest way to candidates is chosen by counts that the index knows: the rarest criterion's list with the
 * others as tests, or, for a page of a large answer in the order of paths, a walk along that order until the page
 * is full. All orders are total: equal values are ordered by path.
 */
export class QueryEngine {
  readonly #index: IndexManager;

  constructor(index: IndexManager) {
    this.#index = index;
  }

  page(query: PreparedQuery): QueryPage {
    const matcher = this.#matcher(query);
    if (matcher === undefined) return EMPTY_PAGE;
    const total = this.#countCheaply(query, matcher);
    if (total !== undefined && this.#walkIsCheaper(query, matcher, total)) return this.#walk(query, matcher, total);
    return this.#collect(query, matcher);
  }

  count(query: PreparedQuery): number {
    const matcher = this.#matcher(query);
    if (matcher === undefined) return 0;
    const known = this.#countCheaply(query, matcher);
    if (known !== undefined) return known;
    let count = 0;
    this.#forEachMatch(query, matcher, () => count++);
    return count;
  }

  /** The criteria with their lists, rarest first; `undefined` where one of them matches nothing. */
  #matcher(query: PreparedQuery): Matcher | undefined {
    const criteria: Criterion[] = [];
    for (const alternatives of query.criteria) {
      const criterion = this.#criterion(alternatives);
      if (criterion.count === 0) return undefined;
      criteria.push(criterion);
    }
    criteria.sort((a, b) => a.count - b.count);
    const prefixEnd = query.prefix === "" ? undefined : successorOf(query.prefix);
    const inPrefix = query.prefix === "" ? this.#index.size : this.#index.order.countBetween(query.prefix, prefixEnd);
    return inPrefix === 0 ? undefined : { criteria, inPrefix };
  }

  #criterion({ index, terms }: TermAlternatives): Criterion {
    const postings: Posting[] = [];
    let count = 0;
    for (const term of terms) {
      const posting = this.#index.posting(index, term);
      if (posting === undefined) continue;
      postings.push(posting);
      count += posting.count;
    }
    return { postings, count };
  }

  /** The number of matches where it follows from counts, or from counting common bits; else `undefined`. */
  #countCheaply(query: PreparedQuery, { criteria, inPrefix }: Matcher): number | undefined {
    if (query.pattern !== undefined) return undefined;
    const [first, second, third] = criteria;
    if (first === undefined) return inPrefix;
    const [posting] = first.postings;
    if (query.prefix !== "" || third !== undefined || posting === undefined || first.postings.length > 1) return undefined;
    if (second === undefined) return posting.count;
    const [other] = second.postings;
    return other === undefined || second.postings.length > 1 ? undefined : posting.denseIntersectionCount(other);
  }

  /** A walk meets a match every `domain / total` steps; collecting visits and orders all candidates. */
  #walkIsCheaper(query: PreparedQuery, { criteria, inPrefix }: Matcher, total: number): boolean {
    if (query.orderField !== "path") return false;
    const candidates = criteria[0]?.count ?? inPrefix;
    const steps = query.limit === undefined ? inPrefix : ((query.limit + 1) * inPrefix) / Math.max(total, 1);
    return steps < candidates;
  }

  #walk(query: PreparedQuery, { criteria }: Matcher, total: number): QueryPage {
    const { prefix, after, limit = Infinity } = query;
    const ids: RecordId[] = [];
    for (const id of this.#inOrderOfPaths(query)) {
      const path = this.#index.pathOf(id);
      if (after !== undefined && path === after.path) continue;
      if (!path.startsWith(prefix)) break;
      if (!criteria.every((criterion) => hasAny(criterion.postings, id))) continue;
      if (ids.length === limit) return this.#pageOf(query, ids, total, true);
      ids.push(id);
    }
    return this.#pageOf(query, ids, total, false);
  }

  #inOrderOfPaths({ prefix, after, descending }: PreparedQuery): Iterable<RecordId> {
    if (descending) return this.#index.order.descending(after?.path ?? (prefix === "" ? undefined : successorOf(prefix)));
    return this.#index.order.ascending(after !== undefined && after.path > prefix ? after.path : prefix);
  }

  #collect(query: PreparedQuery, matcher: Matcher): QueryPage {
    const { after, limit, descending } = query;
    const sign = descending ? -1 : 1;
    const key = SORT_KEYS[query.orderField];
    const ids: RecordId[] = [];
    let total = 0;
    this.#forEachMatch(query, matcher, (id) => {
      total++;
      if (after === undefined || sign * compareKeys(key(this.#index, id), this.#index.pathOf(id), after) > 0) ids.push(id);
    });
    const compare = (a: RecordId, b: RecordId): number =>
      sign * compareKeys(key(this.#index, a), this.#index.pathOf(a), { value: key(this.#index, b), path: this.#index.pathOf(b) });
    const left = ids.length;
    const page = selectFirst(ids, limit, compare);
    return this.#pageOf(query, page, total, page.length < left);
  }

  #forEachMatch(query: PreparedQuery, { criteria, inPrefix }: Matcher, visit: (id: RecordId) => void): void {
    const [rarest, ...others] = criteria;
    const { prefix, pattern } = query;
    const visitMatch = (id: RecordId): void => {
      for (const criterion of others) if (!hasAny(criterion.postings, id)) return;
      if (prefix !== "" || pattern !== undefined) {
        const path = this.#index.pathOf(id);
        if (!path.startsWith(prefix) || (pattern !== undefined && !pattern.test(path))) return;
      }
      visit(id);
    };
    if (rarest !== undefined && rarest.count <= inPrefix) forEachOfAny(rarest.postings, visitMatch);
    else this.#forEachInPrefix(prefix, rarest, visitMatch);
  }

  #forEachInPrefix(prefix: string, rarest: Criterion | undefined, visit: (id: RecordId) => void): void {
    for (const id of this.#index.order.ascending(prefix)) {
      if (!this.#index.pathOf(id).startsWith(prefix)) return;
      if (rarest === undefined || hasAny(rarest.postings, id)) visit(id);
    }
  }

  #pageOf(query: PreparedQuery, ids: readonly RecordId[], total: number, more: boolean): QueryPage {
    const last = ids.at(-1);
    if (!more || last === undefined) return { ids, total, nextCursor: undefined };
    const key: CursorKey = { value: SORT_KEYS[query.orderField](this.#index, last), path: this.#index.pathOf(last) };
    return { ids, total, nextCursor: encodeCursor(query.fingerprint, key) };
  }
}

interface Criterion {
  readonly postings: readonly Posting[];
  /** The sum over the alternatives: an upper bound of how many records match. */
  readonly count: number;
}

interface Matcher {
  readonly criteria: readonly Criterion[];
  /** How many paths the prefix leaves. */
  readonly inPrefix: number;
}

const SORT_KEYS: Readonly<Record<OrderField, (index: IndexManager, id: RecordId) => string | number>> = {
  path: (index, id) => index.pathOf(id),
  language: (index, id) => index.languageOf(id),
  size: (index, id) => index.sizeOf(id),
  modifiedAt: (index, id) => index.modifiedAtOf(id),
};

function compareKeys(value: string | number, path: string, other: CursorKey): number {
  if (value !== other.value) return value < other.value ? -1 : 1;
  return comparePaths(path, other.path);
}

function hasAny(postings: readonly Posting[], id: RecordId): boolean {
  for (const posting of postings) if (posting.has(id)) return true;
  return false;
}

/** Visits each record that is in any of the lists once. */
function forEachOfAny(postings: readonly Posting[], visit: (id: RecordId) => void): void {
  postings.forEach((posting, position) => {
    const earlier = postings.slice(0, position);
    posting.forEach(earlier.length === 0 ? visit : (id) => hasAny(earlier, id) || visit(id));
  });
}

/** The least string that is greater than every string with this prefix, by UTF-16 code units. */
function successorOf(prefix: string): string | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const unit = prefix.charCodeAt(length - 1);
    if (unit < 0xffff) return prefix.slice(0, length - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
}
