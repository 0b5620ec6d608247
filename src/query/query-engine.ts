import type { IndexLayer, LayeredIndex } from "../indexing/layers/layer.ts";
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

/** One page of matches. The ids are valid until the next write to the index. */
export interface MatchPage {
  readonly ids: readonly RecordId[];
  /** The number of all records that match, on all pages. */
  readonly total: number;
  readonly nextCursor: string | undefined;
  /** How many candidates were tested. */
  readonly visited: number;
}

const EMPTY_PAGE: MatchPage = { ids: [], total: 0, nextCursor: undefined, visited: 0 };

/**
 * Answers queries from the complete index alone, so an answer never depends on which records are in
 * memory (law 1). The engine only reads the index, and reads no record. It asks each layer
 * separately and merges the answers: each record is unmasked in one layer only.
 *
 * Ranks follow the order of the paths. So a page in this order needs no sorting, and ends as soon
 * as it is full if counts give the total.
 */
export class QueryEngine {
  readonly #index: LayeredIndex;

  constructor(index: LayeredIndex) {
    this.#index = index;
  }

  page(query: PreparedQuery): MatchPage {
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

  /** Explains how a query would be answered. With `run`, also answers it and returns the cost. */
  explain(query: PreparedQuery, { answer = "page", run = false }: ExplainOptions = {}): QueryExplanation {
    const plan = planQuery(this.#index.layers, query);
    const explanation = explanationOf(plan, query, answer, this.#index);
    if (!run) return explanation;
    const { ids, total, visited } = answer === "count" ? { ids: [], ...this.#count(query, plan) } : this.#page(query, plan);
    return Object.freeze({ ...explanation, cost: Object.freeze({ matches: total, visited, returned: ids.length }) });
  }

  #page(query: PreparedQuery, layers: QueryPlan): MatchPage {
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

/**
 * The matches of one layer that may be on the page, in the order of the answer. One more match than
 * the page takes shows that there are more.
 */
interface LayerMatches {
  readonly layer: IndexLayer;
  readonly ranks: number[];
}

function pageByPath(query: PreparedQuery, plans: readonly LayerPlan[]): MatchPage {
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

/**
 * Collects the matches of a layer after the cursor, one more than the page takes. Counts all
 * matches if the total is not known.
 */
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
  // No path has a NUL, so this text is the least that comes after the path.
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

/**
 * Merges the matches of several layers into one order. Reads only the paths of the smaller lists,
 * and looks up each of them in the layer with the most matches.
 */
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

/** Tests every candidate, and keeps the matches that come first in the order. */
function pageByValue(query: PreparedQuery, plans: readonly LayerPlan[]): MatchPage {
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
