import type { IndexLayer, LayeredIndex } from "../indexing/layer.ts";
import { layerOf, type RecordId } from "../indexing/record-id.ts";
import { visitMatches } from "./candidates.ts";
import { encodeCursor } from "./cursor.ts";
import { TopK } from "./top-k.ts";
import { type LayerPlan, planQuery, type QueryPlan } from "./plan.ts";
import { queryHashOf, type PreparedQuery } from "./prepared-query.ts";
import { type ExplainOptions, explanationOf, type QueryExplanation } from "./query-explanation.ts";
import { danglingReferences } from "./references/dangling-references.ts";
import { orphanDocuments } from "./references/orphan-documents.ts";
import type { PreparedReferences } from "./references/prepared-references.ts";
import { type RecordOf, referencesPage } from "./references/references-page.ts";
import { compareFound, type Found, isAfter, valueAt } from "./query-order.ts";

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
 * Answers queries on the complete index alone, so that an answer never depends on which records are in memory (law 1). Reads only; touches no
 * record. Each layer is asked by itself, and the answers are put together: a record is in one layer.
 *
 * Ranks stand in the order of the paths, so a page in that order is found without sorting, and ends as soon as it is full if counts tell the total.
 */
export class QueryEngine {
  readonly #index: LayeredIndex;

  constructor(index: LayeredIndex) {
    this.#index = index;
  }

  page(query: PreparedQuery): QueryPage {
    return this.#page(query, planQuery(this.#index.layers, query));
  }

  count(query: PreparedQuery): number {
    return this.#count(query, planQuery(this.#index.layers, query)).total;
  }

