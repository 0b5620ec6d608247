import type { Clock } from "../../base/clock.ts";
import { inSlices } from "../../base/slices.ts";
import type { QueryAnswer } from "../../calls/cache-calls.ts";
import type { RecordId } from "../../indexing/record-id.ts";
import type { TreeFreshness } from "../../calls/tree-freshness.ts";
import { provedAnswer } from "../tree-attachments.ts";
import { type FileMetadata, type MetadataField, selected } from "../../record/file-metadata.ts";
import type { ProjectPath } from "../../record/project-path.ts";
import { unreadableRecordError } from "../../record/parsing/unreadable-record.ts";
import type { PreparedQuery } from "../../query/prepared-query.ts";
import type { Make } from "../../calls/reference-calls.ts";
import type { MatchPage } from "../../query/query-engine.ts";
import { symbolItems } from "../../query/symbols/symbol-items.ts";
import { type SymbolPage, symbolPage } from "../../query/symbols/symbol-page.ts";
import type { FoundSymbol } from "../../query/symbols/symbol-query.ts";
import type { SymbolSearch } from "../../query/symbols/symbol-search.ts";
import type { AnswerState } from "../../query/references/references-query.ts";
import type { CacheState } from "../../state/cache-state.ts";
import type { FollowedRows, KnownRow } from "../../state/followed-rows.ts";
import type { Admission } from "../../storage/cache-storage.ts";
import type { DatabaseSynchronizer } from "../../sync/database-synchronizer.ts";
import type { CacheCounters } from "../statistics/cache-statistics.ts";
import type { RecordLoads } from "./record-loads.ts";

/** A page of an answer: its items as they were at one revision. */
export interface AnswerPage<T = Partial<FileMetadata>> {
  readonly items: readonly T[];
  readonly total: number;
  readonly nextCursor: string | undefined;
  readonly revision: number;
  /**
   * The last time at which the database was known to be at this revision, in milliseconds since the
   * Unix epoch.
   */
  readonly asOf: number;
  readonly unreadable: number;
}

/**
 * Makes the frozen answer of a page. `tree` is what the watcher proved before the page was read, if
 * the caller asked it.
 */
