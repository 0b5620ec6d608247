import type { ExplainedCriterion, QueryExplanation } from "../../../query/query-explanation.ts";
import { quoteName } from "../../../base/text/escape.ts";
import type { Output } from "../../terminal/output.ts";

const PLANS: Readonly<Record<QueryExplanation["plan"], string>> = {
  nothing: "no search: no file has one of the requested terms",
  count: "no search: the counts of the index are the answer",
  walk: "visit candidates in order, until the page is full",
  collect: "visit every candidate, and keep the first ones in order",
};

/** Prints a plan and its cost. */
export function printExplanation(output: Output, explanation: QueryExplanation): void {
  const { plan, candidates, criteria, pathPrefix, pathPattern, total, estimatedSteps, records, cost } = explanation;
  output.line(`Plan        ${PLANS[plan]}`);
  if (candidates !== undefined)
    output.line(`Candidates  ${candidates === "paths" ? "all paths, in order" : `the files found by ${candidates}`}`);
  if (criteria.length > 0) output.line("Criteria    the rarest first:");
  output.table(
    criteria.map((criterion) => [
      `            ${criterion.index}`,
      named(criterion),
      `${criterion.count} of ${records} files`,
      criterion.encoding ?? "",
    ]),
  );
  if (pathPrefix !== undefined) output.line(`Prefix      ${quoteName(pathPrefix)}`);
  if (pathPattern?.engine === "native")
    output.line(`Pattern     ${quoteName(pathPattern.source)}, matched natively up to ${pathPattern.maxLength} characters`);
  if (pathPattern?.engine === "linear")
    output.line(`Pattern     ${quoteName(pathPattern.source)}, matched by RE2's algorithm: ${pathPattern.why}`);
  output.line(`Total       ${total.count === undefined ? "" : `${total.count}, `}by ${total.by}`);
  output.line(`Steps       about ${Math.round(estimatedSteps)} expected`);
  if (cost !== undefined)
    output.line(`Cost        ${cost.visited} candidates visited, ${cost.matches} match, ${cost.returned} on this page`);
}

function named({ terms, prefixes }: ExplainedCriterion): string {
  const alternatives = [...terms, ...prefixes.map((prefix) => `${prefix}*`)].map(quoteName);
  return alternatives.length > 3 ? `${alternatives.slice(0, 3).join(", ")}, …` : alternatives.join(", ");
}
