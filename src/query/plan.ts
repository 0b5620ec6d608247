import type { IndexManager } from "../indexing/index-manager.ts";
import { commonCount, type Criterion, joinedIfCheaper, resolveCriterion } from "./criterion.ts";
import type { PreparedQuery, TermAlternatives } from "./prepared-query.ts";

/** What an answer is for: one page in order, or only how many there are. */
export type QueryPurpose = "page" | "count";

/**
 * How a query will be answered. The engine executes it and `explain` describes it, so that they cannot disagree.
 * Valid until the index's next write.
 */
export type QueryPlan =
  /** A criterion that no record meets; `undefined` where no path has the prefix. */
  | { readonly kind: "nothing"; readonly unmet: TermAlternatives | undefined }
  /** The total follows from counts alone, and is all that is asked for, or 0. */
  | { readonly kind: "count"; readonly tests: readonly Criterion[]; readonly total: KnownTotal }
  /** Along the order of paths; where the total is known, only until the page is full. */
  | {
      readonly kind: "walk";
      readonly tests: readonly Criterion[];
      readonly total: KnownTotal | undefined;
      readonly steps: number;
      /** How many paths have the prefix. */
      readonly inPrefix: number;
    }
  /** Every candidate, then the first of them in order. Candidates are the members of `source`, else the paths with the prefix. */
  | {
      readonly kind: "collect";
      readonly source: Criterion | undefined;
      readonly tests: readonly Criterion[];
      readonly total: KnownTotal | undefined;
      readonly steps: number;
    };

/** How many match in all, known without visiting them. */
export interface KnownTotal {
  readonly count: number;
  readonly by: "counts" | "common bits";
}

/** Of the paths that are left, a pattern is taken to match so many: the truth is known only after testing all. */
const PATTERN_SHARE = 0.25;
/** What a step of a walk and a comparison of two paths cost, where visiting one candidate costs 1: measured, roughly. */
const WALK_STEP = 2;
const COMPARISON = 5;

/** Costs follow from counts that the index knows; overlapping alternatives may be put together on the way. */
export function planQuery(index: IndexManager, query: PreparedQuery, purpose: QueryPurpose): QueryPlan {
  const criteria: Criterion[] = [];
  for (const wanted of query.criteria) {
    const criterion = resolveCriterion(index, wanted);
    if (criterion === undefined) return { kind: "nothing", unmet: wanted };
    criteria.push(criterion);
  }
  const inPrefix = query.prefix === "" ? index.size : index.order.countBetween(query.prefix, successorOf(query.prefix));
  if (inPrefix === 0) return { kind: "nothing", unmet: undefined };
  rarestFirst(criteria);
  const fewest = Math.min(inPrefix, criteria[0]?.members.count ?? inPrefix);
  for (let position = 0; position < criteria.length; position++) {
    criteria[position] = joinedIfCheaper(criteria[position] as Criterion, fewest, index.size);
  }
  rarestFirst(criteria);

  const total = knownTotal(query, criteria, inPrefix);
  if (total !== undefined && (purpose === "count" || total.count === 0)) return { kind: "count", tests: criteria, total };
  const rarest = criteria[0];
  const source = rarest !== undefined && rarest.members.count <= inPrefix ? rarest : undefined;
  const candidates = source?.members.count ?? inPrefix;
  if (purpose === "page" && query.orderField === "path") {
    const matches = total?.count ?? expectedMatches(query, criteria, inPrefix, index.size);
    const steps = total === undefined ? inPrefix : stepsOfWalk(query, total.count, inPrefix);
    if (steps * WALK_STEP < candidates + stepsOfOrdering(matches, query.limit))
      return { kind: "walk", tests: criteria, total, steps, inPrefix };
  }
  return { kind: "collect", source, tests: source === undefined ? criteria : criteria.slice(1), total, steps: candidates };
}

/** By insertion: there are at most four, and a sort with a comparison costs more than the rest of the plan. */
function rarestFirst(criteria: Criterion[]): void {
  for (let end = 1; end < criteria.length; end++) {
    const criterion = criteria[end] as Criterion;
    let place = end;
    for (; place > 0 && (criteria[place - 1] as Criterion).members.count > criterion.members.count; place--) {
      criteria[place] = criteria[place - 1] as Criterion;
    }
    criteria[place] = criterion;
  }
}

function knownTotal({ pattern, prefix }: PreparedQuery, criteria: readonly Criterion[], inPrefix: number): KnownTotal | undefined {
  const [first, second] = criteria;
  if (pattern !== undefined) return undefined;
  if (first === undefined) return { count: inPrefix, by: "counts" };
  if (prefix !== "" || !first.exact) return undefined;
  if (second === undefined) return { count: first.members.count, by: "counts" };
  const count = commonCount(criteria);
  return count === undefined ? undefined : { count, by: "common bits" };
}

/** As if criteria were independent of each other. */
function expectedMatches(query: PreparedQuery, criteria: readonly Criterion[], inPrefix: number, records: number): number {
  let matches = query.pattern === undefined ? inPrefix : inPrefix * PATTERN_SHARE;
  for (const { members } of criteria) matches *= members.count / records;
  return matches;
}

/** A walk meets a match every `inPrefix / total` steps, and goes one match beyond the page to see whether there is more. */
function stepsOfWalk({ limit }: PreparedQuery, total: number, inPrefix: number): number {
  return limit === undefined ? inPrefix : Math.min(inPrefix, Math.ceil(((limit + 1) * inPrefix) / Math.max(total, 1)));
}

function stepsOfOrdering(matches: number, limit: number | undefined): number {
  const comparisons = limit === undefined || limit >= matches ? matches * Math.log2(matches + 1) : matches;
  return comparisons * COMPARISON;
}

/** The least string that is greater than every string with this prefix, by UTF-16 code units. */
export function successorOf(prefix: string): string | undefined {
  for (let length = prefix.length; length > 0; length--) {
    const unit = prefix.charCodeAt(length - 1);
    if (unit < 0xffff) return prefix.slice(0, length - 1) + String.fromCharCode(unit + 1);
  }
  return undefined;
}
