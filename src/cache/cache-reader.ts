import { type Clock, momentOf } from "../base/clock.ts";
import { MetacacheError } from "../base/errors.ts";
import { isSamePosition, type ProjectStore } from "../database/metadata-database.ts";
import type { RecordId } from "../indexing/record-id.ts";
import type { FileMetadata, MetadataField } from "../model/file-metadata.ts";
import type { ProjectPath } from "../model/project-path.ts";
import type { PreparedQuery } from "../query/prepared-query.ts";
import type { QueryPage } from "../query/query-engine.ts";
import type { Admission } from "../storage/cache-storage.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import { SharedRuns } from "../sync/shared-runs.ts";
import type { CacheState } from "./cache-state.ts";
import type { CacheCounters } from "./cache-statistics.ts";
import type { FollowedRows, KnownRow } from "./followed-rows.ts";
import type { RecordLoads } from "./record-loads.ts";

/** A page of items as they were at one revision. */
export interface ReadPage {
  readonly items: readonly Partial<FileMetadata>[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly revision: number;
  /** When the database was last known to be at this revision, in milliseconds since the Unix epoch. */
  readonly asOf: number;
  readonly unreadable: number;
}

/**
 * Reads through the cache: from memory where records are resident, else from the database, always at one revision.
 *
 * A loaded row will do for an answer at revision R if its own last change is the one that the index knows at R, in the same history: then
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
  readonly #looks = new SharedRuns(() => this.#look());

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

  /** Makes the cache reflect every commit that ended before this call (law 4). Cost where nothing changed: one row, for all who ask meanwhile. */
  catchUp(): Promise<void> {
    return this.#looks.run();
  }

