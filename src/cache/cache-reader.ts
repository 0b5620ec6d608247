import type { Clock } from "../base/clock.ts";
import { DatabaseUnavailableError, MetacacheError } from "../base/errors.ts";
import type { ProjectStore } from "../database/metadata-database.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { FileMetadata, MetadataField } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";
import type { PreparedQuery } from "../query/prepared-query.ts";
import type { QueryPage } from "../query/query-engine.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import type { CacheState } from "./cache-state.ts";
import type { CacheCounters } from "./cache-statistics.ts";
import type { LoadedRow, RecordLoads } from "./record-loads.ts";

/** A page of items as they were at one revision. */
export interface ReadPage {
  readonly items: readonly Partial<FileMetadata>[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly revision: number;
  readonly unreadable: number;
}

/**
 * How often a read begins again because other writers changed the very rows that it was loading. Each attempt takes
 * a fraction of a millisecond, so that even a second one is rare.
 */
const MAX_ATTEMPTS = 100;

/**
 * Reads through the cache: from memory where records are resident, else from the database, always at one revision.
 *
 * A loaded row will do for an answer at revision R if its own last change is the one that the index knows at R: then
 * it has not changed since. An older row is a slow load (law 5), and is read again. A newer one means that the
 * database has moved on: the cache follows first, so that its revisions never go back (law 2).
 */
export class CacheReader {
  readonly #state: CacheState;
  readonly #loads: RecordLoads;
  readonly #store: ProjectStore;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #counters: CacheCounters;
  readonly #clock: Clock;

  constructor(
    state: CacheState,
    loads: RecordLoads,
    store: ProjectStore,
    synchronizer: DatabaseSynchronizer,
    counters: CacheCounters,
    clock: Clock,
  ) {
    this.#state = state;
    this.#loads = loads;
    this.#store = store;
    this.#synchronizer = synchronizer;
    this.#counters = counters;
    this.#clock = clock;
  }

  /** Makes the cache reflect every commit that ended before this call (law 4). Cost where nothing changed: one row. */
  async catchUp(): Promise<void> {
    const askedAt = this.#clock.now();
    const there = await this.#store.position();
    const here = this.#state.position;
    if (here !== undefined && here.epoch === there.epoch && here.revision === there.revision) this.#state.confirm(askedAt);
    else await this.#synchronizer.synchronize();
  }

  async get(path: ProjectPath): Promise<FileMetadata | undefined> {
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const id = this.#state.index.idOf(path);
      if (id === undefined) return this.#absent(path);
      const resident = this.#state.storage.use(id);
      if (resident !== undefined) {
        this.#counters.hits++;
        return resident;
      }
      if (attempt === 1) this.#counters.misses++;
      const loaded = (await this.#loads.load([path], "used")).get(path);
      const fit = this.#fit(path, this.#state.index.idOf(path), loaded);
      if (fit.record !== undefined) return fit.record;
      if (fit.moved) await this.#synchronizer.synchronize();
    }
    throw contended([path]);
  }

  /** A page of whole or projected records, all of one revision, the absent ones in one batch (laws 1 and 2). */
  async page(query: PreparedQuery): Promise<ReadPage> {
    this.#counters.queries++;
    /** Rows that earlier attempts loaded: one that still fits spares loading it again. */
    const loaded = new Map<ProjectPath, LoadedRow>();
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const page = this.#state.engine.page(query);
      const revision = this.#state.revision;
      const unreadable = this.#state.unreadable.size;
      if (query.fields?.every((field) => field in INDEXED_FIELDS) === true) {
        const items = page.ids.map((id) => this.#fromIndex(id, query.fields ?? []));
        return { items, total: page.total, nextCursor: page.nextCursor, revision, unreadable };
      }
      const records = this.#residentsOf(page, loaded, attempt === 1);
      const complete = await this.#complete(records, loaded);
      if (complete !== undefined) {
        const items = complete.map((record) => (query.fields === undefined ? record : project(record, query.fields)));
        return { items, total: page.total, nextCursor: page.nextCursor, revision, unreadable };
      }
    }
    throw contended([...loaded.keys()]);
  }

