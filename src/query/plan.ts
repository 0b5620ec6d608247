import type { IndexLayer } from "../indexing/layers/layer.ts";
import { bitCount, countCommonBits } from "../indexing/layers/ranks.ts";
import { successorOf } from "../base/text/text-order.ts";
import { type Criterion, isOfOneLayer, resolveCriterion } from "./criterion.ts";
import type { PreparedQuery, ResolvedQuery, TermAlternatives } from "./prepared-query.ts";

/** The purpose of an answer: one page in order, or only the number of matches. */
export type QueryPurpose = "page" | "count";

/**
 * The plan of a query: one plan for each layer that may have matches. The engine executes the plan
 * and `explain` describes it, so they cannot disagree. Valid until the next write to the index.
 */
export type QueryPlan = readonly LayerPlan[];

export interface LayerPlan {
  readonly layer: IndexLayer;
  /**
   * The rarest criterion. Its ranks are the candidates. If it is undefined, all ranks from `from`
   * to `to` are candidates.
   */
  readonly driving: Criterion | undefined;
  /** The other criteria. */
  readonly tests: readonly Criterion[];
  /** The ranks whose paths have the prefix: from `from` up to `to`. */
  readonly from: number;
  readonly to: number;
  readonly candidates: number;
  /** The number of matches, if it is known without visiting the candidates. */
  readonly total: KnownTotal | undefined;
}

export interface KnownTotal {
  readonly count: number;
  readonly by: "counts" | "common bits";
}

/** Plans a query. The costs follow from counts that the index has. */
export function planQuery(layers: readonly IndexLayer[], query: PreparedQuery): QueryPlan {
  const plans: LayerPlan[] = [];
  for (const layer of layers) {
    const plan = planLayer(layer, query, layers);
    if (plan !== undefined) plans.push(plan);
  }
  return plans;
}

/** An estimate of how many candidates an answer will test. */
export function stepsOf({ candidates, total }: LayerPlan, { limit, orderField }: PreparedQuery, purpose: QueryPurpose): number {
  if (total === undefined) return candidates;
  if (purpose === "count" || total.count === 0) return 0;
  if (limit === undefined || orderField !== "path") return candidates;
  return Math.min(candidates, Math.ceil(((limit + 1) * candidates) / total.count));
}

/** Returns `undefined` if no record of the layer can match. */
function planLayer(layer: IndexLayer, query: PreparedQuery, layers: readonly IndexLayer[]): LayerPlan | undefined {
  const { criteria, from, to } = resolve(layer, query, layers);
  if (from === to) return undefined;
  const [rarest] = criteria;
  const driving = rarest !== undefined && rarest.ranks.count <= to - from ? rarest : undefined;
  return {
    layer,
    driving,
    tests: driving === undefined ? criteria : criteria.slice(1),
    from,
    to,
    candidates: driving?.ranks.count ?? to - from,
    total: knownTotal(layer, query, criteria, from, to),
  };
}

/**
 * Remembers the result for an image as long as the image exists: records that change are masked
 * there, so the result stays right. Criteria that depend on other layers are not remembered.
 */
function resolve(layer: IndexLayer, query: PreparedQuery, layers: readonly IndexLayer[]): ResolvedQuery {
  const image = query.criteria.every(isOfOneLayer) ? layer.image : undefined;
  const kept = image === undefined ? undefined : query.resolved?.get(image);
  if (kept !== undefined) return kept;
  const resolved = resolveAnew(layer, query, layers);
  if (image !== undefined) query.resolved?.set(image, resolved);
  return resolved;
}

function resolveAnew(layer: IndexLayer, { criteria: wanted, prefix }: PreparedQuery, layers: readonly IndexLayer[]): ResolvedQuery {
  const criteria: Criterion[] = [];
  // The language comes last: nearly every layer has it. A name that the layer does not have ends
  // the search.
  for (let place = wanted.length - 1; place >= 0; place--) {
    const criterion = resolveCriterion(layer, wanted[place] as TermAlternatives, layers);
    if (criterion === undefined) return NOTHING;
    criteria.push(criterion);
  }
  rarestFirst(criteria);
  const after = prefix === "" ? undefined : successorOf(prefix);
  const from = prefix === "" ? 0 : layer.lowerBound(prefix);
  const to = after === undefined ? layer.ranks : layer.lowerBound(after);
  return { criteria, from, to };
}

const NOTHING: ResolvedQuery = { criteria: [], from: 0, to: 0 };

/**
 * Insertion sort: there are at most four criteria, and a sort with a compare function costs more
 * than the rest of the plan.
 */
function rarestFirst(criteria: Criterion[]): void {
  for (let end = 1; end < criteria.length; end++) {
    const criterion = criteria[end] as Criterion;
    let place = end;
    for (; place > 0 && (criteria[place - 1] as Criterion).ranks.count > criterion.ranks.count; place--) {
      criteria[place] = criteria[place - 1] as Criterion;
    }
    criteria[place] = criterion;
  }
}

function knownTotal(
  layer: IndexLayer,
  { pattern }: PreparedQuery,
  criteria: readonly Criterion[],
  from: number,
  to: number,
): KnownTotal | undefined {
  const [first, second] = criteria;
  if (pattern !== undefined) return undefined;
  const isWhole = from === 0 && to === layer.ranks;
  if (first === undefined) return { count: isWhole ? layer.size : to - from - maskedBetween(layer.masked, from, to), by: "counts" };
  if (!isWhole) return undefined;
  if (second === undefined) return { count: layer.countUnmasked(first.ranks), by: "counts" };
  // Alternatives with few records are a list. The list may still have more ranks than a rarer
  // criterion that is stored as bits.
  for (const { ranks } of criteria) if (!ranks.isBits) return undefined;
  return {
    count: countCommonBits(
      criteria.map(({ ranks }) => ranks),
      layer.masked,
    ),
    by: "common bits",
  };
}

function maskedBetween(masked: Uint32Array | undefined, from: number, to: number): number {
  if (masked === undefined) return 0;
  let count = 0;
  for (let index = from >>> 5; index <= (to - 1) >>> 5; index++) {
    let word = masked[index] ?? 0;
    if (index === from >>> 5) word &= -1 << (from & 31);
    if (index === to >>> 5) word &= (1 << (to & 31)) - 1;
    count += bitCount(word);
  }
  return count;
}
