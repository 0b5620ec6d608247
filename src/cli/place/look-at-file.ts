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

/** A file that may differ from what the index says of it. */
export interface LookedAt {
  readonly path: ProjectPath;
  /** `undefined` if there is none. */
  readonly record: FileMetadata | undefined;
  /** Whether the file is known to be another one than its record says. */
  readonly isOutdated: boolean;
}

/**
 * Brings the record of one file in step with the file, for an answer about this file alone. Returns
 * whether anything was taken over, and says so on stderr. Looks only at a file of a tree that was
 * indexed here, to its end. A file without a record counts only if something happened to it since
 * then: the run may have left it out by an option of its own.
 */
export async function lookAtFile(session: Session, store: ProjectStore, file: LookedAt): Promise<boolean> {
  const { project, output } = session;
  const { root } = project;
  const complete = root === undefined ? undefined : completeRun(await runsOf(store), root);
  if (root === undefined || complete === undefined) return false;
  if (!file.isOutdated && isAsItWas(join(root, file.path), file.record, complete.begunAt)) return false;
  try {
    const taken = await takeOver(session, root, store, file, complete.lister === "git");
    if (taken) output.note("looked: 1 file taken over");
    return taken;
  } catch (error) {
    if (!(error instanceof MetacacheError)) throw error;
    output.note(`looked, but could not take over what changed: ${messageOf(error)}`);
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
 * The last run over the whole tree, if it was over this folder and no other one was begun since.
 */
function completeRun(runs: SourceRuns | undefined, root: string): SourceRuns["complete"] {
  const complete = runs?.complete;
  return complete?.root === root && complete.begunAt >= (runs?.latest.begunAt ?? 0) ? complete : undefined;
}

/** Another program may have written nonsense there: the command says so beside its answer. */
async function runsOf(store: ProjectStore): Promise<SourceRuns | undefined> {
  try {
    return await store.source.runs();
  } catch (error) {
    if (isMetacacheError(error, "E_RECORD")) return undefined;
    throw error;
  }
}

/**
 * Of a file that something happened to since the last run, though size and time are what they were,
 * the digest tells.
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
