import type { Finding } from "../../../base/finding.ts";
import type { MetadataCache } from "../../../cache/metadata-cache.ts";
import type { FileMetadata, MetadataField } from "../../../record/file-metadata.ts";
import { METADATA_FIELDS } from "../../../record/shape.ts";
import type { QueryAnswer } from "../../../calls/cache-calls.ts";
import { type MetadataQuery, type OrderBy, ORDER_FIELDS } from "../../../query/metadata-query.ts";
import { fileCriteria, type FileOptions, GLOB_MEANING, LANGUAGE_MEANING, nameCriterion } from "../../answers/file-criteria.ts";
import { noteRest, type Paging, PAGING_OPTIONS, type PagingOptions, readPaging } from "../../answers/paging.ts";
import { asksForPaths, PATH_LIST_OPTIONS, type PathListOptions, printPaths } from "../../answers/path-lists.ts";
import { readSelection, selectedFields } from "../../answers/selection.ts";
import { describeMissing, describeMissingLanguages } from "../../answers/suggestions.ts";
import { counted, grouped } from "../../../base/text/words.ts";
import { doubtsContent } from "../../place/answer-doubts.ts";
import { findOutdated, noteOutdated, type ShownFile } from "../../place/outdated-files.ts";
import type { CommandDefinition } from "../../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../../session.ts";
import { describeSkips, incompleteContent, incompleteness, noteIncomplete } from "../../place/tree-reading.ts";
import { LOOKING_OPTIONS } from "../../place/look-at-tree.ts";
import { inFlags } from "./query-flags.ts";
import { printExplanation } from "./query-explanation.ts";
import { fieldsShown, printFiles } from "./printed-files.ts";

interface QueryOptions extends CommonOptions, FileOptions, PagingOptions, PathListOptions {
  readonly functionName?: string[];
  readonly className?: string[];
  readonly referenceDoc?: string[];
  readonly orderBy?: string;
  readonly cursor?: string;
  readonly select?: string[];
  readonly count?: boolean;
  readonly explain?: boolean;
}

const ORDERS = ORDER_FIELDS.flatMap((field) => [field, `-${field}`]);

/** `metacache query`: lists the files that meet all criteria. */
export const command: CommandDefinition = {
  example: "query --language python --doc doc/DESIGN.md --sort -size",
  options: [
    ["-l, --language <names...>", `files ${LANGUAGE_MEANING}`, "language"],
    ["--function, --function-name <names...>", "files that define any of these functions or methods, e.g. main", "name"],
    ["--class, --class-name <names...>", "files that define any of these classes, e.g. Cache", "name"],
    ["--doc, --reference-doc <targets...>", "files that refer to any of these documents, e.g. doc/DESIGN.md", "file"],
    ["-g, --glob <globs...>", `files ${GLOB_MEANING}`],
    ["--path, --path-pattern <pattern>", "files whose path, relative to the project's root, matches this RE2 expression: '^src/.*_test'"],
    ["--prefix, --path-prefix <prefix>", "files whose path, relative to the working directory, starts with this prefix: src/"],
    ["--in <dir>", "files in this folder", "directory"],
    ["--sort, --order-by <order>", "path, language, size or modifiedAt; -size for the largest first", ORDERS],
    ...PAGING_OPTIONS,
    ["--cursor <cursor>", "continue after an earlier answer: give its nextCursor"],
    ["--select <fields>", "show these fields of each record: path,language,size", METADATA_FIELDS, "repeated"],
    ...PATH_LIST_OPTIONS,
    ["-c, --count", "print only the number of files"],
    ...LOOKING_OPTIONS,
    ["--explain", "show the plan of the query, and its cost"],
  ],
  notes: "A * at the end of a name means any ending: --function 'get*'.\nWrite \\* for the character itself.",
  run,
};

async function run(options: QueryOptions): Promise<ExitCode> {
  const onlyPaths = asksForPaths(options);
  const paging = readPaging(options);
  const selection = readSelection(options.select, METADATA_FIELDS);
  const session = await openSession(options);
  return session.withCache((cache) =>
    inFlags(async (): Promise<ExitCode> => {
      const query = await queryOf(options, session);
      if (options.explain === true) return explain(session, cache, { ...query, limit: paging.limit }, options.count === true);
      const incomplete = await incompleteness(cache.source);
      const total =
        options.count === true
          ? count(session, cache, query, incomplete)
          : await list(session, cache, query, { ...options, onlyPaths, paging, selection, incomplete });
      noteIncomplete(session.output, incomplete);
      if (total === 0) await noteMissing(session, cache, options);
      return total === 0 ? 1 : 0;
    }),
  );
}

async function queryOf(options: QueryOptions, { place }: Session): Promise<MetadataQuery> {
  return {
    ...(await fileCriteria(options, place)),
    functionName: options.functionName?.map(nameCriterion),
    className: options.className?.map(nameCriterion),
    referenceDoc: options.referenceDoc?.map(nameCriterion),
    orderBy: options.orderBy as OrderBy | undefined,
    cursor: options.cursor,
  };
}

