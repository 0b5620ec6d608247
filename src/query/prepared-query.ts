import { MetacacheError, messageOf } from "../base/errors.ts";
import { describe, Problems, readInput } from "../base/validation.ts";
import type { MetadataField } from "../record/file-metadata.ts";
import { METADATA_FIELDS } from "../record/shape.ts";
import { QUERIED_INDEXES, type QueriedIndex, type Term } from "../record/terms.ts";
import { type CursorKey, decodeCursor, hashOfQuery, isCursor } from "./cursor.ts";
import type { Criterion } from "./criterion.ts";
import { type MetadataQuery, type OrderBy, ORDER_FIELDS, type OrderField } from "./metadata-query.ts";
import { compilePathPattern, type PathPattern } from "./pattern/path-pattern.ts";

/**
 * One criterion on one index. A record meets it if it has at least one alternative. There is at
 * least one alternative, and no alternative includes another.
 */
export interface TermAlternatives {
  readonly index: QueriedIndex;
  readonly terms: readonly Term[];
  /** A record has such an alternative if one of its terms begins with one of these. */
  readonly prefixes: readonly string[];
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
  /**
   * For a query that is asked again: the result for each part of the index that does not change.
   */
  readonly resolved: WeakMap<object, ResolvedQuery> | undefined;
}

/** The criteria and the range of ranks that a query has in one part of the index. */
export interface ResolvedQuery {
  /** The rarest first. */
  readonly criteria: readonly Criterion[];
  /**
   * The ranks whose paths have the prefix, from `from` up to `to`; empty if no record meets one of
   * the criteria.
   */
  readonly from: number;
  readonly to: number;
}

/**
 * A query that was checked once, made by `MetadataCache.prepare`. Pass it to `query`, `paths`,
 * `count` or `explain` instead of the query, as often as you like, on any cache and in any thread.
 * Each answer is of the current revision.
 */
export class PreparedMetadataQuery<F extends MetadataField = MetadataField> {
  /** The query as it was given. */
  readonly query: MetadataQuery<F>;
  readonly #prepared: PreparedQuery;

  /** Throws one `E_QUERY` that names every problem. */
  constructor(query: MetadataQuery<F>) {
    this.#prepared = { ...readInput("E_QUERY", "the query", () => readQuery(query)), resolved: new WeakMap() };
    this.query = Object.freeze({ ...query });
    Object.freeze(this);
  }

  /**
   * Returns the same query for its next page. Throws `E_QUERY` if `cursor` is not a cursor of this
   * query.
   */
  after(cursor: string): PreparedMetadataQuery<F> {
    return new PreparedMetadataQuery({ ...this.query, cursor });
  }

  /**
   * Returns `undefined` if the value is not a prepared query.
   *
   * @internal
   */
  static preparedOf(query: unknown): PreparedQuery | undefined {
    return typeof query === "object" && query !== null && #prepared in query ? query.#prepared : undefined;
  }
}

const ORDERS = ORDER_FIELDS.flatMap((field): OrderBy[] => [field, `-${field}`]);
const QUERY_KEYS = [...QUERIED_INDEXES, "pathPattern", "pathPrefix", "orderBy", "limit", "cursor", "select"];
export const MAX_LIMIT = 1_000_000;
const NO_PREFIXES: readonly string[] = [];

/**
 * Checks a whole query, unless it is prepared already. Throws one `E_QUERY` that names every
 * problem.
 */
export function prepareQuery(query: unknown): PreparedQuery {
  return PreparedMetadataQuery.preparedOf(query) ?? readInput("E_QUERY", "the query", () => readQuery(query));
}

function readQuery(query: unknown): PreparedQuery {
  const problems = new Problems();
  const given = problems.object("", query, QUERY_KEYS);
  const order = given["orderBy"] === undefined ? "path" : problems.oneOf("orderBy", given["orderBy"], ORDERS);
  const descending = order.startsWith("-");
  const criteria: TermAlternatives[] = [];
  for (const index of QUERIED_INDEXES) {
    if (given[index] !== undefined) criteria.push(readCriterion(problems, index, given[index]));
  }
  const prefix = given["pathPrefix"] === undefined ? "" : readPrefix(problems, given["pathPrefix"]);
  const limit = given["limit"] === undefined ? undefined : problems.integer("limit", given["limit"], 1, MAX_LIMIT);
  const fields = given["select"] === undefined ? undefined : readFields(problems, given["select"]);
  const pattern = readPattern(problems, given["pathPattern"]);
  const { cursor } = given;
  // Only a valid query can tell if the cursor belongs to it.
  if (cursor !== undefined && !isCursor(cursor))
    problems.add("cursor", `${describe(cursor)} is not a cursor: pass the nextCursor of an answer, unchanged`);
  if (problems.found.length > 0) throw new MetacacheError("E_QUERY", `query: ${problems.summary}`);

  const prepared: PreparedQuery = {
    criteria,
    pattern,
    prefix,
    orderField: (descending ? order.slice(1) : order) as OrderField,
    descending,
    limit,
    after: undefined,
    fields,
    resolved: undefined,
  };
  if (cursor === undefined) return prepared;
  return { ...prepared, after: decodeCursor(cursor, queryHashOf(prepared), order) };
}

