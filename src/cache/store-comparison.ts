import { type Finding, type FindingCode, finding } from "../base/finding.ts";
import type { ProjectStore, StoredRow } from "../database/metadata-database.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { TermsByRecord } from "../indexing/terms-by-record.ts";
import { INDEX_NAMES, sameTerms, termsOf } from "../record/terms.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";

const PAGE_SIZE = 250;

/**
 * Compares what the cache knows with every row of the store: all paths, revisions, terms and residents. Rows that
 * change while it runs are left to the feed: only what had not changed since the snapshot is compared.
 */
export async function compareWithStore(state: CacheState, store: ProjectStore, synchronizer: DatabaseSynchronizer): Promise<Finding[]> {
  const scan = await store.scan(PAGE_SIZE);
  const findings: Finding[] = [];
  const seen = new Set<ProjectPath>();
  const terms = new TermsByRecord();
  try {
    await synchronizer.catchUp();
    for await (const rows of scan.pages) {
      for (const row of rows) {
        seen.add(row.path);
        findings.push(...compareRow(state, row, terms, scan.position.revision));
      }
    }
  } finally {
    await scan.close();
  }
  for (const path of state.index.paths()) {
    const id = state.index.idOf(path);
    const known = id === undefined ? Infinity : state.index.revisionOf(id);
    if (!seen.has(path) && known <= scan.position.revision)
      findings.push(difference("ROW_MISSING", path, (name) => `the database has no row for ${name}, which is indexed`));
  }
  return findings;
}

function compareRow(state: CacheState, row: StoredRow, terms: TermsByRecord, snapshot: number): Finding[] {
  const { path } = row;
  const id = state.index.idOf(row.path);
  if (id === undefined) {
    const moved = state.revision > snapshot;
    return state.unreadable.has(row.path) || moved
      ? []
      : [difference("ROW_NOT_INDEXED", path, (name) => `the database has a row for ${name}, which is not indexed`)];
  }
  const known = state.index.revisionOf(id);
  if (known > snapshot) return [];
  if (known !== row.revision)
    return [difference("ROW_REVISION", path, (name) => `${name} was last changed at revision ${row.revision}, not ${known}`)];
  if (row.record === undefined) {
    const remedy = "run `metacache index`, which writes it anew";
    return [finding("ROW_UNREADABLE", `the row of ${JSON.stringify(path)} cannot be read: ${row.unreadable}`, { path, remedy })];
  }

  const findings: Finding[] = [];
  const indexed = terms.termsOf(state.index, id);
  const own = termsOf(row.record);
  for (const index of INDEX_NAMES) {
    if (!sameTerms(indexed[index], own[index]))
      findings.push(difference("ROW_CONTENT", path, (name) => `${name} has other ${index} terms than are indexed`));
  }
  const resident = state.storage.peek(id);
  if (resident !== undefined && !isSameValue(resident, row.record)) {
    findings.push(difference("ROW_CONTENT", path, (name) => `the row of ${name} differs from the record in memory`));
  }
  return findings;
}

function difference(code: FindingCode, path: ProjectPath, problem: (name: string) => string): Finding {
  return finding(code, problem(JSON.stringify(path)), { path, remedy: REMEDY });
}

const REMEDY = "clear the project with `metacache clear`, run `metacache index`, and report this";

/** Whether two values of JSON are equal, in whatever order their fields stand. */
function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  const fields = Object.keys(one);
  if (Array.isArray(one) !== Array.isArray(other) || fields.length !== Object.keys(other).length) return false;
  return fields.every((field) => Object.hasOwn(other, field) && isSameValue(fieldOf(one, field), fieldOf(other, field)));
}

function fieldOf(value: object, field: string): unknown {
  return (value as Readonly<Record<string, unknown>>)[field];
}
