import type { QueryAnswer } from "../../query/cache-calls.ts";
import type { FileMetadata } from "../../model/file-metadata.ts";
import type { MetadataQuery, OrderBy, TermCriterion } from "../../query/metadata-query.ts";
import type { ExplainedCriterion, QueryExplanation } from "../../query/query-explanation.ts";
import { type Output, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";

export interface QueryOptions extends CommonOptions {
  readonly language?: string[];
  readonly function?: string[];
  readonly class?: string[];
  readonly doc?: string[];
  readonly path?: string;
  readonly prefix?: string;
  readonly sort?: string;
  readonly limit?: number;
  readonly cursor?: string;
  readonly paths?: boolean;
  readonly count?: boolean;
  readonly explain?: boolean;
}

const DEFAULT_LIMIT = 20;

/** `metacache query`: the files that meet all criteria. */
export async function queryCommand(options: QueryOptions): Promise<ExitCode> {
  const session = await openSession(options);
  return session.withCache(async (cache): Promise<ExitCode> => {
    const query: MetadataQuery = {
      language: termsOf(options.language),
      functionName: termsOf(options.function),
      className: termsOf(options.class),
      referenceDoc: termsOf(options.doc),
      pathPattern: options.path,
      pathPrefix: options.prefix,
      orderBy: options.sort as OrderBy | undefined,
      limit: options.limit ?? DEFAULT_LIMIT,
      cursor: options.cursor,
    };
    const byName = [options.language, options.function, options.class, options.doc].some((names) => names !== undefined);
    if (options.explain === true) {
      const explanation = cache.explain(query, { answer: options.count === true ? "count" : "page", run: true });
      session.output.document("query", { explanation, revision: cache.revision });
      printExplanation(session.output, explanation);
      return 0;
    }
    if (options.count === true) {
      const total = cache.count(query);
      session.output.document("query", { total, revision: cache.revision });
      session.output.line(String(total));
      return total === 0 && byName ? 1 : 0;
    }
    const answer = await cache.query(options.paths === true ? { ...query, select: ["path"] } : query);
    session.output.document("query", answer);
    if (options.paths === true) for (const { path } of answer.items) session.output.line(shown(path));
    else printAnswer(session.output, answer);
    return answer.total === 0 && byName ? 1 : 0;
  });
}

function printAnswer(output: Output, answer: QueryAnswer<FileMetadata>): void {
  output.table(
    answer.items.map((record) => [
      shown(record.path),
      record.language,
      `${record.functions.length} functions`,
      `${record.classes.length} classes`,
      shown(shortened(record.headerSections.intent)),
    ]),
  );
  output.line(`${answer.items.length} of ${answer.total} files, at revision ${answer.revision}.`);
  if (answer.unreadable > 0)
    output.line(`Not among them: ${answer.unreadable} rows that cannot be read (\`metacache status\` lists them).`);
  if (answer.nextCursor !== undefined) output.line(`More: --cursor ${answer.nextCursor}`);
}

/** A `*` at the end of a name stands for any ending; `\\*` there is the character itself, as in C++'s `operator*`. */
function termsOf(names: readonly string[] | undefined): TermCriterion | undefined {
  return names?.map((name) => {
    if (!name.endsWith("*")) return name;
    return name.endsWith("\\*") ? `${name.slice(0, -2)}*` : { prefix: name.slice(0, -1) };
  });
}

const PATHS: Readonly<Record<QueryExplanation["path"], string>> = {
  nothing: "no search: something is asked for that no file has",
  count: "no search: the index's counts are the answer",
  walk: "along the order of paths, until the page is full",
  collect: "every candidate, of which the first in order are kept",
};

function printExplanation(output: Output, explanation: QueryExplanation): void {
  const { path, candidates, criteria, pathPrefix, pathPattern, total, estimatedSteps, records, cost } = explanation;
  output.line(`Way         ${PATHS[path]}`);
  if (candidates !== undefined)
    output.line(`Candidates  ${candidates === "paths" ? "all paths, in order" : `the files found by ${candidates}`}`);
  if (criteria.length > 0) output.line("Criteria    the rarest first:");
  output.table(
    criteria.map((criterion) => [
      `            ${criterion.index}`,
      named(criterion),
      `${criterion.count} of ${records} files`,
      criterion.form ?? "",
    ]),
  );
  if (pathPrefix !== undefined) output.line(`Prefix      ${shown(pathPrefix)}`);
  if (pathPattern?.engine === "native")
    output.line(`Pattern     ${shown(pathPattern.source)}, matched natively up to ${pathPattern.maxLength} characters`);
  if (pathPattern?.engine === "linear")
    output.line(`Pattern     ${shown(pathPattern.source)}, matched by RE2's algorithm: ${pathPattern.why}`);
  output.line(`Total       ${total.count === undefined ? "" : `${total.count}, `}by ${total.by}`);
  output.line(`Steps       about ${Math.round(estimatedSteps)} expected`);
  if (cost !== undefined)
    output.line(`Cost        ${cost.visited} candidates looked at, ${cost.matches} match, ${cost.returned} on this page`);
}

function named({ terms, prefixes }: ExplainedCriterion): string {
  const alternatives = [...terms, ...prefixes.map((prefix) => `${prefix}*`)].map(shown);
  return alternatives.length > 3 ? `${alternatives.slice(0, 3).join(", ")}, …` : alternatives.join(", ");
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