function explain({ output }: Session, cache: MetadataCache, query: MetadataQuery, onlyCount: boolean): ExitCode {
  const explanation = cache.explain(query, { answer: onlyCount ? "count" : "page", run: true });
  output.document("query", { explanation, revision: cache.revision });
  printExplanation(output, explanation);
  return 0;
}

function count({ output }: Session, cache: MetadataCache, query: MetadataQuery, incomplete: Finding | undefined): number {
  const total = cache.count(query);
  output.document("query", { total, revision: cache.revision, ...incompleteContent(incomplete) });
  output.line(String(total));
  return total;
}

interface Listing extends QueryOptions {
  readonly onlyPaths: boolean;
  readonly paging: Paging;
  readonly selection: readonly MetadataField[] | undefined;
  readonly incomplete: Finding | undefined;
}

async function list(session: Session, cache: MetadataCache, query: MetadataQuery, listing: Listing): Promise<number> {
  const { project, place, output } = session;
  const { onlyPaths, paging, selection, incomplete } = listing;
  const fields = fieldsAsked(session, listing);
  const answer = await pageOf(cache, { ...query, ...(fields !== undefined && { select: [...new Set([...fields, ...COMPARED])] }) }, paging);
  const outdated = await outdatedOf(session, cache, answer.items);
  const asked = onlyPaths ? PATH_ALONE : selection;
  const items = answer.items.map((item) => selectedFields(item, asked));
  output.document("query", { root: project.root, ...answer, items, ...doubtsContent({ outdated, incomplete }) }, "items");
  if (onlyPaths)
    printPaths(
      output,
      place,
      answer.items.map(({ path }) => path),
      listing,
    );
  else {
    printFiles(session, answer.items, { query, selection });
    output.line(closing(answer, paging));
  }
  if (answer.unreadable > 0)
    output.note(`${counted(answer.unreadable, "row")} cannot be read and may be missing in this answer: \`metacache status\` lists them`);
  noteRest(output, paging, answer.items.length, answer.total);
  noteOutdated(output, place, outdated);
  return answer.items.length;
}

const PATH_ALONE: readonly MetadataField[] = ["path"];
/** The fields that are needed to compare a file with its record. */
const COMPARED: readonly MetadataField[] = ["path", "size", "modifiedAt"];

/**
 * Returns the fields to read of each record: only those that will be shown. Returns `undefined` for
 * all fields.
 */
function fieldsAsked(
  { output }: Session,
  { onlyPaths, selection, functionName, className, referenceDoc }: Listing,
): readonly MetadataField[] | undefined {
  if (onlyPaths) return PATH_ALONE;
  if (selection !== undefined) return selection;
  return output.format === "text" ? fieldsShown({ functionName, className, referenceDoc }) : undefined;
}

/**
 * Returns the requested page. Skips the pages before it in the index, without reading their
 * records.
 */
async function pageOf(cache: MetadataCache, query: MetadataQuery, { limit, skipped }: Paging): Promise<QueryAnswer<FileMetadata>> {
  if (skipped === 0) return cache.query({ ...query, limit });
  const before = await cache.query({ ...query, limit: skipped, select: ["path"] });
  if (before.nextCursor === undefined) return { ...before, items: [] };
  return cache.query({ ...query, limit, cursor: before.nextCursor });
}

function closing({ items, total, revision }: QueryAnswer<object>, { limit }: Paging): string {
  const shown =
    limit === undefined || items.length === total ? counted(total, "file") : `${grouped(items.length)} of ${counted(total, "file")}`;
  return `${shown}, at revision ${grouped(revision)}.`;
}

/**
 * Says which names nothing in the project has. Also says which files were skipped, because the name
 * may be in one of them.
 */
async function noteMissing({ output }: Session, cache: MetadataCache, options: QueryOptions): Promise<void> {
  const { functionName, className, referenceDoc, language } = options;
  for (const text of describeMissing(cache, { functionName, className, referenceDoc })) output.note(text);
  for (const text of describeMissingLanguages(cache, language)) output.note(text);
  if ([functionName, className, referenceDoc].every((names) => names === undefined)) return;
  const skipped = (await cache.source.allSkipped()).filter(({ reason }) => reason !== "binary");
  if (skipped.length > 0)
    output.note(`some files were not searched, because they were skipped: ${describeSkips(skipped)} (\`metacache status\` lists them)`);
}

async function outdatedOf({ project }: Session, cache: MetadataCache, files: readonly ShownFile[]): ReturnType<typeof findOutdated> {
  if (project.root === undefined) return [];
  return findOutdated(project.root, files, async (path) => (await cache.getMetadata(path))?.digest);
}
