import { type Clock, elapsedSince, systemClock } from "../base/clock.ts";
import { deepFreeze } from "../base/deep-freeze.ts";
import type { Finding } from "../base/finding.ts";
import { childLogger, type Logger, silentLogger, withoutFailures } from "../base/logger.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import type { MetadataDatabase, ProjectStore } from "../database/metadata-database.ts";
import type { Fingerprint } from "../database/source-store.ts";
import { EVICTION_STRATEGIES } from "../eviction/eviction-strategies.ts";
import type { FileMetadata, FileMetadataInput, MetadataField } from "../record/file-metadata.ts";
import { parseProjectPath, type ProjectPath } from "../record/project-path.ts";
import type { QueriedIndex } from "../record/terms.ts";
import type { MetadataCacheCalls, QueryAnswer, ReadOptions, WaitOptions, WriteReport } from "../calls/cache-calls.ts";
import type { AttachedTree, ProvedAnswer, TreeAttachment } from "../calls/tree-freshness.ts";
import { explainOptionsOf, listOf, NO_OPTIONS } from "../calls/call-options.ts";
import { ReferenceCalls, type ReferenceQuestion } from "../calls/reference-calls.ts";
import type { MetadataQuery } from "../query/metadata-query.ts";
import { PreparedMetadataQuery, prepareQuery } from "../query/prepared-query.ts";
import type { AnswerState } from "../query/references/references-query.ts";
import type { ExplainOptions, QueryExplanation } from "../query/query-explanation.ts";
import { prepareSymbolQuery } from "../query/symbols/prepared-symbol-query.ts";
import type { FoundSymbol, SymbolQuery } from "../query/symbols/symbol-query.ts";
import { SymbolSearch } from "../query/symbols/symbol-search.ts";
import { type CacheHandle, CacheShare } from "../threads/owner/cache-share.ts";
import { CacheState } from "../state/cache-state.ts";
import { IndexMerging } from "../state/index-merging.ts";
import { RevisionWaits } from "../state/revision-waits.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import { DatabaseSynchronizer, type SyncReport } from "../sync/database-synchronizer.ts";
import { HintedSync } from "../sync/hinted-sync.ts";
import { SharedRuns } from "../sync/shared-runs.ts";
import { PeriodicSync } from "../sync/periodic-sync.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { CacheLifetime } from "./cache-lifetime.ts";
import { Checkpoints } from "./checkpoints.ts";
import { CacheActivity } from "./statistics/cache-activity.ts";
import { CacheReader, queryAnswer, type ReadPage } from "./cache-reader.ts";
import { type CacheStatistics, statisticsOf } from "./statistics/cache-statistics.ts";
import { CacheWrites } from "./cache-writes.ts";
import { INDEX_UPKEEP } from "./index-upkeep.ts";
import { RecordLoads } from "./record-loads.ts";
import { ownerCalls } from "./owner-calls.ts";
import { runTarget } from "./run-target.ts";
import { SourceLog } from "./source-log.ts";
import { compareWithStore } from "./store-comparison.ts";
import { provedAnswer, TreeAttachments } from "./tree-attachments.ts";
import { WaitingReads } from "./waiting-reads.ts";
import { waitForRevision, type WaitParts } from "./wait-for-revision.ts";
import { countTerms, type TermCount } from "./statistics/term-counts.ts";

/**
 * The cache of one project's metadata. What a reader may rely on:
 *
 * - **Complete**: the index holds every path and every term, so no answer depends on which records are in memory (law 1).
 * - **One revision**: every answer is the database as it was right after one revision. On one cache, a call that
 *   starts after another one ended never answers from an earlier revision (law 2).
 * - **Read your writes**: when `update` or `remove` resolves, the change is committed, and every later read on this
 *   cache sees it (law 3).
 * - **A failure is not an absence**: `undefined`, `[]` and 0 mean that at this revision there is none. Whatever needs
 *   a database that cannot be reached throws `E_DATABASE_UNAVAILABLE`; what is in memory goes on being served (law 6).
 * - **Unchangeable**: records are deeply frozen (law 9).
 * - **Proved fresh**: with a watcher, a read with consistency `"tree"` reflects every change of the tree before the call, or says what is behind (law 15).
 *
 * Get one from `openMetadataCache`. After `shutdown`, everything but `shutdown` throws `E_CLOSED`.
 */
