import type { ProjectStore, StoredRow } from "../database/metadata-database.ts";
import { isSameValue } from "../model/is-same-value.ts";
import type { ProjectPath } from "../model/project-path.ts";
import { INDEX_NAMES, termsOf } from "../model/terms.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";

const PAGE_SIZE = 250;

/**
 * Compares what the cache knows with every row of the store: all paths, revisions, terms and residents. Rows that
 * change while it runs are left to the feed: only what had not changed since the snapshot is compared.
 */
export async function compareWithStore(state: CacheState, store: ProjectStore, synchronizer: DatabaseSynchronizer): Promise<string[]> {
  const scan = await store.scan(PAGE_SIZE);
  const findings: string[] = [];
  const seen = new Set<ProjectPath>();
  try {
    await synchronizer.catchUp();
    for await (const rows of scan.pages) {
      for (const row of rows) {
        seen.add(row.path);
        findings.push(...compareRow(state, row, scan.position.revision));
      }
    }
  } finally {
    await scan.close();
  }
  for (const path of state.index.paths()) {
    const id = state.index.idOf(path);
    const known = id === undefined ? Infinity : state.index.revisionOf(id);
    if (!seen.has(path) && known <= scan.position.revision)
      findings.push(`database: has no row for ${JSON.stringify(path)}, which is indexed`);
  }
  return findings;
}

function compareRow(state: CacheState, row: StoredRow, snapshot: number): string[] {
  const path = JSON.stringify(row.path);
  const id = state.index.idOf(row.path);
  if (id === undefined) {
    const moved = state.revision > snapshot;
    return state.unreadable.has(row.path) || moved ? [] : [`database: has a row for ${path}, which is not indexed`];
  }
  const known = state.index.revisionOf(id);
  if (known > snapshot) return [];
  if (known !== row.revision) return [`database: ${path} was last changed at revision ${row.revision}, not ${known}`];
  if (row.record === undefined) return [`database: the row of ${path} cannot be read: ${row.unreadable}`];

  const findings: string[] = [];
  const indexed = state.index.termsOf(id);
  const own = termsOf(row.record);
  for (const name of INDEX_NAMES) {
    if (JSON.stringify(indexed[name]) !== JSON.stringify([...own[name]].sort()))
      findings.push(`database: ${path} has other ${name} terms than are indexed`);
  }
  const resident = state.storage.peek(id);
  if (resident !== undefined && !isSameValue(resident, row.record)) {
    findings.push(`database: the row of ${path} differs from the record in memory`);
  }
  return findings;
}