  async #look(): Promise<void> {
    const askedAt = momentOf(this.#clock);
    const there = await this.#store.position();
    if (isSamePosition(this.#state.position, there) && !this.#state.isDistrusted) this.#state.confirm(askedAt);
    else await this.#synchronizer.synchronize();
  }

  /** At once where the record is in memory or does not exist. */
  get(path: ProjectPath): FileMetadata | undefined | Promise<FileMetadata | undefined> {
    const resident = this.#state.storage.use(path);
    if (resident !== undefined) {
      this.#counters.hits++;
      return resident;
    }
    if (this.#state.index.idOf(path) === undefined) return this.#absent(path);
    this.#counters.misses++;
    return this.#state.follow((followed) => this.#load(path, followed));
  }

  /**
   * A page of whole or projected records, all of one revision, the absent ones in one batch (laws 1 and 2); at once where
   * none is absent.
   */
  page(query: PreparedQuery): ReadPage | Promise<ReadPage> {
    this.#counters.queries++;
    const { fields } = query;
    const page = this.#state.engine.page(query);
    if (fields?.every((field) => field in INDEXED_FIELDS) === true) {
      const items = page.ids.map((id) => this.#fromIndex(id, fields));
      return this.#answer(page, items);
    }
    const residents = this.#residentsOf(page);
    if (residents !== undefined) return this.#answer(page, residents, fields);
    return this.#state.follow((followed) => this.#loadPage(query, page, followed));
  }

  async #load(path: ProjectPath, followed: FollowedRows): Promise<FileMetadata | undefined> {
    followed.follow(path);
    for (;;) {
      const id = this.#state.index.idOf(path);
      if (id === undefined) return this.#absent(path);
      const record = this.#state.storage.use(path) ?? this.#fitting(id, followed.get(path));
      if (record !== undefined) return record;
      await this.#fetch([path], "used", followed);
    }
  }

  /** `page` is the state's as it is now. */
  async #loadPage(query: PreparedQuery, page: QueryPage, followed: FollowedRows): Promise<ReadPage> {
    for (let present = page; ; present = this.#state.engine.page(query)) {
      const absent: ProjectPath[] = [];
      const records = present.ids.map((id) => {
        const path = this.#state.index.pathOf(id);
        followed.follow(path);
        const record = this.#state.storage.peek(id) ?? this.#fitting(id, followed.get(path));
        if (record === undefined) absent.push(path);
        // It may be evicted before the others have come.
        else followed.note(path, this.#known(id, record));
        return record;
      });
      if (absent.length === 0) return this.#answer(present, records as FileMetadata[], query.fields);
      await this.#fetch(absent, "if-room", followed);
    }
  }

  #known(id: RecordId, record: FileMetadata): KnownRow {
    const { epoch = "", revision: asOf = 0 } = this.#state.position ?? {};
    return { epoch, asOf, provenTo: asOf, row: { path: record.path, revision: this.#state.index.revisionOf(id), record } };
  }

  #absent(path: ProjectPath): undefined {
    const why = this.#state.unreadable.get(path);
    if (why !== undefined)
      throw new MetacacheError("E_RECORD", `the database's row for ${JSON.stringify(path)} cannot be read: ${why}`, {
        remedy: "store the record anew",
      });
    this.#counters.absences++;
    return undefined;
  }

  /** Scans are no use: the eviction order stays (law 7). `undefined` where not all of the page is in memory. */
  #residentsOf(page: QueryPage): FileMetadata[] | undefined {
    const residents: FileMetadata[] = [];
    for (const id of page.ids) {
      const resident = this.#state.storage.peek(id);
      if (resident !== undefined) residents.push(resident);
    }
    this.#counters.hits += residents.length;
    this.#counters.misses += page.ids.length - residents.length;
    return residents.length === page.ids.length ? residents : undefined;
  }

  #answer(page: QueryPage, records: readonly Partial<FileMetadata>[], fields?: readonly MetadataField[]): ReadPage {
    return {
      items: fields === undefined ? records : records.map((record) => project(record, fields)),
      total: page.total,
      nextCursor: page.nextCursor,
      revision: this.#state.revision,
      asOf: this.#state.confirmedAt.now,
      unreadable: this.#state.unreadable.size,
    };
  }

  /** Reads rows, and follows the database where they show that it is elsewhere. */
  async #fetch(paths: readonly ProjectPath[], admission: Admission, followed: FollowedRows): Promise<void> {
    const { lineage } = this.#state;
    const loaded = await this.#loads.load(paths, admission);
    if (this.#state.lineage === lineage) for (const [path, row] of loaded) followed.note(path, row);
    if (paths.some((path) => this.#isSetBack(path, followed.get(path)))) this.#state.distrust();
    const isElsewhere = this.#state.isDistrusted || paths.some((path) => this.#isElsewhere(path, followed.get(path)));
    if (isElsewhere) await this.#synchronizer.synchronize();
  }

  /** The row's record, if the row's last change is proved to be the one that the index knows. */
  #fitting(id: RecordId, known: KnownRow | undefined): FileMetadata | undefined {
    if (known?.row === undefined || known.epoch !== this.#state.position?.epoch) return undefined;
    const isSame = known.row.revision === this.#state.index.revisionOf(id) && known.row.revision <= known.provenTo;
    return isSame ? known.row.record : undefined;
  }

  /**
   * Whether a row is older than it can be, having been read later than its last change that this cache knows of; or is missing
   * at the very revision at which the index has it. No sync by changes could ever settle either.
   */
  #isSetBack(path: ProjectPath, known: KnownRow | undefined): boolean {
    if (known === undefined || known.epoch !== this.#state.position?.epoch || known.asOf < this.#state.revision) return false;
    const indexed = this.#state.revisionOf(path);
    if (known.row === undefined) return indexed !== undefined && known.asOf === this.#state.revision;
    return known.row.revision < (indexed ?? 0);
  }

  /** Whether a row shows that the database is not where this cache takes it to be. */
  #isElsewhere(path: ProjectPath, known: KnownRow | undefined): boolean {
    if (known === undefined) return false;
    if (known.epoch !== this.#state.position?.epoch) return true;
    const id = this.#state.index.idOf(path);
    if (known.row === undefined) return id !== undefined;
    if (id === undefined) return !this.#state.unreadable.has(path);
    return known.row.revision > this.#state.index.revisionOf(id);
  }

  #fromIndex(id: RecordId, fields: readonly MetadataField[]): Partial<FileMetadata> {
    const item: Record<string, unknown> = {};
    for (const field of fields) item[field] = INDEXED_FIELDS[field]?.(this.#state, id);
    return Object.freeze(item);
  }
}

/** The fields that the index itself holds. */
const INDEXED_FIELDS: Readonly<Partial<Record<MetadataField, (state: CacheState, id: RecordId) => string | number>>> = {
  path: (state, id) => state.index.pathOf(id),
  language: (state, id) => state.index.languageOf(id),
  size: (state, id) => state.index.sizeOf(id),
  modifiedAt: (state, id) => state.index.modifiedAtOf(id),
};

function project(record: Partial<FileMetadata>, fields: readonly MetadataField[]): Partial<FileMetadata> {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, record[field]])));
}