export class MetadataCache extends ReferenceCalls implements MetadataCacheCalls {
  readonly #store: ProjectStore;
  readonly #config: MemoryCacheConfig;
  readonly #clock: Clock;
  readonly #state: CacheState;
  readonly #loads: RecordLoads;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #reader: CacheReader;
  readonly #periodic: PeriodicSync;
  readonly #hinted: HintedSync;
  readonly #trees: TreeAttachments;
  readonly #reads: WaitingReads;
  readonly #waitParts: WaitParts;
  readonly #writes: CacheWrites;
  readonly #merging: IndexMerging;
  readonly #checkpoints: Checkpoints;
  readonly #activity: CacheActivity;
  /** One at a time: each holds a snapshot while it may have to wait for a load, which needs another one. */
  readonly #comparisons = new SharedRuns(() => compareWithStore(this.#state, this.#store, this.#synchronizer));
  readonly #logger: Logger;
  readonly source: SourceLog;
  #share: CacheShare | undefined;
  /** What was opened together with this cache, and is closed with it. */
  readonly #database: Pick<MetadataDatabase, "close"> | undefined;
  readonly #lifetime: CacheLifetime;
  #ending: Promise<void> | undefined;

  private constructor(
    store: ProjectStore,
    config: MemoryCacheConfig,
    options: OpeningOptions,
    database: Pick<MetadataDatabase, "close"> | undefined,
  ) {
    super();
    const { clock = systemClock, onLoadProgress, upkeep = INDEX_UPKEEP } = options;
    const logger = withoutFailures(options.logger ?? silentLogger);
    this.#database = database;
    this.#lifetime = new CacheLifetime(store.project);
    this.#store = store;
    this.#config = config;
    this.#clock = clock;
    this.#logger = logger;
    this.#state = new CacheState(new CacheStorage(config, EVICTION_STRATEGIES[config.evictionStrategy]()), upkeep.maxRecent);
    this.#activity = new CacheActivity(store.project, clock);
    this.#loads = new RecordLoads(store, this.#activity, this.#state);
    const syncLogger = childLogger(logger, "sync");
    this.#synchronizer = new DatabaseSynchronizer(store, this.#state, clock, syncLogger, {
      observe: (run) => this.#activity.sync(run),
      onLoadProgress,
    });
    this.#reader = new CacheReader(this.#state, this.#loads, this.#synchronizer, this.#activity.counters, clock);
    this.#periodic = new PeriodicSync(this.#synchronizer, config.syncIntervalSeconds * 1_000, clock, syncLogger);
    this.#hinted = new HintedSync(store, this.#synchronizer, clock, syncLogger);
    this.#trees = new TreeAttachments(store.project, this.#state, this.#synchronizer);
    this.#waitParts = { state: this.#state, waits: new RevisionWaits(this.#state, clock), synchronizer: this.#synchronizer };
    this.#writes = new CacheWrites(store, this.#state, this.#loads, this.#synchronizer, this.#lifetime, clock, logger);
    this.#reads = new WaitingReads(this.#writes, this.#synchronizer, this.#trees);
    this.#merging = new IndexMerging(this.#state, clock, logger);
    this.source = new SourceLog(store, runTarget(this, this.#writes, this.#state, this.#merging, this.#activity), this.#lifetime);
    this.#checkpoints = new Checkpoints(store, this.#state, this.#merging, upkeep.checkpoints, logger);
  }

  /**
   * Opens the project's whole index: from the checkpoint in the database and what has changed since, or else from every row, and then with as many records
   * as there is room for. Keeps in step from then on. `database` is closed with the cache, if it was opened for it alone.
   *
   * @internal
   */
  static async open(
    store: ProjectStore,
    config: MemoryCacheConfig,
    options: OpeningOptions = {},
    database?: Pick<MetadataDatabase, "close">,
  ): Promise<MetadataCache> {
    const cache = new MetadataCache(store, config, options, database);
    await cache.#checkpoints.restore();
    await cache.#synchronizer.synchronize();
    cache.#hinted.start();
    cache.#periodic.start();
    return cache;
  }

  /** The name that the database knows this project by. */
  get project(): string {
    return this.#store.project;
  }

  /** The revision that the cache is at. Right after a synchronous call it is that answer's revision. */
  get revision(): number {
    return this.#state.revision;
  }

  /**
   * The resident record, or `undefined`. Never loads. Does not count as a use for eviction. Cost: one look-up. What this cache has written
   * and does not show yet (`WriteReport.behind`) is not resident.
   */
  peek(path: string): FileMetadata | undefined {
    this.#lifetime.assertOpen();
    const resident = this.#state.storage.peekByPath(path as ProjectPath);
    if (resident === undefined) parseProjectPath(path);
    return resident;
  }

  /**
   * The record of one file; `undefined` where the project has none. Cost: two look-ups where it is resident or does
   * not exist, else one read of the database, shared with all who ask for it meanwhile (law 10).
   *
   * Throws `E_PATH`; `E_RECORD` where the database's row cannot be read; `E_DATABASE_UNAVAILABLE`; with `"tree"`, `E_TIMEOUT` if it may be behind.
   */
  async getMetadata(path: string, options: ReadOptions = NO_OPTIONS): Promise<FileMetadata | undefined> {
    this.#lifetime.assertOpen();
    const parsed = parseProjectPath(path);
    return this.#reads.read(options, () => this.#reader.get(parsed), { path: parsed });
  }

  /**
   * The records that meet all criteria, in a total order. Costs a resolution on the index, and one read of the
   * database for those records of the page that are not in memory.
   *
   * Throws `E_QUERY` with every problem of the query; `E_ARGUMENT` for wrong options; `E_DATABASE_UNAVAILABLE`.
   */
  async query<F extends MetadataField = MetadataField>(
    query: MetadataQuery<F> | PreparedMetadataQuery<F>,
    options: ReadOptions = NO_OPTIONS,
  ): Promise<QueryAnswer<Pick<FileMetadata, F>>> {
    this.#lifetime.assertOpen();
    const prepared = prepareQuery(query);
    const { answer, tree } = await this.#reads.ask(options, () => this.#reader.page(prepared));
    return queryAnswer(answer as ReadPage<Pick<FileMetadata, F>>, this.#isStale(), tree);
  }

  /**
   * The functions, classes and other named things that meet all criteria, each with its place, signature and intent. Costs for a name or a prefix a
   * search in the index, for `like` and without a name a look at every symbol of the project, in slices of some milliseconds; and one read of the
   * database for those records of the page that are not in memory. Throws like `query`.
   */
  async symbols(query: SymbolQuery, options: ReadOptions = NO_OPTIONS): Promise<QueryAnswer<FoundSymbol>> {
    this.#lifetime.assertOpen();
    const search = new SymbolSearch(prepareSymbolQuery(query));
    const { answer, tree } = await this.#reads.ask(options, () => this.#reader.symbols(search));
    return queryAnswer(answer, this.#isStale(), tree);
  }

  /**
   * Checks a query once, for one that is asked often: give what it returns to `query`, `paths`, `count` and `explain`, as long as you like. What was found for
   * it in the part of the index that has not changed is kept with it. Throws `E_QUERY`.
   */
  prepare<F extends MetadataField = MetadataField>(query: MetadataQuery<F>): PreparedMetadataQuery<F> {
    this.#lifetime.assertOpen();
    return new PreparedMetadataQuery(query);
  }

  /**
   * The paths that `query` would answer with, from the index alone: no record is touched. Throws `E_QUERY`; `E_DATABASE_UNAVAILABLE`, as
   * `count`, `explain` and `terms` do, while something that this cache has written is not in its index yet (`WriteReport.behind`).
   */
  paths(query: MetadataQuery | PreparedMetadataQuery): readonly ProjectPath[] {
    this.#assertAnswers();
    const { index, engine } = this.#state;
    return Object.freeze(index.pathsOf(engine.page(prepareQuery(query)).ids));
  }

  /** How many records match, whatever the limit, from the index alone. Throws `E_QUERY`. */
  count(query: MetadataQuery | PreparedMetadataQuery): number {
    this.#assertAnswers();
    return this.#state.engine.count(prepareQuery(query));
  }

  /** How `query` or, with `answer: "count"`, `count` would go about it, and with `run` what that costs; frozen. Throws `E_QUERY`. */
  explain(query: MetadataQuery | PreparedMetadataQuery, options: ExplainOptions = {}): QueryExplanation {
    this.#assertAnswers();
    return this.#state.engine.explain(prepareQuery(query), explainOptionsOf(options));
  }

  /**
   * Stores records: the database first, in one transaction, then the cache. All or none. Throws `E_RECORD` or `E_PATH` before anything is
   * changed; `E_DATABASE_UNAVAILABLE` if nothing was committed (or, with the fault "uncertain", if that is not known). Once the write is
   * committed, the call resolves, whatever else fails: see `WriteReport.behind`.
   *
   * Up to 1,000 records are read before the call returns. Of a larger list, leave the records unchanged until the call resolves. More than
   * 5,000 changes are taken over by loading the whole project aside, as a sync does, so that the event loop is not held up.
   */
  async update(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport> {
    this.#lifetime.assertOpen();
    const list = listOf("E_RECORD", "the records", records);
    const report = await this.#writes.put(list);
    await this.#merging.keepUp();
    this.#activity.counters.updates += list.length;
    return report;
  }

  /** Removes the records of these files, like `update`. A path without a record is no error. */
  async remove(paths: string | readonly string[]): Promise<WriteReport> {
    this.#lifetime.assertOpen();
    const parsed = listOf("E_PATH", "the paths", paths).map(parseProjectPath);
    const report = await this.#writes.remove(parsed);
    await this.#merging.keepUp();
    this.#activity.counters.removals += report.changed;
    return report;
  }

  /** Drops one record from memory, not from the database: the next read loads it again. */
  invalidate(path: string): void {
    this.#lifetime.assertOpen();
    const parsed = parseProjectPath(path);
    this.#loads.disown([parsed]);
    this.#state.drop(parsed);
  }

  /** Drops every record from memory, not from the database; the index stays whole, and so does every answer. */
  clear(): void {
    this.#lifetime.assertOpen();
    this.#loads.disownAll();
    this.#state.clear();
  }

  /** Brings the cache to the database's present state, and reports what that changed. A failure changes nothing. */
  async syncWithDatabase(): Promise<SyncReport> {
    this.#lifetime.assertOpen();
    return this.#synchronizer.synchronize();
  }

  /**
   * Resolves when this cache is at `revision` or a later one: what another cache of the project has written, and named by its
   * `WriteReport`, is seen from then on. Throws `E_TIMEOUT`; `E_ARGUMENT` for what is no revision or no wait; `E_DATABASE_UNAVAILABLE`.
   */
  async waitForRevision(revision: number, options: WaitOptions = NO_OPTIONS): Promise<void> {
    this.#lifetime.assertOpen();
    await waitForRevision(this.#waitParts, revision, options, "awaited");
  }

  /** What is known of every file, straight from the database, in pages: what an indexing run begins with. Rows that cannot be read are left out. */
  async *fingerprints(): AsyncGenerator<readonly Fingerprint[], void, undefined> {
    this.#lifetime.assertOpen();
    for await (const page of this.#store.readFingerprints(1_000)) yield page.filter(({ path }) => !this.#state.unreadable.has(path));
  }

  /** Counters since the cache was opened, and gauges read at the moment of the call. Cheap enough to be polled every second. */
  getStats(): CacheStatistics {
    this.#lifetime.assertOpen();
    const gauges = { stalenessMs: this.#stalenessMs(), stale: this.#isStale(), sharing: this.#share?.gauges, tree: this.#trees.status };
    return statisticsOf(this.#activity.statistics(), this.#state, gauges);
  }

  /** The rows that the database has but that cannot be read, each with why. */
  unreadable(): ReadonlyMap<ProjectPath, string> {
    this.#lifetime.assertOpen();
    return new Map(this.#state.unreadable);
  }

  /** How many records have each term of one index, the most frequent first, then by name. O(terms). */
  terms(index: QueriedIndex): readonly TermCount[] {
    this.#assertAnswers();
    return countTerms(this.#state.index, index);
  }

  /** Recomputes every law that memory alone can show; returns what does not hold. O(index and residents). */
  verify(): readonly Finding[] {
    this.#lifetime.assertOpen();
    return [...this.#state.verify(), ...(this.#share?.verify() ?? [])];
  }

  /** Compares index and residents with every row of the database, at one revision; returns what differs. */
  async verifyAgainstDatabase(): Promise<readonly Finding[]> {
    this.#lifetime.assertOpen();
    return this.#comparisons.run();
  }

  /**
   * Shares the cache with other threads of this process: give what it returns to as many workers as you like, as `workerData` or in a
   * message, and each calls `attachMetadataCache` of `metacache/worker`. The records in memory, as far as `sharedBytes` go, and the index
   * are in shared memory from then on. Calling it again returns the same.
   */
  share(): CacheHandle {
    this.#lifetime.assertOpen();
    const shared = { project: this.project, state: this.#state, call: ownerCalls(this, this.#writes, this.#waitParts) };
    const options = { recordBytes: this.#config.sharedBytes, staleAfterMs: this.#config.staleAfterSeconds * 1_000 };
    return (this.#share ??= new CacheShare(shared, options, this.#clock, this.#logger)).handle;
  }

  /** For a watcher of the source tree: from now on it answers for reads with consistency `"tree"`, and is closed with the cache. */
  attachTree(tree: AttachedTree): TreeAttachment {
    this.#lifetime.assertOpen();
    return this.#trees.attach(tree);
  }

  /** Ends the watcher and the periodic sync, waits for one that runs, and closes what was opened with this cache; idempotent. */
  shutdown(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #end(): Promise<void> {
    this.#lifetime.end();
    this.#periodic.stop();
    this.#hinted.stop();
    this.#waitParts.waits.end();
    this.#share?.close();
    await this.#trees.close();
    await this.#synchronizer.idle();
    await this.#checkpoints.save();
    await this.#merging.stop();
    await this.#database?.close();
    // If the database was closed too, reads that were under way have failed by now: their callers are told before this resolves.
    await this.#loads.idle();
    await this.#clock.yield();
  }

  /** @internal */
  protected async askReferences<T extends object>(
    { prepare }: ReferenceQuestion<T>,
    options: ReadOptions,
  ): Promise<T & AnswerState & ProvedAnswer> {
    this.#lifetime.assertOpen();
    const make = prepare();
    const { answer: made, tree } = await this.#reads.ask(options, () => this.#reader.gather(make));
    return deepFreeze({ ...made.answer, ...made.state, stale: this.#isStale(), ...provedAnswer(tree, undefined) });
  }

  #stalenessMs(): number {
    return elapsedSince(this.#state.confirmedAt, this.#clock);
  }

  #isStale(): boolean {
    return this.#state.isOutdated || this.#stalenessMs() > this.#config.staleAfterSeconds * 1_000;
  }

  /** For what is answered from the index at once, and cannot read anything first. */
  #assertAnswers(): void {
    this.#lifetime.assertOpen();
    this.#writes.assertCaughtUp();
  }
}
