import type { Fingerprint } from "../record/fingerprint.ts";
import { type Clock, elapsedSince, systemClock } from "../base/clock.ts";
import { deepFreeze } from "../base/deep-freeze.ts";
import type { Finding } from "../base/finding.ts";
import { childLogger, type Logger, silentLogger, withoutFailures } from "../base/logger.ts";
import type { MemoryCacheConfig } from "../config/memory-cache-config.ts";
import type { MetadataDatabase, ProjectStore } from "../database/metadata-database.ts";
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
import type { CacheState } from "../state/cache-state.ts";
import { RevisionWaits } from "../state/revision-waits.ts";
import { CacheStorage } from "../storage/cache-storage.ts";
import type { SyncReport } from "../sync/database-synchronizer.ts";
import { HintedSync } from "../sync/hinted-sync.ts";
import { SharedTask } from "../sync/shared-task.ts";
import { PeriodicSync } from "../sync/periodic-sync.ts";
import type { OpeningOptions } from "./cache-options.ts";
import { CacheCore } from "./cache-core.ts";
import { CacheLifetime } from "./cache-lifetime.ts";
import { queryAnswer, type AnswerPage } from "./reading/cache-reader.ts";
import { type CacheStatistics, statisticsOf } from "./statistics/cache-statistics.ts";
import { CacheWrites } from "./writing/cache-writes.ts";
import { ownerCalls } from "./owner-calls.ts";
import { runTarget } from "./writing/run-target.ts";
import { SourceLog } from "./writing/source-log.ts";
import { compareWithStore } from "./store-comparison.ts";
import { provedAnswer, TreeAttachments } from "./tree-attachments.ts";
import { WaitingReads } from "./reading/waiting-reads.ts";
import { waitForRevision, type WaitParts } from "./reading/wait-for-revision.ts";
import { countTerms, type TermCount } from "./statistics/term-counts.ts";

/**
 * The cache of one project's metadata. It guarantees:
 *
 * - **Complete**: the index holds every path and every term, so no answer depends on which records
 *   are in memory (law 1).
 * - **One revision**: every answer shows the database as it was right after one revision. If a call
 *   on one cache starts after another call ended, it never answers from an earlier revision (law
 *   2).
 * - **Read your writes**: when `update` or `remove` resolves, the change is committed, and every
 *   later read on this cache sees it (law 3).
 * - **A failure is not an absence**: `undefined`, `[]` and 0 mean that nothing exists at this
 *   revision. A call that needs an unreachable database throws `E_DATABASE_UNAVAILABLE`. Calls that
 *   need only memory still answer (law 6).
 * - **Immutable**: records are deeply frozen (law 9).
 * - **Proved fresh**: with a watcher, a read with consistency `"tree"` shows every change of the
 *   tree before the call, or says what is behind (law 15).
 *
 * Open a cache with `openMetadataCache`. After `shutdown`, every call except `shutdown` throws
 * `E_CLOSED`.
 */
