import { MetacacheError } from "../base/errors.ts";
import { Problems } from "../base/validation.ts";
import { METADATA_FIELDS, type MetadataField } from "../model/file-metadata.ts";
import { INDEX_NAMES, type IndexName, type Term } from "../model/terms.ts";
import { type CursorKey, decodeCursor, fingerprint } from "./cursor.ts";
import { type OrderBy, ORDER_FIELDS, type OrderField } from "./metadata-query.ts";
import { compilePathPattern, type PathPattern } from "./path-pattern.ts";

/** One criterion on one index: any of the alternatives will do. Never empty, no duplicates. */
export interface TermAlternatives {
  readonly index: IndexName;
  readonly terms: readonly Term[];
}

/** A query that was checked once and can be answered any number of times. */
export interface PreparedQuery {
  readonly criteria: readonly TermAlternatives[];
  readonly pattern: PathPattern | undefined;
  readonly prefix: string;
  readonly orderField: OrderField;
  readonly descending: boolean;
  readonly limit: number | undefined;
  readonly after: CursorKey | undefined;
  /** `undefined` selects whole records. */
  readonly fields: readonly MetadataField[] | undefined;
  /** Tells this query's cursors from those of other queries. */
  readonly fingerprint: string;
}

const ORDERS = ORDER_FIELDS.flatMap((field): OrderBy[] => [field, `-${field}`]);
const QUERY_KEYS = [...INDEX_NAMES, "pathPattern", "pathPrefix", "orderBy", "limit", "cursor", "select"];
const MAX_LIMIT = 1_000_000;

/** Checks a whole query; throws one `E_QUERY` that names every problem. */
export function prepareQuery(query: unknown): PreparedQuery {
  const problems = new Problems();
  const source = problems.object("", query, QUERY_KEYS);
  const order = source["orderBy"] === undefined ? "path" : problems.oneOf("orderBy", source["orderBy"], ORDERS);
  const descending = order.startsWith("-");
  const criteria = INDEX_NAMES.flatMap((index) => readCriterion(problems, index, source[index]));
  const prefix = source["pathPrefix"] === undefined ? "" : readPrefix(problems, source["pathPrefix"]);
  const limit = source["limit"] === undefined ? undefined : problems.integer("limit", source["limit"], 1, MAX_LIMIT);
  const fields = source["select"] === undefined ? undefined : readFields(problems, source["select"]);
  if (problems.found.length > 0) throw new MetacacheError("E_QUERY", `query: ${problems.found.join("; ")}`);

  const pattern = readPattern(source["pathPattern"]);
  const print = fingerprint([criteria.map(({ index, terms }) => [index, ...terms]), pattern?.source, prefix, order]);
  return {
    criteria,
    pattern,
    prefix,
    orderField: (descending ? order.slice(1) : order) as OrderField,
    descending,
    limit,
    after: source["cursor"] === undefined ? undefined : decodeCursor(source["cursor"], print, order),
    fields,
    fingerprint: print,
  };
}

function readCriterion(problems: Problems, index: IndexName, value: unknown): TermAlternatives[] {
  if (value === undefined) return [];
  const alternatives = Array.isArray(value) ? value : [value];
  if (alternatives.length === 0) problems.add(index, "is an empty list: leave it out to accept any");
  const terms = alternatives.map((term, position) => {
    const at = Array.isArray(value) ? `${index}[${position}]` : index;
    if (term === "") problems.add(at, "is empty: leave it out to accept any");
    return problems.text(at, term) as Term;
  });
  return [{ index, terms: [...new Set(terms)].sort() }];
}

function readPrefix(problems: Problems, value: unknown): string {
  const prefix = problems.text("pathPrefix", value);
  if (/^\/|(?:^|\/)\.{1,2}\/|\/\//.test(prefix) || prefix === "..") {
    problems.add(
      "pathPrefix",
      `${JSON.stringify(prefix)} begins no path: paths are relative to the project's root, without "." or ".." segments`,
    );
  }
  return prefix;
}

function readPattern(value: unknown): PathPattern | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" || value instanceof RegExp) return compilePathPattern(value);
  throw new MetacacheError("E_QUERY", "query: pathPattern must be a string or a RegExp");
}

function readFields(problems: Problems, value: unknown): MetadataField[] {
  const fields = problems.list("select", value).map((field, position) => problems.oneOf(`select[${position}]`, field, METADATA_FIELDS));
  if (fields.length === 0) problems.add("select", "is empty: leave it out for whole records");
  return [...new Set(fields)];
}
