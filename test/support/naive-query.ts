import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { TermCriterion, TermPrefix } from "../../src/query/metadata-query.ts";
import type { SmallQuery } from "./small-records.ts";

/** The oracle: what a plain scan over all records answers, whole and in order. */
export function naiveQuery(records: Iterable<FileMetadata>, query: SmallQuery): FileMetadata[] {
  const matches = [...records].filter((record) => naiveMatch(record, query));
  const order = query.orderBy ?? "path";
  const field = order.replace("-", "") as "path" | "language" | "size" | "modifiedAt";
  matches.sort((a, b) => (a[field] === b[field] ? (a.path < b.path ? -1 : 1) : a[field] < b[field] ? -1 : 1));
  return order.startsWith("-") ? matches.reverse() : matches;
}

function naiveMatch(record: FileMetadata, query: SmallQuery): boolean {
  return (
    accepts(query.language, [record.language]) &&
    accepts(
      query.referenceDoc,
      record.headerSections.referenceDocumentation.map((reference) => reference.target),
    ) &&
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

function accepts(criterion: TermCriterion | undefined, terms: readonly string[]): boolean {
  if (criterion === undefined) return true;
  return (Array.isArray(criterion) ? criterion : [criterion]).some((alternative: string | TermPrefix) =>
    terms.some((term) => (typeof alternative === "string" ? term === alternative : term.startsWith(alternative.prefix))),
  );
}
