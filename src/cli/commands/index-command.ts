import { relative, sep } from "node:path";
import { DatabaseUnavailableError, MetacacheError, messageOf } from "../../base/errors.ts";
import type { ProjectSink } from "../../cache/opening/project-sink.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { TombstonePolicy } from "../../database/forget-tombstones.ts";
import type { IndexReport } from "../../extraction/run/index-report.ts";
import { indexSourceTree } from "../../extraction/run/index-source-tree.ts";
import { countReasons, type SkippedPath } from "../../extraction/run/skip-reason.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted, duration, grouped } from "../../base/text/words.ts";
import type { Output } from "../terminal/output.ts";
import { progressLine } from "../terminal/progress-line.ts";
import { rebuildDatabase } from "../rebuild-database.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession, type Session } from "../session.ts";
import { keepYoungGenerationSmall } from "../young-generation.ts";

interface IndexCommandOptions extends CommonOptions {
  readonly rebuild?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** `metacache index [dir]`: updates the project's records from its files. */
export const command: CommandDefinition = {
  example: "index . --json",
  indexes: true,
  options: [
    ["--force", "read every file again, even if it has not changed"],
    ["--rebuild", "create the database again, if it is damaged"],
    ["--yes", "with --rebuild: lose the other projects of the database that cannot be read"],
  ],
  run,
};

async function run(options: IndexCommandOptions, directory?: string): Promise<ExitCode> {
  keepYoungGenerationSmall();
  const session = await openSession(options, directory);
  const index = (project: ResolvedProject): Promise<IndexReport> => runIndex(session, project, options.force === true);
  const done = options.rebuild === true ? await rebuildDatabase(session, index, options.yes === true) : await index(session.project);
  const report = { ...withoutOwnFiles(done, session.project), elapsedMs: Math.round(session.elapsedMs()) };
  session.output.document("index", report);
  printReport(session, report);
  return report.aborted ? 2 : 0;
}

/**
 * Removes the project's own database from the skipped files. The database may lie in the project's
 * folder, and nobody needs to know that it is not source.
 */
function withoutOwnFiles(report: IndexReport, { root, database }: ResolvedProject): IndexReport {
  if (root === undefined || database.kind !== "sqlite") return report;
  const own = relative(root, database.file).split(sep).join("/");
  const isOwn = ({ path, reason }: SkippedPath): boolean => reason === "database" && path.replace(/-(?:wal|shm|journal)$/, "") === own;
  return { ...report, skipped: report.skipped.filter((skip) => !isOwn(skip)) };
}

/**
 * Indexes the project. Ctrl-C stops the run cleanly: the written records stay, and the next run
 * continues from there.
 */
export async function runIndex(session: Session, project: ResolvedProject = session.project, force: boolean = false): Promise<IndexReport> {
  const { root } = project;
  const { maxFileBytes, languages, exclude, tombstoneDays } = project.config.indexing;
  if (root === undefined)
    throw new MetacacheError("E_SOURCE", `the project ${JSON.stringify(project.label)} is given by name`, {
      remedy: "to index it, give its folder",
    });
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort();
  const progress = progressLine(process.stderr, session.clock);
  process.once("SIGINT", interrupt);
  try {
    return await session.withSink(project, async (sink) => {
      const report = await indexSourceTree(root, sink, {
        maxFileBytes,
        exclude,
        ...(languages !== undefined && { languages }),
        force,
        signal: interruption.signal,
        onProgress: progress.show,
        clock: session.clock,
      });
      return report.aborted ? report : forgetTombstones(sink, report, { olderThanDays: tombstoneDays, now: session.clock.now() });
    });
  } finally {
    process.off("SIGINT", interrupt);
    progress.clear();
  }
}

/**
 * Forgets old tombstones after a run. If this fails, the run itself still counts, and the next run
 * tries again.
 */
async function forgetTombstones(sink: ProjectSink, report: IndexReport, policy: TombstonePolicy): Promise<IndexReport> {
  try {
    await sink.forgetTombstones(policy);
    return report;
  } catch (error) {
    if (!(error instanceof DatabaseUnavailableError)) throw error;
    return { ...report, warnings: [...report.warnings, `old tombstones were not forgotten: ${messageOf(error)}`] };
  }
}

const SHOWN_SKIPS = 20;

function printReport({ output, place }: Session, report: IndexReport): void {
  const { added, changed, unchanged, removed, skipped, takenOver } = report;
  const counts = { added, changed, unchanged, removed, skipped: skipped.length };
  output.line(`Indexed ${quoteName(report.root)} in ${duration(report.elapsedMs)} (files listed by ${report.method}).`);
  output.line(
    `${counted(report.files, "file")}: ${Object.entries(counts)
      .map(([what, count]) => `${grouped(count)} ${what}`)
      .join(", ")}.`,
  );
  if (takenOver > 0)
    output.line(`${grouped(takenOver)} of them were not parsed, because the database already had files with the same bytes.`);
  for (const warning of report.warnings) output.line(`Warning: ${warning}`);
  printCounts(output, "Languages", report.byLanguage);
  printCounts(output, "Marked", report.problems);
  if (skipped.length > 0) {
    printCounts(output, "Skipped", Object.fromEntries(countReasons(skipped)));
    output.table(skipped.slice(0, SHOWN_SKIPS).map((skip) => [`  ${place.shown(skip.path)}`, skip.reason, skip.detail ?? ""]));
    if (skipped.length > SHOWN_SKIPS) output.note(`${grouped(skipped.length - SHOWN_SKIPS)} more files were skipped: --json lists all`);
  }
  if (report.aborted) output.line("Stopped before the end. The finished files are stored, and the next run continues from there.");
}

function printCounts(output: Output, title: string, counts: Readonly<Record<string, number>>): void {
  const present = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  if (present.length > 0) output.line(`${title}: ${present.map(([name, count]) => `${name} ${grouped(count)}`).join(", ")}.`);
}
