import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { MetadataQuery } from "../../query/metadata-query.ts";
import { shownLocation } from "../../database/database-location.ts";
import { bytes, type Output, shown } from "../output.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";
import { runIndex } from "./index-command.ts";

/** `metacache tour`: indexes the project, shows three queries with their times, and says what to type next. */
export async function tourCommand(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const report = await runIndex(session);
  const { output, clock } = session;
  output.line(`Indexed ${shown(report.root)} into ${shown(shownLocation(session.project.database))}`);
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
    for (const { title, query } of sampleQueries(cache))
      queries.push(await runSample(cache, output, title, query, () => clock.microseconds()));
    output.document("tour", { report, stats, queries });
    output.line();
    output.line("Type next:");
    output.line("  npm start -- query --language typescript --limit 5");
    output.line("  npm start -- get src/cache/metadata-cache.ts");
    output.line("  npm start -- --help");
    return 0;
  });
}

/** Three questions that this project has answers to: about its most frequent function, class and folder. */
function sampleQueries(cache: MetadataCache): { title: string; query: MetadataQuery }[] {
  const [fn] = cache.terms("functionName");
  const [cls] = cache.terms("className");
  const [language] = cache.terms("language");
  const samples: { title: string; query: MetadataQuery }[] = [];
  if (fn !== undefined) samples.push({ title: `files that define a function ${shown(fn.term)}`, query: { functionName: fn.term } });
  if (cls !== undefined) samples.push({ title: `files that define a class ${shown(cls.term)}`, query: { className: cls.term } });
  if (language !== undefined) {
    samples.push({
      title: `${language.term} files with "test" in their path, first 10`,
      query: { language: language.term, pathPattern: "test", limit: 10 },
    });
  }
  return samples;
}

async function runSample(
  cache: MetadataCache,
  output: Output,
  title: string,
  query: MetadataQuery,
  now: () => number,
): Promise<{ title: string; query: MetadataQuery; total: number; microseconds: number }> {
  await cache.query(query);
  const startedAt = now();
  const { items, total } = await cache.query(query);
  const microseconds = Math.round(now() - startedAt);
  output.line();
  output.line(`${title}: ${total} in ${microseconds} us`);
  for (const { path } of items.slice(0, 3)) output.line(`  ${shown(path)}`);
  if (total > 3) output.line("  …");
  return { title, query, total, microseconds };
}
