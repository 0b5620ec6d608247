import { MetacacheError } from "../../base/errors.ts";
import type { Finding } from "../../base/finding.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { QueryAnswer } from "../../calls/cache-calls.ts";
import type { MetadataQuery, OrderBy, TermCriterion } from "../../query/metadata-query.ts";
import { quoteName } from "../terminal/escape.ts";
import { counted } from "../terminal/output.ts";
import { findOutdated, noteOutdated, outdatedContent, type ShownFile } from "../place/outdated-files.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { describeSkips, incompleteContent, incompleteness, noteIncomplete } from "../place/tree-reading.ts";
import { NO_WAIT } from "../place/wait-for-watcher.ts";
import { writeRaw } from "../terminal/streams.ts";
import { inFlags } from "./query/query-flags.ts";
import { printExplanation } from "./query/query-explanation.ts";

interface QueryOptions extends CommonOptions {
  readonly language?: string[];
  readonly function?: string[];
  readonly class?: string[];
  readonly doc?: string[];
  readonly path?: string;
  readonly prefix?: string;
  readonly sort?: string;
  readonly limit?: string;
  readonly cursor?: string;
  readonly paths?: boolean;
  readonly null?: boolean;
  readonly count?: boolean;
  readonly explain?: boolean;
}

const DEFAULT_LIMIT = 20;

/** `metacache query`: the files that meet all criteria. */
export const command: CommandDefinition = {
  example: "query --language python --doc doc/DESIGN.md --sort -size",
  options: [
    ["--language <names...>", "written in any of these languages, e.g. --language go rust"],
    ["--function <names...>", "define any of these functions or methods, e.g. --function main"],
    ["--class <names...>", "define any of these classes, e.g. --class Cache"],
    ["--doc <targets...>", "refer to any of these documents, e.g. --doc doc/DESIGN.md"],
    ["--path <pattern>", "whose path from the project's root matches this regular expression (RE2), e.g. --path '^src/.*_test'"],
    ["--prefix <prefix>", "whose path, as seen from here, begins so, e.g. --prefix src/"],
    ["--sort <order>", "path, language, size or modifiedAt; with - before it, descending, e.g. --sort -size"],
    ["--limit <n>", "at most so many, e.g. --limit 50 (default: 20; with --paths, all)"],
    ["--cursor <cursor>", "continue after an earlier answer, with the cursor that it gave"],
    ["--paths", "print paths alone, one a line, all of them"],
    ["-0, --null", "like --paths, each as it is with a NUL after it, for xargs -0"],
    ["--count", "print how many there are, and nothing else"],
    ["--explain", "say how the query is answered, and what that costs"],
    NO_WAIT,
  ],
  notes: "A * at the end of a name stands for any ending: --function 'get*'.\nWrite \\* for the character itself.",
  run,
};

async function run(options: QueryOptions): Promise<ExitCode> {
  if (options.null === true && process.stdout.isTTY) {
    throw new MetacacheError("E_CONFIG", "--null writes names as they are, which a terminal would obey", {
      remedy: "pipe it, or give --paths",
    });
  }
  const session = await openSession(options);
  const onlyPaths = options.paths === true || options.null === true;
  const query = queryOf(options, session, onlyPaths);
  return session.withCache((cache) =>
    inFlags(async (): Promise<ExitCode> => {
      if (options.explain === true) return explain(session, cache, query, options.count === true);
      const incomplete = await incompleteness(cache.source);
      const total =
        options.count === true
          ? count(session, cache, query, incomplete)
          : await list(session, cache, query, { ...options, onlyPaths, incomplete });
      const byName = [options.language, options.function, options.class, options.doc].some((names) => names !== undefined);
      noteIncomplete(session.output, incomplete);
      if (total === 0 && byName) await noteSkipped(session, cache);
      return total === 0 && byName ? 1 : 0;
    }),
  );
}

