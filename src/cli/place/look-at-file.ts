import { join } from "node:path";
import { MetacacheError, messageOf } from "../../base/errors.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import { lookAt } from "../../files/open-databases.ts";
import type { RecordSink } from "../../extraction/run/record-sink.ts";
import type { FileMetadata } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { digestOfFile } from "./outdated-files.ts";
import { wholeRunOf } from "./whole-run.ts";
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
  const run = root === undefined ? undefined : await wholeRunOf(store.source, root);
  if (root === undefined || run === undefined) return false;
  if (!file.isOutdated && isAsItWas(join(root, file.path), file.record, run.begunAt)) return false;
  try {
    const taken = await takeOver(session, root, store, file, run.lister === "git");
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
    import("../../watch/changes/take-over.ts"),
    import("../../cache/writing/source-log.ts"),
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
 * Tells if the file equals its record, although it may have changed after the last run without a
 * new size or time. The digest decides then.
 */
function isAsItWas(absolute: string, record: FileMetadata | undefined, since: number): boolean {
  if (!hasChangedSince(absolute, since)) return true;
  return record !== undefined && digestOfFile(absolute, record.size) === record.digest;
}

function hasChangedSince(absolute: string, since: number): boolean {
  const stats = lookAt(absolute);
  return stats?.isFile() === true && stats.ctimeMs >= since;
}
