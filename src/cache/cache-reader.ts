import type { RecordId } from "../indexing/record-id.ts";
import { type FileMetadata, type MetadataField, selected } from "../record/file-metadata.ts";
import type { ProjectPath } from "../record/project-path.ts";
import { unreadableRecordError } from "../record/unreadable-record.ts";
import type { PreparedQuery } from "../query/prepared-query.ts";
import type { QueryPage } from "../query/query-engine.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { FollowedRows, KnownRow } from "../state/followed-rows.ts";
import type { Admission } from "../storage/cache-storage.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";
import type { CacheCounters } from "./statistics/cache-statistics.ts";
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
  /** Of the items, if they were asked for. */
  readonly paths: readonly ProjectPath[];
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
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #counters: CacheCounters;

  constructor(state: CacheState, loads: RecordLoads, synchronizer: DatabaseSynchronizer, counters: CacheCounters) {
    this.#state = state;
    this.#loads = loads;
    this.#synchronizer = synchronizer;
    this.#counters = counters;
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
  page(query: PreparedQuery, withPaths: boolean): ReadPage | Promise<ReadPage> {
    this.#counters.queries++;
    const { fields } = query;
    const page = this.#state.engine.page(query);
    if (fields?.every((field) => field in INDEXED_FIELDS) === true) {
      const items = page.ids.map((id) => this.#fromIndex(id, fields));
      return this.#answer(page, items, withPaths);
    }
    const residents = this.#residentsOf(page);
    if (residents !== undefined) return this.#answer(page, residents, withPaths, fields);
    return this.#state.follow((followed) => this.#loadPage(query, page, withPaths, followed));
  }

  async #load(path: ProjectPath, followed: FollowedRows): Promise<FileMetadata | undefined> {
    followed.follow(path);
    for (;;) {
      const id = this.#state.index.idOf(path);
      if (id === undefined) return this.#absent(path);
      const record = this.#state.storage.use(path) ?? this.#state.fitting(id, followed.get(path));
      if (record !== undefined) return record;
      await this.#fetch([path], "used", followed);
    }
  }

  /** `page` is the state's as it is now. */
  async #loadPage(query: PreparedQuery, page: QueryPage, withPaths: boolean, followed: FollowedRows): Promise<ReadPage> {
    for (let present = page; ; present = this.#state.engine.page(query)) {
      const absent: ProjectPath[] = [];
      const paths = this.#state.index.pathsOf(present.ids);
      this.#state.index.keepFound(paths, present.ids);
      const records = present.ids.map((id, place) => {
        const path = paths[place] as ProjectPath;
        followed.follow(path);
        const record = this.#state.storage.peek(id) ?? this.#state.fitting(id, followed.get(path));
        if (record === undefined) absent.push(path);
        // It may be evicted before the others have come.
        else followed.note(path, this.#known(id, record));
        return record;
      });
      if (absent.length === 0) return this.#answer(present, records as FileMetadata[], withPaths, query.fields);
      await this.#fetch(absent, "if-room", followed);
    }
  }

  #known(id: RecordId, record: FileMetadata): KnownRow {
    const { revision } = this.#state;
    return { asOf: revision, provenTo: revision, row: { path: record.path, revision: this.#state.index.revisionOf(id), record } };
  }

  #absent(path: ProjectPath): undefined {
    const why = this.#state.unreadable.get(path);
    if (why !== undefined) throw unreadableRecordError(path, why);
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

  #answer(page: QueryPage, records: readonly Partial<FileMetadata>[], withPaths: boolean, fields?: readonly MetadataField[]): ReadPage {
    return {
      items: fields === undefined ? records : records.map((record) => selected(record, fields)),
      total: page.total,
      nextCursor: page.nextCursor,
      revision: this.#state.revision,
      asOf: this.#state.confirmedAt.now,
      unreadable: this.#state.unreadable.size,
      paths: withPaths ? this.#state.index.pathsOf(page.ids) : [],
    };
  }

  /** Reads rows, and follows the database if they show that it is elsewhere. */
  async #fetch(paths: readonly ProjectPath[], admission: Admission, followed: FollowedRows): Promise<void> {
    const asked = this.#state.ask();
    const loaded = await this.#loads.load(paths, admission);
    if (this.#state.isCurrent(asked)) for (const [path, row] of loaded) followed.note(path, row);
    if (!paths.some((path) => this.#state.isPast(path, followed.get(path)))) return;
    await this.#synchronizer.synchronize();
    followed.forgetAfter(this.#state.revision);
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