function queryOf(options: QueryOptions, { place }: Session, onlyPaths: boolean): MetadataQuery {
  return {
    language: termsOf(options.language),
    functionName: termsOf(options.function),
    className: termsOf(options.class),
    referenceDoc: termsOf(options.doc),
    pathPattern: options.path,
    pathPrefix: options.prefix === undefined ? undefined : place.prefix(options.prefix),
    orderBy: options.sort as OrderBy | undefined,
    limit: options.limit === undefined ? (onlyPaths ? undefined : DEFAULT_LIMIT) : wholeNumber(options.limit),
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
  readonly incomplete: Finding | undefined;
}

async function list(session: Session, cache: MetadataCache, query: MetadataQuery, listing: Listing): Promise<number> {
  const { project, place, output } = session;
  const { onlyPaths, incomplete } = listing;
  // For paths alone, all of these are in the index: no record is loaded.
  const answer = await cache.query(onlyPaths ? { ...query, select: ["path", "size", "modifiedAt"] } : query);
  const outdated = await outdatedOf(session, cache, answer.items);
  const items = onlyPaths ? answer.items.map(({ path }) => ({ path })) : answer.items;
  output.document("query", { root: project.root, ...answer, items, ...outdatedContent(outdated), ...incompleteContent(incomplete) });
  if (!onlyPaths) printTable(session, answer);
  else if (listing.null !== true) for (const { path } of items) output.line(place.shown(path));
  else if (listing.json !== true) writeRaw(items.map(({ path }) => `${place.printed(path)}\0`).join(""));
  noteRest(session, answer);
  noteOutdated(output, place, outdated);
  return answer.total;
}

/** A name that nothing has may stand in a file that was left out. */
async function noteSkipped({ output }: Session, cache: MetadataCache): Promise<void> {
  const skipped = (await cache.source.allSkipped()).filter(({ reason }) => reason !== "binary");
  if (skipped.length > 0) output.note(`not searched, for they were skipped: ${describeSkips(skipped)} (\`metacache status\` lists them)`);
}

async function outdatedOf({ project }: Session, cache: MetadataCache, files: readonly ShownFile[]): ReturnType<typeof findOutdated> {
  if (project.root === undefined) return [];
  return findOutdated(project.root, files, async (path) => (await cache.getMetadata(path))?.digest);
}

function printTable({ output, place }: Session, answer: QueryAnswer<FileMetadata>): void {
  output.table(
    answer.items.map((record) => [
      place.shown(record.path),
      record.language,
      counted(record.functions.length, "function"),
      record.classes.length === 1 ? "1 class" : `${record.classes.length} classes`,
      shortened(record.headerSections.intent),
    ]),
  );
  output.line(`${answer.items.length} of ${answer.total} files, at revision ${answer.revision}.`);
}

/** What an answer leaves out is told beside it, on stderr: a pipe sees only the answer. */
function noteRest({ output }: Session, answer: QueryAnswer<object>): void {
  if (answer.unreadable > 0)
    output.note(`${counted(answer.unreadable, "row")} cannot be read and may be missing here: \`metacache status\` lists them`);
  if (answer.nextCursor === undefined) return;
  output.note(
    `there are more: ${answer.items.length} of ${answer.total} are shown; continue with --cursor ${quoteName(answer.nextCursor)}, or raise --limit`,
  );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_LIMIT) return number;
  throw new MetacacheError("E_CONFIG", `--limit must be an integer from 1 to ${MAX_LIMIT}, not ${JSON.stringify(text)}`);
}

const MAX_LIMIT = 1_000_000;

/** A `*` at the end of a name stands for any ending; `\\*` there is the character itself, as in C++'s `operator*`. */
function termsOf(names: readonly string[] | undefined): TermCriterion | undefined {
  return names?.map((name) => {
    if (!name.endsWith("*")) return name;
    return name.endsWith("\\*") ? `${name.slice(0, -2)}*` : { prefix: name.slice(0, -1) };
  });
}

function shortened(text: string): string {
  const characters = Array.from(text.slice(0, 200));
  return characters.length > 60 ? `${characters.slice(0, 59).join("")}…` : text;
}