  /** An answer about references: see `referencesPage`. */
  references(query: PreparedReferences, recordOf: RecordOf): ReturnType<typeof referencesPage> {
    return referencesPage(this.#index.layers, query, recordOf);
  }

  /** See `danglingReferences`. */
  danglingReferences(recordOf: RecordOf): ReturnType<typeof danglingReferences> {
    return danglingReferences(this.#index.layers, recordOf);
  }

  /** See `orphanDocuments`. */
  orphanDocuments(roots: readonly string[] | undefined): ReturnType<typeof orphanDocuments> {
    return orphanDocuments(this.#index.layers, roots);
  }

  /** How a query would be answered; with `run`, also what that cost. */
  explain(query: PreparedQuery, { answer = "page", run = false }: ExplainOptions = {}): QueryExplanation {
    const plan = planQuery(this.#index.layers, query);
    const explanation = explanationOf(plan, query, answer, this.#index);
    if (!run) return explanation;
    const { ids, total, visited } = answer === "count" ? { ids: [], ...this.#count(query, plan) } : this.#page(query, plan);
    return Object.freeze({ ...explanation, cost: Object.freeze({ matches: total, visited, returned: ids.length }) });
  }

  #page(query: PreparedQuery, layers: QueryPlan): QueryPage {
    if (layers.length === 0) return EMPTY_PAGE;
    return query.orderField === "path" ? pageByPath(query, layers) : pageByValue(query, layers);
  }

  #count({ pattern }: PreparedQuery, layers: QueryPlan): { readonly total: number; readonly visited: number } {
    let total = 0;
    let visited = 0;
    for (const plan of layers) {
      if (plan.total !== undefined) total += plan.total.count;
      else {
        visited += visitMatches(plan, pattern, { from: 0, to: plan.layer.ranks, descending: false }, () => {
          total++;
          return true;
        });
      }
    }
    return { total, visited };
  }
}

/** The matches of one layer that may be on the page, in the order of the answer, and one more if there is one. */
interface LayerMatches {
  readonly layer: IndexLayer;
  readonly ranks: number[];
}

function pageByPath(query: PreparedQuery, plans: readonly LayerPlan[]): QueryPage {
  const { limit = Infinity, descending } = query;
  const parts: LayerMatches[] = [];
  let total = 0;
  let visited = 0;
  let offered = 0;
  for (const plan of plans) {
    const ranks: number[] = [];
    const found = collect(query, plan, ranks);
    total += found.total;
    visited += found.visited;
    offered += ranks.length;
    if (ranks.length > 0) parts.push({ layer: plan.layer, ranks });
  }
  const ids = idsInOrder(parts, descending);
  const more = offered > limit;
  if (more) ids.length = limit;
  const last = more ? lastPath(plans, ids.at(-1)) : undefined;
  const nextCursor = last === undefined ? undefined : encodeCursor(queryHashOf(query), { value: last, path: last });
  return { ids, total, nextCursor, visited };
}

/** Gathers the matches of a layer that come after the cursor, one more than the page takes. Without a known total, all are counted. */
function collect(
  { pattern, after, descending, limit = Infinity }: PreparedQuery,
  plan: LayerPlan,
  ranks: number[],
): { readonly total: number; readonly visited: number } {
  const { layer } = plan;
  if (plan.total?.count === 0) return { total: 0, visited: 0 };
  let from = 0;
  let to = layer.ranks;
  if (after !== undefined && descending) to = layer.lowerBound(after.path);
  // No path has a NUL: this is the least that comes after the path.
  else if (after !== undefined) from = layer.lowerBound(`${after.path}\0`);
  if (plan.total !== undefined) {
    const visited = visitMatches(plan, pattern, { from, to, descending }, (rank) => ranks.push(rank) <= limit);
    return { total: plan.total.count, visited };
  }
  let total = 0;
  const visited = visitMatches(plan, pattern, { from: 0, to: layer.ranks, descending }, (rank) => {
    total++;
    if (rank >= from && rank < to && ranks.length <= limit) ranks.push(rank);
    return true;
  });
  return { total, visited };
}

/** What several layers have found, in one order. Only paths of the smaller ones are read: each is looked for in the largest. */
function idsInOrder(parts: LayerMatches[], descending: boolean): RecordId[] {
  const ids: RecordId[] = [];
  parts.sort((a, b) => b.ranks.length - a.ranks.length);
  const [most, ...others] = parts;
  if (most === undefined) return ids;
  const { layer, ranks } = most;
  const newcomers = others.flatMap(({ layer: own, ranks: few }) =>
    few.map((rank): Found => ({ layer: own, rank, value: own.pathAt(rank) })),
  );
  newcomers.sort((a, b) => compareFound(a, b, descending));
  let next = 0;
  for (const { layer: own, rank, value } of newcomers) {
    const place = layer.lowerBound(value as string);
    for (; next < ranks.length && (descending ? (ranks[next] as number) >= place : (ranks[next] as number) < place); next++) {
      ids.push(layer.idAt(ranks[next] as number));
    }
    ids.push(own.idAt(rank));
  }
  for (; next < ranks.length; next++) ids.push(layer.idAt(ranks[next] as number));
  return ids;
}

function lastPath(plans: readonly LayerPlan[], last: RecordId | undefined): string | undefined {
  if (last === undefined) return undefined;
  const layer = plans.find((plan) => layerOf(plan.layer.idAt(0)) === layerOf(last))?.layer;
  return layer?.pathAt(layer.rankOf(last));
}

/** Every match, of which the first in order are kept. */
function pageByValue(query: PreparedQuery, plans: readonly LayerPlan[]): QueryPage {
  const { after, descending, limit = Infinity, orderField, pattern } = query;
  const first = new TopK<Found>(limit, (a, b) => compareFound(a, b, descending));
  let total = 0;
  let left = 0;
  let visited = 0;
  for (const plan of plans) {
    const { layer } = plan;
    if (plan.total?.count === 0) continue;
    visited += visitMatches(plan, pattern, { from: 0, to: layer.ranks, descending: false }, (rank) => {
      total++;
      const found = { layer, rank, value: valueAt(layer, rank, orderField) };
      if (after !== undefined && !isAfter(found, after, descending)) return true;
      left++;
      first.offer(found);
      return true;
    });
  }
  const kept = first.take();
  const last = kept.length < left ? kept.at(-1) : undefined;
  const nextCursor =
    last === undefined ? undefined : encodeCursor(queryHashOf(query), { value: last.value, path: last.layer.pathAt(last.rank) });
  return { ids: kept.map(({ layer, rank }) => layer.idAt(rank)), total, nextCursor, visited };
}
