import type { LayeredIndex } from "../indexing/layers/layer.ts";
import type { QueriedIndex } from "../record/terms.ts";
import { type CriterionEncoding, encodingOf, resolveCriterion } from "./criterion.ts";
import type { PatternMatching } from "./pattern/path-pattern.ts";
import { type LayerPlan, type QueryPlan, type QueryPurpose, stepsOf } from "./plan.ts";
import type { PreparedQuery, TermAlternatives } from "./prepared-query.ts";

/** Options of `explain`. */
export interface ExplainOptions {
  /** Explain a page in order (the default), or only a count. */
  readonly answer?: QueryPurpose | undefined;
  /** Also answer the query, and return what it cost. */
  readonly run?: boolean | undefined;
}

/** How the engine answers a query. All numbers are of the current revision of the index. */
export interface QueryExplanation {
  /**
   * How the query is answered:
   * - `"nothing"`: no record meets one of the criteria, or no record meets all of them.
   * - `"count"`: the counts of the index are the answer.
   * - `"walk"`: candidates come in the order of the answer, and are tested until the page is full.
   * - `"collect"`: every candidate is tested, and the matches that come first in the order are
   * kept.
   */
  readonly plan: "nothing" | "count" | "walk" | "collect";
  /**
   * Where the candidates come from: the index of the rarest criterion, or the paths in order.
   * Absent if there are no candidates.
   */
  readonly candidates?: QueriedIndex | "paths";
  /** In the order in which they are applied, the rarest first. */
  readonly criteria: readonly ExplainedCriterion[];
  /** The beginning of all paths in the answer. */
  readonly pathPrefix?: string;
  /** The pattern that each path must match, and the engine that matches it. */
  readonly pathPattern?: { readonly source: string } & PatternMatching;
  /** How the total is found. `count` is the total, if it is known without visiting candidates. */
  readonly total: { readonly by: "counts" | "common bits" | "visiting every candidate"; readonly count?: number };
  /** The expected number of candidates to test. */
  readonly estimatedSteps: number;
  /** The number of records of the project. */
  readonly records: number;
  /**
   * The number of layers of the index that may have matches: one, unless something has changed
   * lately.
   */
  readonly layers: number;
  /**
   * With `run`: the number of matches, the number of tested candidates, and the number of items on
   * the page.
   */
  readonly cost?: { readonly matches: number; readonly visited: number; readonly returned: number };
}

/** One criterion of a query, and how it is stored. */
export interface ExplainedCriterion {
  /** The index that the criterion asks. */
  readonly index: QueriedIndex;
  /** The terms that are asked for. */
  readonly terms: readonly string[];
  /** The prefixes that are asked for. */
  readonly prefixes: readonly string[];
  /** How many records meet the criterion. A record that changed lately may be counted twice. */
  readonly count: number;
  /**
   * How the matching ranks are stored in the largest layer: `"bits"`, one bit for each record of
   * the layer; `"list"`; or `"joined"`, alternatives that are merged for this query. Absent if no
   * record meets the criterion.
   */
  readonly encoding?: CriterionEncoding;
}

/** Returns a deeply frozen object. */
export function explanationOf(plan: QueryPlan, query: PreparedQuery, answer: QueryPurpose, index: LayeredIndex): QueryExplanation {
  const { pattern, prefix } = query;
  const common = {
    records: index.size,
    layers: plan.length,
    ...(prefix !== "" && { pathPrefix: prefix }),
    ...(pattern !== undefined && { pathPattern: Object.freeze({ source: pattern.source, ...pattern.matching }) }),
  };
  // One layer stands for all of them here: the layer with the most candidates.
  const [largest] = plan.toSorted((a, b) => b.candidates - a.candidates);
  if (largest === undefined) {
    const missing = query.criteria.find((wanted) =>
      index.layers.every((layer) => resolveCriterion(layer, wanted, index.layers) === undefined),
    );
    const unmet = missing === undefined ? [] : [explained(missing, 0)];
    const total = Object.freeze({ by: "counts" as const, count: 0 });
    return Object.freeze({ plan: "nothing", ...common, criteria: Object.freeze(unmet), total, estimatedSteps: 0 });
  }
  const criteria = criteriaOf(largest).map((criterion) =>
    explained(criterion.wanted, countOf(plan, criterion.wanted), encodingOf(criterion)),
  );
  const total = totalOf(plan);
  const isCount = total.count !== undefined && (answer === "count" || total.count === 0);
  const isWalk = answer === "page" && query.orderField === "path";
  return Object.freeze({
    plan: isCount ? "count" : isWalk ? "walk" : "collect",
    ...common,
    ...(!isCount && { candidates: largest.driving?.wanted.index ?? ("paths" as const) }),
    criteria: Object.freeze(criteria),
    total,
    estimatedSteps: plan.reduce((sum, layer) => sum + stepsOf(layer, query, answer), 0),
  });
}

function criteriaOf({ driving, tests }: LayerPlan): LayerPlan["tests"] {
  return driving === undefined ? tests : [driving, ...tests];
}

function countOf(layers: readonly LayerPlan[], wanted: TermAlternatives): number {
  let count = 0;
  for (const layer of layers) count += criteriaOf(layer).find((criterion) => criterion.wanted === wanted)?.ranks.count ?? 0;
  return count;
}

function totalOf(layers: readonly LayerPlan[]): QueryExplanation["total"] {
  let by: "counts" | "common bits" = "counts";
  let count = 0;
  for (const { total } of layers) {
    if (total === undefined) return Object.freeze({ by: "visiting every candidate" });
    if (total.by === "common bits") by = total.by;
    count += total.count;
  }
  return Object.freeze({ by, count });
}

function explained({ index, terms, prefixes }: TermAlternatives, count: number, encoding?: CriterionEncoding): ExplainedCriterion {
  return Object.freeze({
    index,
    terms: Object.freeze([...terms]),
    prefixes: Object.freeze([...prefixes]),
    count,
    ...(encoding !== undefined && { encoding }),
  });
}