export function queryAnswer<T extends object>(
  { items, total, nextCursor, revision, asOf, unreadable }: AnswerPage<T>,
  stale: boolean,
  tree?: TreeFreshness,
): QueryAnswer<T> {
  const answer: Writable<QueryAnswer<T>> = { items: Object.freeze(items), total, revision, asOf, stale, unreadable };
  // Spreading what is seldom there would take longer than all the rest.
  if (nextCursor !== undefined) answer.nextCursor = nextCursor;
  if (tree !== undefined) Object.assign(answer, provedAnswer(tree, items));
  return Object.freeze(answer);
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * How to answer with one page: how to find the present page, and how to make the answer from its
 * records.
 */
interface PageSource<P extends { readonly ids: readonly RecordId[] }, A> {
  /** Await this until it returns `undefined`. Only then call `now`. */
  readonly ready: () => Promise<void> | undefined;
  readonly now: () => P;
  readonly answer: (page: P, records: readonly FileMetadata[]) => A;
}

/** An answer, and the state from which it was made. */
export interface Gathered<T> {
  readonly answer: T;
  readonly state: Omit<AnswerState, "stale">;
}

/**
 * Reads through the cache: resident records from memory, all others from the database. All records
 * of an answer are of one revision.
 *
 * A loaded row fits an answer at revision R if its revision is the one that the index knows for the
 * path at R, in the same history: then the row has not changed since. An older row comes from a
 * slow load (law 5), and the reader loads it again. A newer row means that the database has moved
 * on. Then the cache catches up before it answers, so that its revisions never go back (law 2).
 */
export class CacheReader {
  readonly #state: CacheState;
  readonly #loads: RecordLoads;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #counters: CacheCounters;
  readonly #clock: Clock;

  constructor(state: CacheState, loads: RecordLoads, synchronizer: DatabaseSynchronizer, counters: CacheCounters, clock: Clock) {
    this.#state = state;
    this.#loads = loads;
    this.#synchronizer = synchronizer;
    this.#counters = counters;
    this.#clock = clock;
  }

  /** Returns the record itself if it is in memory or does not exist, otherwise a promise. */
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
   * Returns a page of whole or projected records, all of one revision. Loads the absent records in
   * one batch (laws 1 and 2). Returns the page itself if no record is absent, otherwise a promise.
   */
  page(query: PreparedQuery): AnswerPage | Promise<AnswerPage> {
    this.#counters.queries++;
    const { fields } = query;
    const page = this.#state.engine.page(query);
    if (fields?.every((field) => field in INDEXED_FIELDS) === true) {
      const items = page.ids.map((id) => this.#fromIndex(id, fields));
      return this.#answer(page, items);
    }
    return this.#pageOf(page, {
      ready: () => undefined,
      now: () => this.#state.engine.page(query),
      answer: (present, records) => this.#answer(present, records, fields),
    });
  }

  /**
   * Returns a page of symbols, all of one revision. Loads the absent records in one batch. Searches
   * images in slices: what it found in an image stays right while the cache moves on.
   */
  async symbols(search: SymbolSearch): Promise<AnswerPage<FoundSymbol>> {
    this.#counters.queries++;
    const { query } = search;
    const source: PageSource<SymbolPage, AnswerPage<FoundSymbol>> = {
      ready: () =>
        search.hasSearched(this.#state.index.layers) ? undefined : inSlices(search.searchImages(this.#state.index.layers), this.#clock),
      now: () => symbolPage(search.accepted(this.#state.index.layers), query),
      answer: (present, records) => this.#asNow(symbolItems(present, records, query)),
    };
    for (let wait = source.ready(); wait !== undefined; wait = source.ready()) await wait;
    return this.#pageOf(source.now(), source);
  }

  /** `page` must be the page of the present state. */
  #pageOf<P extends { readonly ids: readonly RecordId[] }, A>(page: P, source: PageSource<P, A>): A | Promise<A> {
    const residents = this.#residentsOf(page);
    if (residents !== undefined) return source.answer(page, residents);
    return this.#state.follow((followed) => this.#loadPage(page, source, followed));
  }

  /**
   * Makes an answer from the index and from records, all at one revision. Calls `make` with a
   * function that returns the records which are in memory. As long as `make` asks for other
   * records, this loads them and calls `make` again. `make` must be synchronous, and must return
   * the same for the same state.
   */
  gather<T>(make: Make<T>): Gathered<T> | Promise<Gathered<T>> {
    this.#counters.queries++;
    const absent = new Set<ProjectPath>();
    const made = make(this.#state.engine, (path) => this.#residentOf(path as ProjectPath, absent));
    if (absent.size === 0) return this.#gathered(made);
    return this.#state.follow((followed) => this.#gatherLoaded(make, absent, followed));
  }

  async #gatherLoaded<T>(make: Make<T>, first: ReadonlySet<ProjectPath>, followed: FollowedRows): Promise<Gathered<T>> {
    for (const path of first) followed.follow(path);
    for (;;) {
      const absent = new Set<ProjectPath>();
      const made = make(this.#state.engine, (given) => {
        const path = given as ProjectPath;
        const id = this.#state.index.idOf(path);
        if (id === undefined) return undefined;
        followed.follow(path);
        const record = this.#state.storage.peek(id) ?? this.#state.fitting(id, followed.get(path));
        if (record === undefined) absent.add(path);
        // The record may be evicted before the others are loaded.
        else followed.note(path, this.#known(id, record));
        return record;
      });
      if (absent.size === 0) return this.#gathered(made);
      await this.#fetch([...absent], "if-room", followed);
    }
  }

  #residentOf(path: ProjectPath, absent: Set<ProjectPath>): FileMetadata | undefined {
    const id = this.#state.index.idOf(path);
    const record = id === undefined ? undefined : this.#state.storage.peek(id);
    if (record !== undefined) this.#counters.hits++;
    else if (id !== undefined) {
      this.#counters.misses++;
      absent.add(path);
    }
    return record;
  }

  #gathered<T>(answer: T): Gathered<T> {
    const { revision, confirmedAt, unreadable } = this.#state;
    return { answer, state: { revision, asOf: confirmedAt.now, unreadable: unreadable.size } };
  }

  async #load(path: ProjectPath, followed: FollowedRows): Promise<FileMetadata | undefined> {
    followed.follow(path);
    for (;;) {
      const id = this.#state.index.idOf(path);
      if (id === undefined) return this.#absent(path);
      const record = this.#state.storage.use(path) ?? this.#state.fitting(id, followed.get(path));
      if (record !== undefined) return record;
      await this.#fetch([path], "always", followed);
    }
  }

  /** `page` must be the page of the present state. */
  async #loadPage<P extends { readonly ids: readonly RecordId[] }, A>(
    page: P,
    source: PageSource<P, A>,
    followed: FollowedRows,
  ): Promise<A> {
    for (let present = page; ; present = source.now()) {
      const absent: ProjectPath[] = [];
      const paths = this.#state.index.pathsOf(present.ids);
      this.#state.index.keepFound(paths, present.ids);
      const records = present.ids.map((id, at) => {
        const path = paths[at] as ProjectPath;
        followed.follow(path);
        const record = this.#state.storage.peek(id) ?? this.#state.fitting(id, followed.get(path));
        if (record === undefined) absent.push(path);
        // The record may be evicted before the others are loaded.
        else followed.note(path, this.#known(id, record));
        return record;
      });
      if (absent.length === 0) return source.answer(present, records as FileMetadata[]);
      await this.#fetch(absent, "if-room", followed);
      for (let wait = source.ready(); wait !== undefined; wait = source.ready()) await wait;
    }
  }

  #known(id: RecordId, record: FileMetadata): KnownRow {
    const { revision } = this.#state;
    return { asOf: revision, provenTo: revision, row: { path: record.path, revision: this.#state.index.revisionOf(id), record } };
  }

  #absent(path: ProjectPath): undefined {
    const reason = this.#state.unreadable.get(path);
    if (reason !== undefined) throw unreadableRecordError(path, reason);
    this.#counters.absences++;
    return undefined;
  }

  /**
   * Returns the records of a page, or `undefined` if one of them is not in memory. A page does not
   * count as a use, so that a large query does not change the order of eviction (law 7).
   */
  #residentsOf(page: { readonly ids: readonly RecordId[] }): FileMetadata[] | undefined {
    const residents: FileMetadata[] = [];
    for (const id of page.ids) {
      const resident = this.#state.storage.peek(id);
      if (resident !== undefined) residents.push(resident);
    }
    this.#counters.hits += residents.length;
    this.#counters.misses += page.ids.length - residents.length;
    return residents.length === page.ids.length ? residents : undefined;
  }

  #answer(page: MatchPage, records: readonly Partial<FileMetadata>[], fields?: readonly MetadataField[]): AnswerPage {
    const items = fields === undefined ? records : records.map((record) => selected(record, fields));
    return this.#asNow({ items, total: page.total, nextCursor: page.nextCursor });
  }

  #asNow<T>(page: Pick<AnswerPage<T>, "items" | "total" | "nextCursor">): AnswerPage<T> {
    return {
      ...page,
      revision: this.#state.revision,
      asOf: this.#state.confirmedAt.now,
      unreadable: this.#state.unreadable.size,
    };
  }

  /**
   * Reads rows. If they show that the database is not where the cache takes it to be, catches up.
   */
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

/** The fields that the index itself holds, so that no record is needed. */
const INDEXED_FIELDS: Readonly<Partial<Record<MetadataField, (state: CacheState, id: RecordId) => string | number>>> = {
  path: (state, id) => state.index.pathOf(id),
  language: (state, id) => state.index.languageOf(id),
  size: (state, id) => state.index.sizeOf(id),
  modifiedAt: (state, id) => state.index.modifiedAtOf(id),
};