  #absent(path: ProjectPath): undefined {
    const why = this.#state.unreadable.get(path);
    if (why !== undefined) throw new MetacacheError("E_RECORD", `the database's row for ${JSON.stringify(path)} cannot be read: ${why}`);
    this.#counters.absences++;
    return undefined;
  }

  /** What of a page is in memory; the rest as what is wanted. Scans are no use: the eviction order stays (law 7). */
  #residentsOf(page: QueryPage, loaded: ReadonlyMap<ProjectPath, LoadedRow>, counting: boolean): (FileMetadata | Wanted)[] {
    return page.ids.map((id) => {
      const resident = this.#state.storage.peek(id);
      if (counting && resident !== undefined) this.#counters.hits++;
      if (resident !== undefined) return resident;
      if (counting) this.#counters.misses++;
      const path = this.#state.index.pathOf(id);
      const fit = this.#fit(path, id, loaded.get(path));
      return fit.record ?? { path, revision: this.#state.index.revisionOf(id) };
    });
  }

  /** Loads what is wanted, in one batch; `undefined` where a row is not what it was at the page's revision. */
  async #complete(records: (FileMetadata | Wanted)[], loaded: Map<ProjectPath, LoadedRow>): Promise<FileMetadata[] | undefined> {
    const wanted = records.filter(isWanted);
    if (wanted.length === 0) return records as FileMetadata[];
    const epoch = this.#state.position?.epoch;
    for (const [path, row] of await this.#loads.load(
      wanted.map((each) => each.path),
      "if-room",
    ))
      loaded.set(path, row);
    let moved = false;
    let fits = true;
    const complete = records.map((record) => {
      if (!isWanted(record)) return record;
      const found = loaded.get(record.path);
      if (found?.epoch === epoch && found?.row?.revision === record.revision && found.row.record !== undefined) return found.row.record;
      fits = false;
      moved ||= this.#fit(record.path, this.#state.index.idOf(record.path), found).moved;
      return record;
    });
    if (fits) return complete as FileMetadata[];
    if (moved) await this.#synchronizer.synchronize();
    return undefined;
  }

  /** Whether a loaded row is what the index knows of its path now, or shows that the database has moved on. */
  #fit(path: ProjectPath, id: RecordId | undefined, loaded: LoadedRow | undefined): { record?: FileMetadata; moved: boolean } {
    if (loaded === undefined) return { moved: false };
    const known = id === undefined ? undefined : this.#state.index.revisionOf(id);
    const { row, epoch } = loaded;
    if (epoch !== this.#state.position?.epoch) return { moved: true };
    if (row === undefined) return { moved: known !== undefined };
    if (row.revision === known && row.record !== undefined) return { record: row.record, moved: false };
    return { moved: known === undefined ? !this.#state.unreadable.has(path) : row.revision > known };
  }

  #fromIndex(id: RecordId, fields: readonly MetadataField[]): Partial<FileMetadata> {
    const item: Record<string, unknown> = {};
    for (const field of fields) item[field] = INDEXED_FIELDS[field]?.(this.#state, id);
    return Object.freeze(item);
  }
}

/** A record of a page that is not in memory, and the revision of its last change that the index knows. */
interface Wanted {
  readonly path: ProjectPath;
  readonly revision: number;
}

function isWanted(record: FileMetadata | Wanted): record is Wanted {
  return "revision" in record;
}

/** The fields that the index itself holds. */
const INDEXED_FIELDS: Readonly<Partial<Record<MetadataField, (state: CacheState, id: RecordId) => string | number>>> = {
  path: (state, id) => state.index.pathOf(id),
  language: (state, id) => state.index.languageOf(id),
  size: (state, id) => state.index.sizeOf(id),
  modifiedAt: (state, id) => state.index.modifiedAtOf(id),
};

function project(record: FileMetadata, fields: readonly MetadataField[]): Partial<FileMetadata> {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, record[field]])));
}

function contended(paths: readonly ProjectPath[]): MetacacheError {
  return new DatabaseUnavailableError(
    "locked",
    `other writers changed the same rows during each of ${MAX_ATTEMPTS} attempts to read them: ${paths
      .slice(0, 3)
      .map((path) => JSON.stringify(path))
      .join(", ")}`,
  );
}
