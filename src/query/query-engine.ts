import type { IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { Criterion } from "./criterion.ts";
import { encodeCursor } from "./cursor.ts";
import { FirstOf } from "./first-of.ts";
import { planQuery, type QueryPlan, successorOf } from "./plan.ts";
import { fingerprintOf, type PreparedQuery } from "./prepared-query.ts";
import { type ExplainOptions, explanationOf, type QueryExplanation } from "./query-explanation.ts";
import { QueryOrder } from "./query-order.ts";

/** One page of matches. The ids are valid until the index's next write. */
export interface QueryPage {
  readonly ids: readonly RecordId[];
  /** How many records match in all, whatever the page. */
  readonly total: number;
  readonly nextCursor: string | undefined;
  /** How many candidates were looked at. */
  readonly visited: number;
}

const EMPTY_PAGE: QueryPage = { ids: [], total: 0, nextCursor: undefined, visited: 0 };

/**
 * Answers queries on the complete index alone, so that an answer never depends on which records are in memory
 * (law 1). Reads only; touches no record.
 *
 * `planQuery` chooses the cheapest way by counts that the index knows; this class goes that way.
 */
export class QueryEngine {
  readonly #index: IndexManager;

  constructor(index: IndexManager) {
    this.#index = index;
  }

  page(query: PreparedQuery): QueryPage {
    return this.#page(query, planQuery(this.#index, query, "page"));
  }

  count(query: PreparedQuery): number {
    return this.#count(query, planQuery(this.#index, query, "count")).total;
  }

  /** How a query would be answered; with `run`, also what that cost. */
  explain(query: PreparedQuery, { answer = "page", run = false }: ExplainOptions = {}): QueryExplanation {
    const plan = planQuery(this.#index, query, answer);
    const explanation = explanationOf(plan, query, this.#index.size);
    if (!run) return explanation;
    const { ids, total, visited } = answer === "count" ? { ids: [], ...this.#count(query, plan) } : this.#page(query, plan);
    return Object.freeze({ ...explanation, cost: Object.freeze({ matches: total, visited, returned: ids.length }) });
  }

  #page(query: PreparedQuery, plan: QueryPlan): QueryPage {
    switch (plan.kind) {
      case "walk":
        return this.#walk(query, plan);
      case "collect":
        return this.#collect(query, plan);
      default:
        return EMPTY_PAGE;
    }
  }

  #count(query: PreparedQuery, plan: QueryPlan): { readonly total: number; readonly visited: number } {
    if (plan.kind === "count") return { total: plan.total.count, visited: 0 };
    if (plan.kind !== "collect") return { total: 0, visited: 0 };
    let total = 0;
    const visited = this.#forEachMatch(query, plan, () => total++);
    return { total, visited };
  }

  /** Knows by ranks where the prefix ends and where the page begins, so that a path is read only for a pattern. */
  #walk(query: PreparedQuery, { tests, total, inPrefix }: QueryPlan & { kind: "walk" }): QueryPage {
    const { pattern, after, limit = Infinity } = query;
    const seen = after === undefined ? 0 : this.#countUpTo(after.path, query, inPrefix);
    // Without a known total everything is counted, what lies before the page, too.
    let step = total === undefined ? 0 : seen;
    const start = step;
    const ids: RecordId[] = [];
    let matches = 0;
    let more = false;
    for (const id of this.#inOrderOfPaths(query, total === undefined ? undefined : after?.path)) {
      if (step === inPrefix) break;
      step++;
      if (!hasAll(tests, id) || (pattern !== undefined && !pattern.test(this.#index.pathOf(id)))) continue;
      matches++;
      if (step <= seen) continue;
      if (ids.length < limit) {
        ids.push(id);
        continue;
      }
      more = true;
      if (total !== undefined) break;
    }
    return this.#pageOf(query, ids, total?.count ?? matches, more, step - start);
  }

  /** How many paths with the prefix come no later than `path` in the query's order. */
  #countUpTo(path: string, { prefix, descending }: PreparedQuery, inPrefix: number): number {
    const before = path <= prefix ? 0 : this.#index.order.countBetween(prefix, path);
    return descending ? inPrefix - Math.min(before, inPrefix) : Math.min(before + (this.#isKnown(path) ? 1 : 0), inPrefix);
  }

  #isKnown(path: string): boolean {
    return this.#index.idOf(path as ProjectPath) !== undefined;
  }

  #inOrderOfPaths({ prefix, descending }: PreparedQuery, after: string | undefined): Iterable<RecordId> {
    const { order } = this.#index;
    if (descending) return order.descending(after ?? (prefix === "" ? undefined : successorOf(prefix)));
    // No path has a NUL: this is the least that comes after the path.
    return order.ascending(after === undefined ? prefix : `${after}\0`);
  }

  #collect(query: PreparedQuery, plan: QueryPlan & { kind: "collect" }): QueryPage {
    const { after, limit = Infinity } = query;
    const candidates = query.orderField === "path" ? plan.source?.members.ascendingIds : undefined;
    if (candidates !== undefined && this.#index.followsPaths(candidates[candidates.length - 1] as RecordId)) {
      return this.#select(query, plan, candidates);
    }
    const order = new QueryOrder(this.#index, query.orderField, query.descending);
    const first = new FirstOf(limit, order.compare);
    let total = 0;
    let left = 0;
    const visited = this.#forEachMatch(query, plan, (id) => {
      total++;
      if (after !== undefined && !order.isAfter(id, after)) return;
      left++;
      first.offer(id);
    });
    const ids = first.take();
    return this.#pageOf(query, ids, total, ids.length < left, visited, order);
  }

  /** Candidates whose ids stand in the order of their paths need no ordering. */
  #select(query: PreparedQuery, { tests }: QueryPlan & { kind: "collect" }, candidates: ArrayLike<RecordId>): QueryPage {
    const { after, limit = Infinity, descending } = query;
    const order = new QueryOrder(this.#index, query.orderField, descending);
    const ids: RecordId[] = [];
    let total = 0;
    let more = false;
    for (let step = 0; step < candidates.length; step++) {
      const id = candidates[descending ? candidates.length - 1 - step : step] as RecordId;
      if (!hasAll(tests, id) || !this.#hasPath(query, id)) continue;
      total++;
      if (after !== undefined && !order.isAfter(id, after)) continue;
      if (ids.length < limit) ids.push(id);
      else more = true;
    }
    return this.#pageOf(query, ids, total, more, candidates.length, order);
  }

  #hasPath({ prefix, pattern }: PreparedQuery, id: RecordId): boolean {
    if (prefix === "" && pattern === undefined) return true;
    const path = this.#index.pathOf(id);
    return path.startsWith(prefix) && (pattern === undefined || pattern.test(path));
  }

  /** Returns how many candidates were looked at. */
  #forEachMatch(query: PreparedQuery, { source, tests }: QueryPlan & { kind: "collect" }, visit: (id: RecordId) => void): number {
    let visited = 0;
    if (source === undefined) {
      for (const id of this.#index.order.ascending(query.prefix)) {
        if (!this.#index.pathOf(id).startsWith(query.prefix)) break;
        visited++;
        if (hasAll(tests, id) && this.#hasPath(query, id)) visit(id);
      }
      return visited;
    }
    const visitMatch = (id: RecordId): void => {
      visited++;
      if (hasAll(tests, id) && this.#hasPath(query, id)) visit(id);
    };
    const ids = source.members.ascendingIds;
    if (ids === undefined) source.members.forEach(visitMatch);
    else for (let at = 0; at < ids.length; at++) visitMatch(ids[at] as RecordId);
    return visited;
  }

  #pageOf(
    query: PreparedQuery,
    ids: readonly RecordId[],
    total: number,
    more: boolean,
    visited: number,
    order: QueryOrder = new QueryOrder(this.#index, query.orderField, query.descending),
  ): QueryPage {
    const last = ids.at(-1);
    const nextCursor = more && last !== undefined ? encodeCursor(fingerprintOf(query), order.keyOf(last)) : undefined;
    return { ids, total, nextCursor, visited };
  }
}

function hasAll(criteria: readonly Criterion[], id: RecordId): boolean {
  for (const { dense, members } of criteria) if (!(dense === undefined ? members.has(id) : dense.has(id))) return false;
  return true;
}
