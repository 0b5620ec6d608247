import { posix } from "node:path";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { TermCriterion, TermPrefix } from "../../src/query/metadata-query.ts";
import { naiveCiting, NaiveResolver } from "./naive-references.ts";
import type { SmallQuery } from "./small-records.ts";

/** The oracle: what a plain scan over all records answers, whole and in order. */
export function naiveQuery(records: Iterable<FileMetadata>, query: SmallQuery): FileMetadata[] {
  const all = [...records];
  const matches = all.filter((record) => naiveMatch(record, query, all));
  const order = query.orderBy ?? "path";
  const field = order.replace("-", "") as "path" | "language" | "size" | "modifiedAt";
  matches.sort((a, b) => (a[field] === b[field] ? (a.path < b.path ? -1 : 1) : a[field] < b[field] ? -1 : 1));
  return order.startsWith("-") ? matches.reverse() : matches;
}

function naiveMatch(record: FileMetadata, query: SmallQuery, all: readonly FileMetadata[]): boolean {
  return (
    accepts(query.language, [record.language]) &&
    refers(record, query.referenceDoc, all) &&
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

/** A document is one that a reference means, and a prefix one of the path that it would mean first. */
function refers(record: FileMetadata, criterion: TermCriterion | undefined, all: readonly FileMetadata[]): boolean {
  if (criterion === undefined) return true;
  return (Array.isArray(criterion) ? criterion : [criterion]).some((alternative: string | TermPrefix) => {
    if (typeof alternative !== "string") return naiveFirst(record).some((path) => path.startsWith(alternative.prefix));
    return naiveCiting(all, naiveTyped(all, alternative)).some(({ path }) => path === record.path);
  });
}

/** A name without a slash is beside the file first. */
function naiveFirst(record: FileMetadata): string[] {
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
