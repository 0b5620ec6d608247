import type { IndexName } from "../record/terms.ts";
import { formOf, type MembersForm } from "./criterion.ts";
import type { PatternMatching } from "./pattern/path-pattern.ts";
import type { QueryPlan, QueryPurpose } from "./plan.ts";
import type { PreparedQuery, TermAlternatives } from "./prepared-query.ts";

export interface ExplainOptions {
  /** Explain a page in order (the default), or a mere count. */
  readonly answer?: QueryPurpose | undefined;
  /** Also answer the query, and say what it cost. */
  readonly run?: boolean | undefined;
}

/** How the engine answers a query. Numbers are of the index's present revision. */
export interface QueryExplanation {
  /**
   * `"nothing"`: something is asked for that no record has. `"count"`: the index's counts are the answer. `"walk"`: along the
   * order of paths until the page is full. `"collect"`: every candidate, of which the first in order are kept.
   */
  readonly path: "nothing" | "count" | "walk" | "collect";
  /** Where candidates come from: the index of the rarest criterion, or the paths in order. Absent where there are none. */
  readonly candidates?: IndexName | "paths";
  /** In the order in which they are applied, the rarest first. */
  readonly criteria: readonly ExplainedCriterion[];
  readonly pathPrefix?: string;
  readonly pathPattern?: { readonly source: string } & PatternMatching;
  /** How the total is found, and where it needs no visit, the total itself. */
  readonly total: { readonly by: "counts" | "common bits" | "visiting every candidate"; readonly count?: number };
  /** How many candidates are expected to be looked at. */
  readonly estimatedSteps: number;
  /** How many records the project has. */
  readonly records: number;
  /** With `run`: how many match, how many candidates were looked at, how many items the page has. */
  readonly cost?: { readonly matches: number; readonly visited: number; readonly returned: number };
}

export interface ExplainedCriterion {
  readonly index: IndexName;
  readonly terms: readonly string[];
  readonly prefixes: readonly string[];
  /** How many records meet it; an upper bound where it has several lists. */
  readonly count: number;
  /** A dense list has one bit a record; `"joined set"`: alternatives put together for this query; absent where none has it. */
  readonly form?: MembersForm;
}

/** Deeply frozen. */
export function explanationOf(plan: QueryPlan, query: PreparedQuery, records: number): QueryExplanation {
  const { pattern, prefix } = query;
  const common = {
    path: plan.kind,
    records,
    ...(prefix !== "" && { pathPrefix: prefix }),
    ...(pattern !== undefined && { pathPattern: Object.freeze({ source: pattern.source, ...pattern.matching }) }),
  };
  if (plan.kind === "nothing") {
    const unmet = plan.unmet === undefined ? [] : [explained(plan.unmet, 0)];
    const total = Object.freeze({ by: "counts" as const, count: 0 });
    return Object.freeze({ ...common, criteria: Object.freeze(unmet), total, estimatedSteps: 0 });
  }
  const source = plan.kind === "collect" ? plan.source : undefined;
  const criteria = source === undefined ? plan.tests : [source, ...plan.tests];
  return Object.freeze({
    ...common,
    ...(plan.kind !== "count" && { candidates: source?.wanted.index ?? ("paths" as const) }),
    criteria: Object.freeze(criteria.map((criterion) => explained(criterion.wanted, criterion.members.count, formOf(criterion)))),
    total: Object.freeze(plan.total ?? { by: "visiting every candidate" as const }),
    estimatedSteps: plan.kind === "count" ? 0 : plan.steps,
  });
}

function explained({ index, terms, prefixes }: TermAlternatives, count: number, form?: MembersForm): ExplainedCriterion {
  return Object.freeze({
    index,
    terms: Object.freeze([...terms]),
    prefixes: Object.freeze([...prefixes]),
    count,
    ...(form !== undefined && { form }),
  });
}
