import { relative, sep } from "node:path";
import type { ResolvedProject } from "../../cache/open-metadata-cache.ts";
import type { IndexReport } from "../../extraction/index-report.ts";
import { indexSourceTree } from "../../extraction/index-source-tree.ts";
import { countReasons, type SkippedPath } from "../../extraction/skip-reason.ts";
import { MetacacheError } from "../../base/errors.ts";
import { shown, type Output } from "../output.ts";
import { progressLine } from "../progress-line.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";

export interface IndexCommandOptions extends CommonOptions {
  readonly force?: boolean;
}

/** `metacache index [dir]`: brings the project's records in step with its files. */
export async function indexCommand(directory: string | undefined, options: IndexCommandOptions): Promise<ExitCode> {
  const session = await openSession(options, directory);
  const report = withoutOwnFiles(await runIndex(session, options.force), session.project);
  session.output.document("index", report);
  printReport(session.output, report);
  return report.aborted ? 2 : 0;
}

/** The project's own database may lie in its folder: nobody has to be told that it is no source. */
function withoutOwnFiles(report: IndexReport, { root, database }: ResolvedProject): IndexReport {
  if (root === undefined || database.kind !== "sqlite") return report;
  const own = relative(root, database.file).split(sep).join("/");
  const isOwn = ({ path, reason }: SkippedPath): boolean => reason === "database" && path.replace(/-(?:wal|shm|journal)$/, "") === own;
  return { ...report, skipped: report.skipped.filter((skip) => !isOwn(skip)) };
}

/** Ctrl-C stops it cleanly: what was written stays, and the next run goes on from there. */
export async function runIndex(session: Session, force: boolean = false): Promise<IndexReport> {
  const { root, config } = session.project;
  if (root === undefined)
    throw new MetacacheError("E_SOURCE", `project "${session.project.name}" is given by name: name its folder to index it`);
  const { maxFileBytes, languages, exclude } = config.indexing;
  const files = { maxFileBytes, exclude, force, ...(languages !== undefined && { languages }) };
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  const progress = progressLine(process.stderr, session.clock);
  process.once("SIGINT", interrupt);
  try {
    return await session.withCache(
      (cache) => indexSourceTree(root, cache, { ...files, signal: interruption.signal, onProgress: progress.show, clock: session.clock }),
      false,
    );
  } finally {
    process.off("SIGINT", interrupt);
    progress.clear();
  }
}

const SHOWN_SKIPS = 20;

function printReport(output: Output, report: IndexReport): void {
  const { added, changed, unchanged, removed, skipped } = report;
  output.line(`Indexed ${shown(report.root)} in ${(report.elapsedMs / 1_000).toFixed(2)} s (files listed by ${report.method}).`);
  output.line(
    `${report.files} files: ${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${skipped.length} skipped.`,
  );
  for (const warning of report.warnings) output.line(`Warning: ${warning}`);
  const languages = Object.entries(report.byLanguage).sort(([, a], [, b]) => b - a);
  if (languages.length > 0) output.line(`Languages: ${languages.map(([name, count]) => `${name} ${count}`).join(", ")}.`);
  const problems = Object.entries(report.problems).filter(([, count]) => count > 0);
  if (problems.length > 0) output.line(`Marked: ${problems.map(([name, count]) => `${name} ${count}`).join(", ")}.`);
  if (skipped.length > 0) {
    output.line(
      `Skipped: ${Array.from(countReasons(skipped))
        .map(([reason, count]) => `${reason} ${count}`)
        .join(", ")}.`,
    );
    output.table(skipped.slice(0, SHOWN_SKIPS).map((skip) => [`  ${shown(skip.path)}`, skip.reason, skip.detail ?? ""]));
    if (skipped.length > SHOWN_SKIPS) output.line(`  and ${skipped.length - SHOWN_SKIPS} more: --json lists all`);
  }
  if (report.aborted) output.line("Stopped before the end: what was done is kept, and the next run goes on from here.");
}
