import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { OrderField, TermCriterion, TermPrefix } from "../../src/query/metadata-query.ts";
import type { FoundName, PageEnd, Question } from "../operations/operation.ts";

export interface NaiveAnswer {
  /** The page that the question asks for. */
  readonly files: readonly FileMetadata[];
  readonly total: number;
  readonly more: boolean;
}

/** The answer by a plain scan over all files. It uses nothing of the cache's own query engine. */
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

/** Every symbol with this name, of any kind, by path and line, then by name and kind. */
export function naiveSymbols(files: Iterable<FileMetadata>, name: string | { readonly prefix: string }): FoundName[] {
  const found: FoundName[] = [];
  for (const { path, functions, classes, symbols } of files) {
    const all = [
      ...functions.map((fn) => [path, fn.lineRange.start, fn.name, "function"] as const),
      ...classes.map((cls) => [path, cls.lineRange.start, cls.name, "class"] as const),
      ...symbols.map((symbol) => [path, symbol.lineRange.start, symbol.name, symbol.kind] as const),
    ];
    found.push(...all.filter(([, , own]) => (typeof name === "string" ? own === name : own.startsWith(name.prefix))));
  }
  return found.sort(compareNames);
}

function compareNames(one: FoundName, other: FoundName): number {
  for (const [at, value] of one.entries()) {
    const own = other[at] as string | number;
    if (value !== own) return value < own ? -1 : 1;
  }
  return 0;
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
