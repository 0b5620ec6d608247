import { lstatSync } from "node:fs";
import { join } from "node:path";
import { isMetacacheError, MetacacheError, messageOf } from "../../base/errors.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { SourceRuns } from "../../database/source-store.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { digestOfFile } from "./outdated-files.ts";
import type { Session } from "../session.ts";

/** A file that may differ from its record. */
export interface LookedAt {
  readonly path: ProjectPath;
  /** `undefined` if the file has no record. */
  readonly record: FileMetadata | undefined;
  /** True if it is known that the file differs from its record. */
  readonly isOutdated: boolean;
}

/**
 * Updates the record of one file, for an answer about this file alone. Returns true if anything
 * changed, and says so on stderr. Looks at the file only if a run of this folder has read the whole
 * tree. A file without a record counts only if the file changed after that run: the run may have
 * skipped it because of a flag of its own.
 */
export async function lookAtFile(session: Session, store: ProjectStore, file: LookedAt): Promise<boolean> {
  const { project, output } = session;
  const { root } = project;
  const complete = root === undefined ? undefined : completeRun(await runsOf(store), root);
  if (root === undefined || complete === undefined) return false;
  if (!file.isOutdated && isAsItWas(join(root, file.path), file.record, complete.begunAt)) return false;
  try {
    const taken = await takeOver(session, root, store, file, complete.lister === "git");
    if (taken) output.note("updated the index: 1 file had changed");
    return taken;
  } catch (error) {
    if (!(error instanceof MetacacheError)) throw error;
    output.note(`could not update the index with the changed file: ${messageOf(error)}`);
    return false;
  }
}

async function takeOver(
  { project, clock }: Session,
  root: string,
  store: ProjectStore,
  { path, record }: LookedAt,
  asksGit: boolean,
): Promise<boolean> {
  const { exclude, languages, maxFileBytes } = project.config.indexing;
  const [{ takeOverFile }, { SourceLog }, { CacheLifetime }] = await Promise.all([
    import("../../watch/take-over.ts"),
    import("../../cache/source-log.ts"),
    import("../../cache/cache-lifetime.ts"),
  ]);
  const known = record === undefined ? [] : [record];
  const target = {
    update: (records: readonly FileMetadata[]) => store.write(records, []),
    copy: async (files: Parameters<ProjectStore["copy"]>[0]) => (await store.copy(files)).copied,
    unreadable: async () => {
      const { rows } = await store.readRows([path]);
      return new Set(rows.flatMap(({ unreadable }) => (unreadable === undefined ? [] : [path])));
    },
  };
  const sink: RecordSink = {
    async *fingerprints() {
      yield known;
    },
    update: target.update,
    remove: (paths) => store.write([], paths),
    source: new SourceLog(store, target, new CacheLifetime(store.project)),
  };
  const { added, changed, removed } = await takeOverFile(
    root,
    sink,
    { path, known: record, asksGit },
    { exclude, languages, maxFileBytes, clock },
  );
  return added + changed + removed > 0;
}

/**
 * Returns the last run over the whole tree. Returns `undefined` if it was over another folder, or
 * if a newer run has begun since.
 */
function completeRun(runs: SourceRuns | undefined, root: string): SourceRuns["complete"] {
  const complete = runs?.complete;
  return complete?.root === root && complete.begunAt >= (runs?.latest.begunAt ?? 0) ? complete : undefined;
}

/**
 * Another program may have stored invalid runs. The command reports that in addition to its answer.
 */
async function runsOf(store: ProjectStore): Promise<SourceRuns | undefined> {
  try {
    return await store.source.runs();
  } catch (error) {
    if (isMetacacheError(error, "E_RECORD")) return undefined;
    throw error;
  }
}

/**
 * Tells if the file equals its record, although it may have changed after the last run without a
 * new size or time. The digest decides then.
 */
function isAsItWas(absolute: string, record: FileMetadata | undefined, since: number): boolean {
  if (!hasChangedSince(absolute, since)) return true;
  return record !== undefined && digestOfFile(absolute, record.size) === record.digest;
}

function hasChangedSince(absolute: string, since: number): boolean {
  try {
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    return stats?.isFile() === true && stats.ctimeMs >= since;
  } catch {
    return false;
  }
}
