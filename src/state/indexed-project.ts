import type { StoredChange } from "../database/metadata-database.ts";
import { IndexManager } from "../indexing/index-manager.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { termsOf } from "../record/terms.ts";
import { QueryEngine } from "../query/query-engine.ts";
import type { Admission, CacheStorage } from "../storage/cache-storage.ts";
import type { SyncCounts } from "../sync/sync-sink.ts";

/** The index of one project, how it is asked, and the rows that the database has but that cannot be read, each with why. */
export interface IndexedProject {
  readonly index: IndexManager;
  readonly engine: QueryEngine;
  readonly unreadable: Map<ProjectPath, string>;
}

export function newIndexedProject(): IndexedProject {
  const index = new IndexManager();
  return { index, engine: new QueryEngine(index), unreadable: new Map() };
}

/** Less than any revision. */
export const NOTHING_KNOWN = -1;

/** Makes changes newer than `known`; all terms are computed before the first one is made. */
export function applyChanges(
  project: IndexedProject,
  changes: readonly StoredChange[],
  known: number,
  storage: CacheStorage | undefined,
  admission: Admission,
): SyncCounts {
  const newer = changes.filter((change) => change.revision > known);
  const terms = newer.map((change) => (recordOf(change) === undefined ? undefined : termsOf(recordOf(change) as FileMetadata)));
  let added = 0;
  let changed = 0;
  let removed = 0;
  newer.forEach((change, position) => {
    const { index, unreadable } = project;
    const before = index.size;
    const record = recordOf(change);
    const recordTerms = terms[position];
    unreadable.delete(change.path);
    if (record !== undefined && recordTerms !== undefined) {
      const id = index.put(record, change.revision, recordTerms);
      storage?.apply(id, record, admission);
      if (index.size > before) added++;
      else changed++;
      return;
    }
    if ("unreadable" in change && change.unreadable !== undefined) unreadable.set(change.path, change.unreadable);
    const id = index.remove(change.path);
    if (id === undefined) return;
    storage?.apply(id, undefined);
    removed++;
  });
  return { added, changed, removed };
}

function recordOf(change: StoredChange): FileMetadata | undefined {
  return "record" in change ? change.record : undefined;
}

/** The id of a record in another index of the same history, if its last change is the same there. */
export function sameRevision(before: IndexManager, id: RecordId, after: IndexManager, path: ProjectPath): RecordId | undefined {
  const other = after.idOf(path);
  return other !== undefined && after.revisionOf(other) === before.revisionOf(id) ? other : undefined;
}
