import type { StoredChange, StoredRow } from "../database/metadata-database.ts";
import { IndexLoader } from "../indexing/index-loader.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { termsOf } from "../record/terms.ts";
import { QueryEngine } from "../query/query-engine.ts";
import type { Admission, CacheStorage } from "../storage/cache-storage.ts";
import type { SyncCounts } from "../sync/sync-sink.ts";

/**
 * The index of one project, its query engine, and the rows of the database that cannot be read,
 * each with the reason.
 */
export interface IndexedProject {
  readonly index: IndexManager;
  readonly engine: QueryEngine;
  readonly unreadable: Map<ProjectPath, string>;
}

export function indexedProject(index: IndexManager, unreadable: ReadonlyMap<ProjectPath, string> = new Map()): IndexedProject {
  return { index, engine: new QueryEngine(index), unreadable: new Map(unreadable) };
}

/** Collects all rows of a project, each once, in any order. */
export class LoadedRows {
  readonly loader: IndexLoader = new IndexLoader();
  readonly unreadable: Map<ProjectPath, string> = new Map();

  add(rows: readonly StoredRow[], storage: CacheStorage | undefined): void {
    for (const row of rows) {
      if (row.record === undefined) this.unreadable.set(row.path, row.unreadable);
      else {
        this.loader.add(row.record, row.revision, termsOf(row.record));
        storage?.put(undefined, row.record, "if-room");
      }
    }
  }
}

/** Less than any revision. */
export const NOTHING_KNOWN = -1;

/**
 * Makes the changes that are newer than `known`. Computes all terms first, so that a failure there
 * changes nothing.
 */
export function applyChanges(
  { index, unreadable }: IndexedProject,
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
  newer.forEach((change, at) => {
    const { path } = change;
    const before = index.size;
    const record = recordOf(change);
    const recordTerms = terms[at];
    unreadable.delete(path);
    if (record !== undefined && recordTerms !== undefined) {
      const id = index.put(record, change.revision, recordTerms);
      storage?.put(id, record, admission);
      if (index.size > before) added++;
      else changed++;
      return;
    }
    if ("unreadable" in change && change.unreadable !== undefined) unreadable.set(path, change.unreadable);
    if (!index.remove(path)) return;
    storage?.remove(path);
    removed++;
  });
  return { added, changed, removed };
}

function recordOf(change: StoredChange): FileMetadata | undefined {
  return "record" in change ? change.record : undefined;
}

/**
 * True if the record's last change is the same in both indexes. Both must be of the same history.
 */
export function hasSameRevision(one: IndexManager, other: IndexManager, path: ProjectPath): boolean {
  const [id, otherId] = [one.idOf(path), other.idOf(path)];
  return id !== undefined && otherId !== undefined && one.revisionOf(id) === other.revisionOf(otherId);
}