/**
 * The hash that tells the cursors of this query from those of other queries: two queries have the
 * same hash if their criteria and order are equal. The hash costs more than resolving a selective
 * query, so callers compute it only if there is a cursor.
 */
export function queryHashOf({ criteria, pattern, prefix, orderField, descending }: PreparedQuery): string {
  return hashOfQuery([
    criteria.map(({ index, terms, prefixes }) => [index, terms, prefixes]),
    pattern?.source,
    prefix,
    orderField,
    descending,
  ]);
}

export function readCriterion(problems: Problems, index: QueriedIndex, value: unknown): TermAlternatives {
  if (typeof value === "string") return { index, terms: [readTerm(problems, index, value)], prefixes: NO_PREFIXES };
  if (!Array.isArray(value)) return { index, terms: [], prefixes: [readTermPrefix(problems, index, value)] };
  if (value.length === 0) problems.add(index, "is an empty list: leave it out to accept any");
  const terms = new Set<Term>();
  const prefixes = new Set<string>();
  let number = 0;
  for (const alternative of problems.items(value)) {
    const at = `${index}[${number++}]`;
    if (typeof alternative === "string") terms.add(readTerm(problems, at, alternative));
    else prefixes.add(readTermPrefix(problems, at, alternative));
  }
  const widest = widestOf(prefixes);
  // A reference may mean a document without trying its path first, so a prefix does not include a
  // document.
  const left = index === "referenceDoc" ? [...terms].sort() : withoutThoseWithin(widest, terms);
  return { index, terms: left, prefixes: widest };
}

/** The prefixes in order, without those that begin with another one. */
function widestOf(prefixes: Iterable<string>): string[] {
  const widest: string[] = [];
  for (const prefix of [...prefixes].sort()) {
    const before = widest.at(-1);
    if (before === undefined || !prefix.startsWith(before)) widest.push(prefix);
  }
  return widest;
}

/**
 * The terms in order, without those that begin with a prefix. No prefix begins with another one, so
 * only the last prefix that is not greater than the term can begin it.
 */
function withoutThoseWithin(widest: readonly string[], terms: Iterable<Term>): Term[] {
  let next = 0;
  return [...terms].sort().filter((term) => {
    while (next < widest.length && (widest[next] as string) <= term) next++;
    const prefix = widest[next - 1];
    return prefix === undefined || !term.startsWith(prefix);
  });
}

function readTerm(problems: Problems, at: string, value: string): Term {
  if (value === "") problems.add(at, "is empty: leave it out to accept any");
  return problems.text(at, value) as Term;
}

function readTermPrefix(problems: Problems, at: string, value: unknown): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.text(at, value);
    return "";
  }
  const { prefix } = problems.object(at, value, ["prefix"]);
  if (prefix === "") problems.add(`${at}.prefix`, "is empty: leave it out to accept any");
  return problems.text(`${at}.prefix`, prefix);
}

export function readPrefix(problems: Problems, value: unknown): string {
  const prefix = problems.text("pathPrefix", value);
  if (/^\/|(?:^|\/)\.{1,2}\/|\/\//.test(prefix) || prefix === "..") {
    problems.add(
      "pathPrefix",
      `${JSON.stringify(prefix)} is not the beginning of a path: paths are relative to the project's root, without "." or ".." segments`,
    );
  }
  return prefix;
}

export function readPattern(problems: Problems, value: unknown): PathPattern | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" && !(value instanceof RegExp)) {
    problems.add("pathPattern", `must be a string or a RegExp, not ${describe(value)}`);
    return undefined;
  }
  try {
    return compilePathPattern(value);
  } catch (error) {
    problems.found.push(messageOf(error));
    return undefined;
  }
}

/**
 * Returns the fields in the order that every record has, not in the order in which they were named.
 */
function readFields(problems: Problems, value: unknown): MetadataField[] {
  const named = new Set<MetadataField>();
  let number = 0;
  for (const field of problems.items(problems.list("select", value))) {
    named.add(problems.oneOf(`select[${number++}]`, field, METADATA_FIELDS));
  }
  if (number === 0) problems.add("select", "is empty: leave it out for whole records");
  return METADATA_FIELDS.filter((field) => named.has(field));
}
