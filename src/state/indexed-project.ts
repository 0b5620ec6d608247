import type { StoredChange, StoredRow } from "../database/metadata-database.ts";
import { IndexLoader } from "../indexing/index-loader.ts";
import type { IndexManager } from "../indexing/index-manager.ts";
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

export function indexedProject(index: IndexManager, unreadable: ReadonlyMap<ProjectPath, string> = new Map()): IndexedProject {
  return { index, engine: new QueryEngine(index), unreadable: new Map(unreadable) };
}

/** The rows of a project that come in any order, each once. */
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

/** Makes changes newer than `known`; all terms are computed before the first one is made. */
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
  newer.forEach((change, position) => {
    const { path } = change;
    const before = index.size;
    const record = recordOf(change);
    const recordTerms = terms[position];
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

/** Whether a record's last change is the same in two indexes of the same history. */
export function hasSameRevision(one: IndexManager, other: IndexManager, path: ProjectPath): boolean {
  const [id, otherId] = [one.idOf(path), other.idOf(path)];
  return id !== undefined && otherId !== undefined && one.revisionOf(id) === other.revisionOf(otherId);
}
