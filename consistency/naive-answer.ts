import type { FileMetadata } from "../src/record/file-metadata.ts";
import type { OrderField, TermCriterion, TermPrefix } from "../src/query/metadata-query.ts";
import type { PageEnd, Question } from "./operation.ts";

export interface NaiveAnswer {
  /** The page. */
  readonly files: readonly FileMetadata[];
  readonly total: number;
  readonly more: boolean;
}

/** What a plain scan over all files answers; nothing of the cache's own query engine is used here. */
export function naiveAnswer(files: Iterable<FileMetadata>, question: Question, after?: PageEnd): NaiveAnswer {
  const matches: FileMetadata[] = [];
  for (const file of files) if (meets(file, question)) matches.push(file);
  const order = question.orderBy ?? "path";
  const sign = order.startsWith("-") ? -1 : 1;
  const field = order.replace("-", "") as OrderField;
  const compare = (value: string | number, path: string, other: FileMetadata): number => {
    const own = other[field];
    if (value !== own) return value < own ? -sign : sign;
    return path === other.path ? 0 : path < other.path ? -sign : sign;
  };
  matches.sort((a, b) => compare(a[field], a.path, b));
  const rest = after === undefined ? matches : matches.filter((file) => compare(after[0], after[1], file) < 0);
  const page = rest.slice(0, question.limit);
  return { files: page, total: matches.length, more: page.length < rest.length };
}

function meets(file: FileMetadata, question: Question): boolean {
  return (
    accepts(question.language, [file.language]) &&
    (question.pathPrefix === undefined || file.path.startsWith(question.pathPrefix)) &&
    (question.pathPattern === undefined || new RegExp(question.pathPattern).test(file.path)) &&
    accepts(question.functionName, namesOf(file.functions)) &&
    accepts(question.className, namesOf(file.classes)) &&
    accepts(
      question.referenceDoc,
      [...file.headerSections.referenceDocumentation, ...file.references].map(({ target }) => target),
    )
  );
}

function namesOf(things: readonly { readonly name: string }[]): string[] {
  return things.map(({ name }) => name);
}

function accepts(criterion: TermCriterion | undefined, terms: readonly string[]): boolean {
  if (criterion === undefined) return true;
  const alternatives = (Array.isArray(criterion) ? criterion : [criterion]) as readonly (string | TermPrefix)[];
  return alternatives.some((alternative) =>
    terms.some((term) => (typeof alternative === "string" ? term === alternative : term.startsWith(alternative.prefix))),
  );
}
