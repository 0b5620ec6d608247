import type { LayeredIndex } from "../indexing/layer.ts";
import type { QueriedIndex } from "../record/terms.ts";
import { type CriterionForm, formOf, resolveCriterion } from "./criterion.ts";
import type { PatternMatching } from "./pattern/path-pattern.ts";
import { type LayerPlan, type QueryPlan, type QueryPurpose, stepsOf } from "./plan.ts";
import type { PreparedQuery, TermAlternatives } from "./prepared-query.ts";

/** What to explain. */
export interface ExplainOptions {
  /** Explain a page in order (the default), or a mere count. */
  readonly answer?: QueryPurpose | undefined;
  /** Also answer the query, and say what it cost. */
  readonly run?: boolean | undefined;
}

/** How the engine answers a query. Numbers are of the index's present revision. */
export interface QueryExplanation {
  /**
   * `"nothing"`: something is asked for that no record has, or no record has all of it. `"count"`: the index's counts are the answer. `"walk"`: candidates come in the order of
   * the answer, and are looked at until the page is full. `"collect"`: every candidate is looked at, and the first in order are kept.
   */
  readonly plan: "nothing" | "count" | "walk" | "collect";
  /** Where candidates come from: the index of the rarest criterion, or the paths in order. Absent if there are none. */
  readonly candidates?: QueriedIndex | "paths";
  /** In the order in which they are applied, the rarest first. */
  readonly criteria: readonly ExplainedCriterion[];
  /** What each path must begin with. */
  readonly pathPrefix?: string;
  /** The pattern that each path must match, and what matches it. */
  readonly pathPattern?: { readonly source: string } & PatternMatching;
  /** How the total is found, and if that needs no visit, the total itself. */
  readonly total: { readonly by: "counts" | "common bits" | "visiting every candidate"; readonly count?: number };
  /** How many candidates are expected to be looked at. */
  readonly estimatedSteps: number;
  /** How many records the project has. */
  readonly records: number;
  /** How many layers of the index may have matches: one, unless something has changed lately. */
  readonly layers: number;
  /** With `run`: how many match, how many candidates were looked at, how many items the page has. */
  readonly cost?: { readonly matches: number; readonly visited: number; readonly returned: number };
}

/** One criterion of a plan. */
export interface ExplainedCriterion {
  /** The index that the criterion asks. */
  readonly index: QueriedIndex;
  /** The terms that are asked for. */
  readonly terms: readonly string[];
  /** The prefixes that are asked for. */
  readonly prefixes: readonly string[];
  /** How many records meet it; those that have changed since may be counted twice. */
  readonly count: number;
  /**
   * How those who meet it are kept in the largest layer: `"bits"`, one for each record of the layer; `"list"`; `"joined"`, alternatives put together for
   * this query. Absent if none meets it.
   */
  readonly form?: CriterionForm;
}

/** Deeply frozen. */
export function explanationOf(plan: QueryPlan, query: PreparedQuery, answer: QueryPurpose, index: LayeredIndex): QueryExplanation {
  const { pattern, prefix } = query;
  const common = {
    records: index.size,
    layers: plan.length,
    ...(prefix !== "" && { pathPrefix: prefix }),
    ...(pattern !== undefined && { pathPattern: Object.freeze({ source: pattern.source, ...pattern.matching }) }),
  };
  // What is said of the whole is that of the layer with the most candidates.
  const [largest] = plan.toSorted((a, b) => b.candidates - a.candidates);
  if (largest === undefined) {
    const missing = query.criteria.find((wanted) =>
      index.layers.every((layer) => resolveCriterion(layer, wanted, index.layers) === undefined),
    );
    const unmet = missing === undefined ? [] : [explained(missing, 0)];
    const total = Object.freeze({ by: "counts" as const, count: 0 });
    return Object.freeze({ plan: "nothing", ...common, criteria: Object.freeze(unmet), total, estimatedSteps: 0 });
  }
  const criteria = criteriaOf(largest).map((criterion) => explained(criterion.wanted, countOf(plan, criterion.wanted), formOf(criterion)));
  const total = totalOf(plan);
  const isCount = total.count !== undefined && (answer === "count" || total.count === 0);
  const isWalk = answer === "page" && query.orderField === "path";
  return Object.freeze({
    plan: isCount ? "count" : isWalk ? "walk" : "collect",
    ...common,
    ...(!isCount && { candidates: largest.source?.wanted.index ?? ("paths" as const) }),
    criteria: Object.freeze(criteria),
    total,
    estimatedSteps: plan.reduce((sum, layer) => sum + stepsOf(layer, query, answer), 0),
  });
}

function criteriaOf({ source, tests }: LayerPlan): LayerPlan["tests"] {
  return source === undefined ? tests : [source, ...tests];
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

function explained({ index, terms, prefixes }: TermAlternatives, count: number, form?: CriterionForm): ExplainedCriterion {
  return Object.freeze({
    index,
    terms: Object.freeze([...terms]),
    prefixes: Object.freeze([...prefixes]),
    count,
    ...(form !== undefined && { form }),
  });
}
