import { describeFinding } from "../../base/finding.ts";
import { shownLocation } from "../../database/location/database-location.ts";
import type { Lease } from "../../watch/tree-lease.ts";
import type { SourceRuns } from "../../database/source-store.ts";
import { quoteName } from "../../base/text/escape.ts";
import { bytes, counted } from "../../base/text/words.ts";
import { INDEX_AGAIN, outdatedContent } from "../place/outdated-files.ts";
import type { CommandDefinition } from "../command-definition.ts";
import { type CommonOptions, type ExitCode, openSession } from "../session.ts";
import { describeIncomplete, describeSkip, describeSkips, incompleteContent, moment } from "../place/tree-reading.ts";
import { glanceAtStoredFiles } from "../place/stored-files.ts";
import { NO_WAIT, watcherOf } from "../place/wait-for-watcher.ts";
import { describeTree, examineTree, isInStep } from "../place/tree-state.ts";

/**
 * `metacache status`: prints where the project's data is, how much there is, how far the index is
 * behind the tree, and which rows are unreadable.
 */
export const command: CommandDefinition = {
  example: "status --json",
  options: [NO_WAIT],
  run,
};

async function run(options: CommonOptions): Promise<ExitCode> {
  const session = await openSession(options);
  const { project, output, place } = session;
  return session.withStore(async (store, database): Promise<ExitCode> => {
    const readAt = session.clock.now();
    const { revision, files, unreadable: faults } = await session.withProgress((onProgress) => glanceAtStoredFiles(store, onProgress));
    const records = files.length;
    const { projects, ...described } = await database.describe();
    const own = projects.find(({ name }) => name === project.name) ?? { tombstones: 0, revision: 0, horizon: 0 };
    const location = shownLocation(project.database);
    const unreadable = Array.from(faults, ([path, why]) => ({ path, why }));
    const tree = await examineTree(project, files, store.source);
    const runs = await store.source.runs();
    const skipped = await store.source.skippedFiles();
    const watcher = await watcherOf(project, store, session.clock);
    output.document("status", {
      project: project.label,
      root: project.root,
      database: location,
      engine: described.engine,
      schemaVersionOfStore: described.schemaVersion,
      databaseBytes: described.bytes,
      connections: described.connections ?? null,
      projects: projects.length,
      records,
      revision,
      storeRevision: own.revision,
      horizon: own.horizon,
      tombstones: own.tombstones,
      unreadable,
      tree: tree === undefined ? null : { changed: tree.changed, gone: tree.gone, added: tree.added, ...outdatedContent(tree.outdated) },
      watcher: watcher === undefined ? null : { pid: watcher.pid, ...watcher.status },
      lastRun: runs?.latest ?? null,
      lastCompleteRun: runs?.complete ?? null,
      ...incompleteContent(describeIncomplete(runs)),
      skipped,
      readAt,
    });
    output.table([
      ["project", quoteName(project.label)],
      ["database", `${quoteName(location)} (${bytes(described.bytes)}, ${counted(projects.length, "project")})`],
      ["engine", `${described.engine}, schema version ${described.schemaVersion}`],
      ...(described.connections === undefined ? [] : [["connections", String(described.connections)]]),
      ["records", String(records)],
      ["revision", own.revision === revision ? String(revision) : `${revision}; the database is at ${own.revision}`],
      ["deletions remembered", `${own.tombstones}, since revision ${own.horizon}`],
      ["unreadable rows", String(unreadable.length)],
      ["tree read", describeRuns(runs)],
      ...(watcher === undefined ? [] : [["watcher", describeWatcher(watcher)]]),
      ["skipped files", skipped.length === 0 ? "0" : `${runs?.complete?.skipped ?? skipped.length}: ${describeSkips(skipped)}`],
      ...(tree === undefined ? [] : [["files now", isInStep(tree) ? "same as in the index" : `${describeTree(tree)}: ${INDEX_AGAIN}`]]),
    ]);
    for (const { path, why } of unreadable) output.line(`  ${place.shown(path)}: ${why}; \`metacache index\` writes the row again`);
    const listed = skipped.filter(({ reason }) => reason !== "binary");
    for (const file of listed.slice(0, SHOWN_SKIPS)) output.line(`  ${place.shown(file.path)}: ${describeSkip(file)}`);
    if (listed.length > SHOWN_SKIPS) output.note(`${listed.length - SHOWN_SKIPS} more files were skipped: --json lists all`);
    return 0;
  });
}

const SHOWN_SKIPS = 20;

function describeWatcher({ pid, status }: Lease): string {
  const { state, reason, remedy, directories, everySeconds } = status;
  const what =
    state === "watching"
      ? `watching ${counted(directories, "folder")}`
      : `looking at all files every ${everySeconds} s, because ${reason}; remedy: ${remedy}`;
  return `process ${pid}, ${what}`;
}

function describeRuns(runs: SourceRuns | undefined): string {
  if (runs === undefined) return "never by `metacache index`";
  const end = runs.complete === undefined ? "never" : moment(runs.complete.endedAt);
  const incomplete = describeIncomplete(runs);
  return `completely: ${end}${incomplete === undefined ? "" : `; ${describeFinding(incomplete)}`}`;
}
