import type { MetadataCache } from "../../cache/metadata-cache.ts";
import { shownLocation } from "../../database/location/database-location.ts";
import type { MetadataQuery } from "../../query/metadata-query.ts";
import { quoteName } from "../../base/escape.ts";
import { invocation, shellWord } from "../invocation.ts";
import { bytes } from "../../base/words.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { runIndex } from "./index-command.ts";

/** `metacache tour`: indexes the project, shows three queries with their times, and says what to type next. */
export const command: CommandDefinition = {
  example: "tour",
  indexes: true,
  run,
};

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const report = { ...(await runIndex(session)), elapsedMs: Math.round(session.elapsedMs()) };
  const { output } = session;
  output.line(`Indexed ${quoteName(report.root)} into ${quoteName(shownLocation(session.project.database))}`);
  output.line(
    `${report.files} files in ${(report.elapsedMs / 1_000).toFixed(2)} s: ${report.added} added, ${report.changed} changed, ` +
      `${report.unchanged} unchanged, ${report.removed} removed, ${report.skipped.length} skipped.`,
  );
  if (report.aborted) return 2;
  return session.withCache(async (cache): Promise<ExitCode> => {
    const stats = cache.getStats();
    output.line(
      `The cache holds ${stats.records} records: index ${bytes(stats.indexBytes)}, ${stats.residents} records in memory ${bytes(stats.residentBytes)}.`,
    );
    const queries = [];
    for (const { title, query } of sampleQueries(cache)) queries.push(await runSample(session, cache, title, query));
    const next = nextCommands(cache, session, options);
    output.document("tour", { report, stats, queries, next });
    output.line();
    output.line("Type next:");
    for (const line of next) output.line(`  ${line}`);
    return 0;
  });
}

/** Three questions that this project has answers to: about its most frequent function, class and language. */
function sampleQueries(cache: MetadataCache): { title: string; query: MetadataQuery }[] {
  const [fn] = cache.terms("functionName");
  const [cls] = cache.terms("className");
  const [language] = cache.terms("language");
  const samples: { title: string; query: MetadataQuery }[] = [];
  if (fn !== undefined) samples.push({ title: `files that define a function ${quoteName(fn.term)}`, query: { functionName: fn.term } });
  if (cls !== undefined) samples.push({ title: `files that define a class ${quoteName(cls.term)}`, query: { className: cls.term } });
  if (language !== undefined) {
    samples.push({
      title: `${language.term} files with "test" in their path, first 10`,
      query: { language: language.term, pathPattern: "test", limit: 10 },
    });
  }
  return samples;
}

/** Commands that work in this very project, from this very folder. */
function nextCommands(cache: MetadataCache, { place }: Session, { project, database, name }: CommonOptions): readonly string[] {
  const chosen = Object.entries({ project, database, name }).flatMap(([flag, value]) => (value === undefined ? [] : [`--${flag}`, value]));
  const typed = (...words: readonly string[]): string => [invocation(), ...[...words, ...chosen].map(shellWord)].join(" ");
  const plain = (index: "className" | "functionName" | "language" | "referenceDoc"): string | undefined =>
    cache.terms(index).find(({ term }) => isPlain(term))?.term;
  const [language, fn, document] = [plain("language"), plain("functionName"), plain("referenceDoc")];
  const path = cache.paths({ ...(fn !== undefined && { functionName: fn }) }).find(isPlain);
  return [
    ...(language === undefined ? [] : [typed("query", "--language", language, "--limit", "5")]),
    ...(fn === undefined ? [] : [typed("query", "--function", fn, "--paths")]),
    ...(path === undefined ? [] : [typed("get", place.printed(path))]),
    ...(document === undefined ? [] : [typed("refs", document)]),
    typed("status"),
    `${invocation()} --help`,
  ];
}

/** No escapes and no options: an example that can be read and typed. */
function isPlain(text: string): boolean {
  return quoteName(text) === text && !text.startsWith("-") && !text.includes("*") && text.length < 200;
}

async function runSample(
  { output, place, clock }: Session,
  cache: MetadataCache,
  title: string,
  query: MetadataQuery,
): Promise<{ title: string; query: MetadataQuery; total: number; microseconds: number }> {
  await cache.query(query);
  const startedAt = clock.microseconds();
  const { items, total } = await cache.query(query);
  const microseconds = Math.round(clock.microseconds() - startedAt);
  output.line();
  output.line(`${title}: ${total} in ${microseconds} us`);
  for (const { path } of items.slice(0, 3)) output.line(`  ${place.shown(path)}`);
  if (total > 3) output.line("  …");
  return { title, query, total, microseconds };
}
