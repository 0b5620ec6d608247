import { type Finding, type FindingCode, finding } from "../base/finding.ts";
import type { ProjectStore, StoredRow, StorePosition } from "../database/metadata-database.ts";
import type { RecordId } from "../indexing/record-id.ts";
import { TermsByRecord } from "../indexing/terms-by-record.ts";
import type { FileMetadata } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { INDEX_NAMES, sameTerms, termsOf } from "../record/terms.ts";
import type { CacheState } from "../state/cache-state.ts";
import { type DatabaseSynchronizer, MAX_INCREMENTAL_CHANGES } from "../sync/database-synchronizer.ts";

const PAGE_SIZE = 250;

/**
 * Compares what the cache knows with every row of the store: all paths, revisions, terms, columns
 * and residents. So it proves that the index equals the rows, whatever the index was built from. If
 * a row changed after the snapshot and the feed says so, the difference is not a finding.
 */
export async function compareWithStore(state: CacheState, store: ProjectStore, synchronizer: DatabaseSynchronizer): Promise<Finding[]> {
  const asked = state.ask();
  const scan = await store.scan(PAGE_SIZE, asked.position);
  const comparison = new Comparison(state, scan.position);
  const provenTo = scan.continues ? (asked.position?.revision ?? 0) : 0;
  try {
    await synchronizer.catchUp();
    for await (const rows of scan.pages) {
      for (const row of rows) {
        comparison.compare(row);
        // The feed does not know of this damage. From now on the cache does.
        if (row.record === undefined && state.isCurrent(asked)) state.admit({ row, asOf: scan.position.revision, provenTo }, "if-room");
      }
    }
  } finally {
    await scan.close();
  }
  comparison.end();
  return comparison.settle(store);
}

class Comparison {
  readonly #state: CacheState;
  readonly #snapshot: StorePosition;
  readonly #terms = new TermsByRecord();
  readonly #seen = new Set<ProjectPath>();
  readonly #findings: Finding[] = [];
  /** Differences that are findings only if the path has not changed since the snapshot. */
  readonly #excused: { readonly path: ProjectPath; readonly found: Finding }[] = [];

  constructor(state: CacheState, snapshot: StorePosition) {
    this.#state = state;
    this.#snapshot = snapshot;
  }

  compare(row: StoredRow): void {
    const { path } = row;
    this.#seen.add(path);
    const id = this.#state.index.idOf(path);
    if (id === undefined) {
      if (!this.#state.unreadable.has(path))
        this.#note(
          path,
          difference("ROW_NOT_INDEXED", path, (name) => `the database has a row for ${name}, but the index does not have the file`),
        );
      return;
    }
    const known = this.#state.index.revisionOf(id);
    if (known !== row.revision)
      this.#note(
        path,
        difference("ROW_REVISION", path, (name) => `${name} is at revision ${row.revision} in the database, but at ${known} in the index`),
        known,
      );
    else if (row.record === undefined) {
      const remedy = "run `metacache index`: it writes the row again";
      this.#findings.push(
        finding("ROW_UNREADABLE", `the row of ${JSON.stringify(path)} cannot be read: ${row.unreadable}`, { path, remedy }),
      );
    } else this.#findings.push(...compareRecord(this.#state, id, row.record, this.#terms));
  }

  /** Call this after the last row. */
  end(): void {
    const { index } = this.#state;
    for (const path of index.paths()) {
      if (this.#seen.has(path)) continue;
      const id = index.idOf(path);
      const known = id === undefined ? undefined : index.revisionOf(id);
      this.#note(
        path,
        difference("ROW_MISSING", path, (name) => `the database has no row for ${name}, but the index has the file`),
        known,
      );
    }
  }

  /** Returns all findings, without the differences that a change since the snapshot explains. */
  async settle(store: ProjectStore): Promise<Finding[]> {
    if (this.#excused.length === 0) return this.#findings;
    const { continues, changes } = await store.readChanges(this.#snapshot, MAX_INCREMENTAL_CHANGES);
    // There are too many changes to tell.
    if (!continues || changes === undefined) return this.#findings;
    const changed = new Set(changes.map(({ path }) => path));
    return [...this.#findings, ...this.#excused.flatMap(({ path, found }) => (changed.has(path) ? [] : [found]))];
  }

  /**
   * Adds a difference. `known` is the path's revision in the index. If it is later than the
   * snapshot, the snapshot may not show that change.
   */
  #note(path: ProjectPath, found: Finding, known = Infinity): void {
    const { revision } = this.#snapshot;
    if (this.#state.revision > revision && known > revision) this.#excused.push({ path, found });
    else this.#findings.push(found);
  }
}

function compareRecord(state: CacheState, id: RecordId, record: FileMetadata, terms: TermsByRecord): Finding[] {
  const { path } = record;
  const findings: Finding[] = [];
  const indexed = terms.termsOf(state.index, id);
  const own = termsOf(record);
  for (const index of INDEX_NAMES) {
    if (!sameTerms(indexed[index], own[index]))
      findings.push(difference("ROW_CONTENT", path, (name) => `the ${index} terms of the row of ${name} differ from those in the index`));
  }
  if (state.index.sizeOf(id) !== record.size || state.index.modifiedAtOf(id) !== record.modifiedAt)
    findings.push(difference("ROW_CONTENT", path, (name) => `the size or time in the row of ${name} differs from that in the index`));
  const resident = state.storage.peek(id);
  if (resident !== undefined && !isSameValue(resident, record)) {
    findings.push(difference("ROW_CONTENT", path, (name) => `the row of ${name} differs from the record in memory`));
  }
  return findings;
}

function difference(code: FindingCode, path: ProjectPath, problem: (name: string) => string): Finding {
  return finding(code, problem(JSON.stringify(path)), { path, remedy: REMEDY });
}

const REMEDY = "clear the project with `metacache clear`, run `metacache index`, and report this";

/** True if two JSON values are equal. The order of fields does not matter. */
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
