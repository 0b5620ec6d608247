import { posix } from "node:path";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { TermCriterion, TermPrefix } from "../../src/query/metadata-query.ts";
import { naiveCiting, NaiveResolver } from "./naive-references.ts";
import type { SmallQuery } from "./small-records.ts";

/** The oracle: what a plain scan over all records answers, whole and in order. */
export function naiveQuery(records: Iterable<FileMetadata>, query: SmallQuery): FileMetadata[] {
  const all = [...records];
  const refers = referring(all, query.referenceDoc);
  const matches = all.filter((record) => refers(record) && naiveMatch(record, query));
  const order = query.orderBy ?? "path";
  const field = order.replace("-", "") as "path" | "language" | "size" | "modifiedAt";
  matches.sort((a, b) => (a[field] === b[field] ? (a.path < b.path ? -1 : 1) : a[field] < b[field] ? -1 : 1));
  return order.startsWith("-") ? matches.reverse() : matches;
}

function naiveMatch(record: FileMetadata, query: SmallQuery): boolean {
  return (
    accepts(query.language, [record.language]) &&
    accepts(
      query.functionName,
      record.functions.map((fn) => fn.name),
    ) &&
    accepts(
      query.className,
      record.classes.map((cls) => cls.name),
    ) &&
    (query.pathPattern === undefined || new RegExp(query.pathPattern).test(record.path)) &&
    (query.pathPrefix === undefined || record.path.startsWith(query.pathPrefix))
  );
}

/**
 * A document is one that a reference means, and a prefix one of the path that it would mean first.
 */
function referring(all: readonly FileMetadata[], criterion: TermCriterion | undefined): (record: FileMetadata) => boolean {
  if (criterion === undefined) return () => true;
  const alternatives = (Array.isArray(criterion) ? criterion : [criterion]) as readonly (string | TermPrefix)[];
  const named = new Set<string>();
  for (const alternative of alternatives) {
    if (typeof alternative !== "string") continue;
    for (const { path } of naiveCiting(all, naiveTyped(all, alternative))) named.add(path);
  }
  const begins = (path: string): boolean =>
    alternatives.some((alternative) => typeof alternative !== "string" && path.startsWith(alternative.prefix));
  return (record) => named.has(record.path) || naiveFirst(record).some(begins);
}

/** A name without a slash is beside the file first. */
export function naiveFirst(record: FileMetadata): string[] {
  return record.headerSections.referenceDocumentation.map(({ target }) =>
    target.includes("/") ? target : posix.join(posix.dirname(record.path), target),
  );
}

/** What is typed is at the root, or else the one file of that name. */
function naiveTyped(records: readonly FileMetadata[], typed: string): string {
  const resolver = new NaiveResolver(records.map(({ path }) => path));
  return resolver.meaning({ form: "link", target: typed }, "typed") ?? typed;
}

function accepts(criterion: TermCriterion | undefined, terms: readonly string[]): boolean {
  if (criterion === undefined) return true;
  return (Array.isArray(criterion) ? criterion : [criterion]).some((alternative: string | TermPrefix) =>
    terms.some((term) => (typeof alternative === "string" ? term === alternative : term.startsWith(alternative.prefix))),
  );
}