export class MetadataCache extends ReferenceCalls implements MetadataCacheCalls {
  readonly #store: ProjectStore;
  readonly #config: MemoryCacheConfig;
  readonly #clock: Clock;
  readonly #core: CacheCore;
  readonly #state: CacheState;
  readonly #periodic: PeriodicSync;
  readonly #hinted: HintedSync;
  readonly #trees: TreeAttachments;
  readonly #reads: WaitingReads;
  readonly #waitParts: WaitParts;
  readonly #writes: CacheWrites;
  /**
   * Runs one comparison at a time. A comparison holds a snapshot, and may wait for a load, which
   * needs another snapshot.
   */
  readonly #comparisons = new SharedTask(() => compareWithStore(this.#state, this.#store, this.#core.synchronizer));
  readonly #logger: Logger;
  /** What is known about the source tree besides its records. */
  readonly source: SourceLog;
  #share: CacheShare | undefined;
  /** The database that was opened only for this cache. It is closed with the cache. */
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
    const { clock = systemClock } = options;
    const logger = withoutFailures(options.logger ?? silentLogger);
    const storage = new CacheStorage(config, EVICTION_STRATEGIES[config.evictionStrategy]());
    const core = new CacheCore(store, storage, { ...options, clock, logger });
    const { state, loads, synchronizer, merging, activity } = core;
    const syncLogger = childLogger(logger, "sync");
    this.#database = database;
    this.#lifetime = new CacheLifetime(store.project);
    this.#store = store;
    this.#config = config;
    this.#clock = clock;
    this.#logger = logger;
    this.#core = core;
    this.#state = state;
    this.#periodic = new PeriodicSync(synchronizer, config.syncIntervalSeconds * 1_000, clock, syncLogger);
    this.#hinted = new HintedSync(store, synchronizer, clock, syncLogger);
    this.#trees = new TreeAttachments(store.project, state, synchronizer);
    this.#waitParts = { state, waits: new RevisionWaits(state, clock), synchronizer };
    this.#writes = new CacheWrites(store, state, loads, synchronizer, this.#lifetime, clock, logger);
    this.#reads = new WaitingReads(this.#writes, synchronizer, this.#trees);
    this.source = new SourceLog(store, runTarget(this, this.#writes, state, merging, activity), this.#lifetime);
  }

  /**
   * Opens the project's whole index. Starts from the checkpoint in the database and the changes
   * since. Without a checkpoint, reads every row, and keeps as many records as there is room for.
   * From then on the cache stays in step. Pass `database` if it was opened only for this cache:
   * then it is closed with the cache.
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
    await cache.#core.fill();
    cache.#hinted.start();
    cache.#periodic.start();
    return cache;
  }

  /** The name of the project in the database. */
  get project(): string {
    return this.#store.project;
  }

  /**
   * The revision of the cache. Right after a synchronous call it is the revision of that answer.
   */
  get revision(): number {
    return this.#state.revision;
  }

  /**
   * Returns the resident record, or `undefined`. Never loads. Does not count as a use for eviction.
   * Costs one lookup. A write of this cache that it does not show yet (`WriteReport.behind`) is not
   * resident.
   */
  peek(path: string): FileMetadata | undefined {
    this.#lifetime.assertOpen();
    const resident = this.#state.storage.peekByPath(path as ProjectPath);
    if (resident === undefined) parseProjectPath(path);
    return resident;
  }

  /**
   * Returns the record of one file, or `undefined` if the project has none. Costs two lookups if
   * the record is resident or does not exist. Otherwise costs one read of the database, which all
   * simultaneous callers share (law 10).
   *
   * Throws `E_PATH`; `E_RECORD` if the row in the database cannot be read;
   * `E_DATABASE_UNAVAILABLE`; and with consistency `"tree"`, `E_TIMEOUT` if the record may be
   * behind its file.
   */
  async getMetadata(path: string, options: ReadOptions = NO_OPTIONS): Promise<FileMetadata | undefined> {
    this.#lifetime.assertOpen();
    const parsed = parseProjectPath(path);
    return this.#reads.read(options, () => this.#core.reader.get(parsed), { path: parsed });
  }

  /**
   * Returns the records that match all criteria, in a total order. Costs a search in the index, and
   * one read of the database for the records of the page that are not in memory.
   *
   * Throws `E_QUERY` with every problem of the query; `E_ARGUMENT` for wrong options;
   * `E_DATABASE_UNAVAILABLE`.
   */
  async query<F extends MetadataField = MetadataField>(
    query: MetadataQuery<F> | PreparedMetadataQuery<F>,
    options: ReadOptions = NO_OPTIONS,
  ): Promise<QueryAnswer<Pick<FileMetadata, F>>> {
    this.#lifetime.assertOpen();
    const prepared = prepareQuery(query);
    const asked = this.#reads.ask(options, () => this.#core.reader.page(prepared));
    // Most answers are there already, and awaiting them would cost as much as planning the query.
    const { answer, tree } = asked instanceof Promise ? await asked : asked;
    return queryAnswer(answer as AnswerPage<Pick<FileMetadata, F>>, this.#isStale(), tree);
  }

  /**
   * Returns the functions, classes and other symbols that match all criteria, each with its place,
   * signature and intent. For a name or a prefix it costs a search in the index. For `like`, or
   * without a name, it looks at every symbol of the project, in slices of a few milliseconds. It
   * also costs one read of the database for the records of the page that are not in memory. Throws
   * the errors of `query`.
   */
  async symbols(query: SymbolQuery, options: ReadOptions = NO_OPTIONS): Promise<QueryAnswer<FoundSymbol>> {
    this.#lifetime.assertOpen();
    const search = new SymbolSearch(prepareSymbolQuery(query));
    const { answer, tree } = await this.#reads.ask(options, () => this.#core.reader.symbols(search));
    return queryAnswer(answer, this.#isStale(), tree);
  }

  /**
   * Checks a query once, so that you can ask it often: pass the result to `query`, `paths`, `count`
   * and `explain`, for as long as you like. The prepared query also keeps what it found in the part
   * of the index that has not changed. Throws `E_QUERY`.
   */
  prepare<F extends MetadataField = MetadataField>(query: MetadataQuery<F>): PreparedMetadataQuery<F> {
    this.#lifetime.assertOpen();
    return new PreparedMetadataQuery(query);
  }

  /**
   * Returns the paths of the records that `query` would return, from the index alone. Loads no
   * record. Throws `E_QUERY`. `paths`, `count`, `explain` and `terms` throw
   * `E_DATABASE_UNAVAILABLE` while the index does not show a write of this cache
   * (`WriteReport.behind`).
   */
  paths(query: MetadataQuery | PreparedMetadataQuery): readonly ProjectPath[] {
    this.#assertAnswers();
    const { index, engine } = this.#state;
    return Object.freeze(index.pathsOf(engine.page(prepareQuery(query)).ids));
  }

  /**
   * Returns how many records match, regardless of the limit, from the index alone. Throws
   * `E_QUERY`.
   */
  count(query: MetadataQuery | PreparedMetadataQuery): number {
    this.#assertAnswers();
    return this.#state.engine.count(prepareQuery(query));
  }

  /**
   * Returns how `query` would find its answer, or, with `answer: "count"`, how `count` would. With
   * `run`, it also measures the cost. The result is frozen. Throws `E_QUERY`.
   */
  explain(query: MetadataQuery | PreparedMetadataQuery, options: ExplainOptions = {}): QueryExplanation {
    this.#assertAnswers();
    return this.#state.engine.explain(prepareQuery(query), explainOptionsOf(options));
  }

  /**
   * Stores records: first in the database, in one transaction, then in the cache. Stores all of
   * them or none. Throws `E_RECORD` or `E_PATH` before anything changes. Throws
   * `E_DATABASE_UNAVAILABLE` if nothing was committed, or, with the fault "uncertain", if nobody
   * knows. Once the write is committed, the call resolves, even if something else fails: see
   * `WriteReport.behind`.
   *
   * The call reads up to 1,000 records before it returns. If the list is longer, do not change its
   * records until the call resolves. For more than 5,000 changes the cache loads the whole project
   * aside, like a sync, so that the event loop is not blocked.
   */
  async update(records: FileMetadataInput | readonly FileMetadataInput[]): Promise<WriteReport> {
    this.#lifetime.assertOpen();
    const list = listOf("E_RECORD", "the records", records);
    const report = await this.#writes.put(list);
    await this.#core.merging.keepUp();
    this.#core.activity.counters.updates += list.length;
    return report;
  }

  /**
   * Removes the records of these files, in the way of `update`. A path without a record is not an
   * error.
   */
  async remove(paths: string | readonly string[]): Promise<WriteReport> {
    this.#lifetime.assertOpen();
    const report = await this.#writes.remove(listOf("E_PATH", "the paths", paths).map(parseProjectPath));
    await this.#core.merging.keepUp();
    this.#core.activity.counters.removals += report.changed;
    return report;
  }

  /** Drops one record from memory, not from the database. The next read loads it again. */
  invalidate(path: string): void {
    this.#lifetime.assertOpen();
    const parsed = parseProjectPath(path);
    this.#core.loads.disown([parsed]);
    this.#state.drop(parsed);
  }

  /**
   * Drops every record from memory, not from the database. The index stays complete, so every
   * answer stays the same.
   */
  clear(): void {
    this.#lifetime.assertOpen();
    this.#core.loads.disownAll();
    this.#state.clear();
  }

  /**
   * Brings the cache to the database's present state, and reports the changes. A failure changes
   * nothing.
   */
  async syncWithDatabase(): Promise<SyncReport> {
    this.#lifetime.assertOpen();
    return this.#core.synchronizer.synchronize();
  }

  /**
   * Resolves when this cache is at `revision` or later. From then on this cache shows what another
   * cache of the project wrote and reported with this revision (`WriteReport`). Throws `E_TIMEOUT`;
   * `E_ARGUMENT` for a wrong revision or wrong options; `E_DATABASE_UNAVAILABLE`.
   */
  async waitForRevision(revision: number, options: WaitOptions = NO_OPTIONS): Promise<void> {
    this.#lifetime.assertOpen();
    await waitForRevision(this.#waitParts, revision, options, "awaited");
  }

  /**
   * Reads the fingerprint of every file from the database, in pages. A run starts with them. Leaves
   * out rows that cannot be read.
   */
  async *fingerprints(): AsyncGenerator<readonly Fingerprint[], void, undefined> {
    this.#lifetime.assertOpen();
    for await (const page of this.#store.readFingerprints(1_000)) yield page.filter(({ path }) => !this.#state.unreadable.has(path));
  }

  /**
   * Returns counters since the cache was opened, and gauges of this moment. Fast enough to call
   * every second.
   */
  getStats(): CacheStatistics {
    this.#lifetime.assertOpen();
    const stalenessMs = elapsedSince(this.#state.confirmedAt, this.#clock);
    const gauges = { stalenessMs, stale: this.#isStale(), sharing: this.#share?.gauges, tree: this.#trees.status };
    return statisticsOf(this.#core.activity.statistics(), this.#state, gauges);
  }

  /** Returns the rows of the database that cannot be read, each with the reason. */
  unreadable(): ReadonlyMap<ProjectPath, string> {
    this.#lifetime.assertOpen();
    return new Map(this.#state.unreadable);
  }

  /**
   * Returns how many records have each term of one index, the most frequent term first, then by
   * name. O(terms).
   */
  terms(index: QueriedIndex): readonly TermCount[] {
    this.#assertAnswers();
    return countTerms(this.#state.index, index);
  }

  /** @internal Returns the name, or the term of one index, whose spelling is nearest to `text`. */
  nearestName(text: string, index: QueriedIndex | "symbol" = "symbol"): string | undefined {
    this.#assertAnswers();
    return this.#state.index.nearestTerm(index, text);
  }

  /**
   * Recomputes every law that memory alone can show, and returns what does not hold. O(index and
   * residents).
   */
  verify(): readonly Finding[] {
    this.#lifetime.assertOpen();
    return [...this.#state.verify(), ...(this.#share?.verify() ?? [])];
  }

  /**
   * Compares the index and the residents with every row of the database, at one revision. Returns
   * the differences.
   */
  async verifyAgainstDatabase(): Promise<readonly Finding[]> {
    this.#lifetime.assertOpen();
    return this.#comparisons.execute();
  }

  /**
   * Shares the cache with other threads of this process. Pass the result to any number of workers,
   * as `workerData` or in a message. Each worker calls `attachMetadataCache` of `metacache/worker`.
   * From then on the index is in shared memory, with as many residents as `sharedBytes` allows.
   * Another call returns the same handle.
   */
  share(): CacheHandle {
    this.#lifetime.assertOpen();
    const shared = { project: this.project, state: this.#state, call: ownerCalls(this, this.#writes, this.#waitParts) };
    const options = { recordBytes: this.#config.sharedBytes, staleAfterMs: this.#config.staleAfterSeconds * 1_000 };
    return (this.#share ??= new CacheShare(shared, options, this.#clock, this.#logger)).handle;
  }

  /**
   * Attaches a watcher of the source tree. From now on it answers reads with consistency `"tree"`.
   * It is closed with the cache.
   */
  attachTree(tree: AttachedTree): TreeAttachment {
    this.#lifetime.assertOpen();
    return this.#trees.attach(tree);
  }

  /**
   * Ends the watcher and the periodic sync, waits for a running sync, and closes what was opened
   * with this cache. May be called more than once.
   */
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
    await this.#core.synchronizer.idle();
    await this.#core.leave();
    await this.#database?.close();
    // If the database was closed too, running reads have failed by now. Their callers hear of it
    // before this resolves.
    await this.#core.loads.idle();
    await this.#clock.yield();
  }

  /** @internal */
  protected async askReferences<T extends object>(
    { prepare }: ReferenceQuestion<T>,
    options: ReadOptions,
  ): Promise<T & AnswerState & ProvedAnswer> {
    this.#lifetime.assertOpen();
    const make = prepare();
    const { answer: made, tree } = await this.#reads.ask(options, () => this.#core.reader.gather(make));
    return deepFreeze({ ...made.answer, ...made.state, stale: this.#isStale(), ...provedAnswer(tree, undefined) });
  }

  #isStale(): boolean {
    return this.#state.isOutdated || elapsedSince(this.#state.confirmedAt, this.#clock) > this.#config.staleAfterSeconds * 1_000;
  }

  /** For synchronous calls, which answer from the index and cannot read the database first. */
  #assertAnswers(): void {
    this.#lifetime.assertOpen();
    this.#writes.assertCaughtUp();
  }
}
