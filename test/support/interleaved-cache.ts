import type { Scheduler } from "fast-check";
import { expect } from "vitest";
import { DatabaseUnavailableError, isMetacacheError } from "../../src/base/errors.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MemoryCacheConfig } from "../../src/config/memory-cache-config.ts";
import type { WriteReceipt } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { QUERIED_INDEXES, termsOf } from "../../src/record/terms.ts";
import type { WriteReport } from "../../src/calls/cache-calls.ts";
import { type CacheOperation, CONTENDED_PATHS, type ReadManner } from "./cache-operation.ts";
import { ManualClock } from "./manual-clock.ts";
import { MemoryDatabase, type MemoryStore } from "./memory-database.ts";
import { naiveFirst, naiveQuery } from "./naive-query.ts";
import { recordOf } from "./small-records.ts";
import { type PastState, StoreHistory } from "./store-history.ts";

export interface Scenario {
  readonly config: MemoryCacheConfig;
  readonly initial: readonly FileMetadata[];
  readonly operations: readonly CacheOperation[];
  /** Which of the store's steps fail, counted from 0. */
  readonly failures: readonly number[];
  /** Whether the feed is compacted after each change, so that every sync is a full load. */
  readonly compacts: boolean;
}

/**
 * What the store was before the cache was opened ends below this revision; a backup put back never
 * gets so far.
 */
const FIRST_REVISION = 100;
/** Another database begins here: no revision is reached twice with other content. */
const REPLACED_REVISION = 1_000;
/** A call that has not ended after so many looks at the store does not end. */
const MOST_STEPS = 1_000;
const ABORTED = new TypeError("the caller gave up");

/**
 * One cache over one store, and whatever happens to both at once, in the order that a scheduler
 * decides. Each answer is compared with the history of the store: it must be of one revision, not
 * older than what the cache knew when the call began, than what the call was promised to see, and
 * than the answer itself says.
 */
export class InterleavedCache {
  readonly #scheduler: Scheduler;
  readonly #scenario: Scenario;
  readonly #store: MemoryStore;
  readonly #history: StoreHistory;
  readonly #cache: MetadataCache;
  readonly #database: MemoryDatabase;
  readonly #restore: () => void;
  readonly #clock: ManualClock;
  #done = new Set<CacheOperation["kind"]>();
  #write: Promise<WriteReceipt> | undefined;
  #steps = 0;
  #failed = 0;
  #seen = 0;
  /** The newest state that an own write was acknowledged for. */
  #acknowledged = 0;
  /** How many own writes the cache could not show at once. */
  #behind = 0;

  static async run(scheduler: Scheduler, scenario: Scenario): Promise<void> {
    const database = new MemoryDatabase();
    const store = await database.openProject("p");
    await store.write(scenario.initial, []);
    const restore = store.snapshot();
    // What comes between the backup and the present: so much that no later write can hide that the
    // backup was put back.
    while (store.revision < FIRST_REVISION) {
      const filler = recordOf({ path: CONTENDED_PATHS[store.revision % 2] as string, size: store.revision });
      store.writeBehindTheCache(filler.path, filler);
    }
    const clock = new ManualClock();
    const cache = await MetadataCache.open(store, scenario.config, { clock: clock });
    await new InterleavedCache(scheduler, scenario, database, store, cache, restore, clock).#run();
  }

  private constructor(
    scheduler: Scheduler,
    scenario: Scenario,
    database: MemoryDatabase,
    store: MemoryStore,
    cache: MetadataCache,
    restore: () => void,
    clock: ManualClock,
  ) {
    this.#scheduler = scheduler;
    this.#scenario = scenario;
    this.#database = database;
    this.#store = store;
    this.#cache = cache;
    this.#restore = restore;
    this.#clock = clock;
    this.#history = new StoreHistory(store, () => clock.now());
    if (scenario.compacts) this.#history.afterEach = () => void store.compact(store.revision);
    const write = store.write.bind(store);
    store.write = (...given) => (this.#write = write(...given));
    database.gate = (step) => this.#step(step);
  }

  async #run(): Promise<void> {
    const observed = async (step: () => Promise<unknown>): Promise<void> => {
      this.#observe();
      await step();
      this.#observe();
    };
    const running = this.#scenario.operations.map(async (operation) => {
      await this.#scheduler.schedule(Promise.resolve(), operation.kind);
      await this.#perform(operation);
    });
    await this.#scheduler.waitFor(Promise.all(running), observed);
    await this.#scheduler.waitIdle(observed);
    await this.#finish();
  }

  /** The store's next step happens when the scheduler says so, or fails. */
  async #step(step: string): Promise<void> {
    const number = this.#steps++;
    if (number > MOST_STEPS) throw new TypeError("a call does not end");
    await this.#scheduler.schedule(Promise.resolve(), step);
    // The port promises that a write which failed was not committed.
    if (!this.#scenario.failures.includes(number) || step === "write done") return;
    this.#failed++;
    throw new DatabaseUnavailableError("locked", "made to fail");
  }

  /** Whatever can be seen without waiting is right at every moment. */
  #observe(): void {
    const { config } = this.#scenario;
    const cache = this.#cache;
    expect(cache.verify()).toEqual([]);
    const place = this.#history.placeOf(cache.revision);
    expect(place, "revisions never go back").toBeGreaterThanOrEqual(this.#seen);
    this.#seen = place;
    const { records, unreadable } = this.#history.at(cache.revision);
    expect(new Set(cache.unreadable().keys())).toEqual(unreadable);
    const paths = this.#pathsNow();
    if (paths !== undefined) expect([...paths]).toEqual([...records.keys()].sort());
    for (const index of paths === undefined ? [] : QUERIED_INDEXES) {
      expect(Object.fromEntries(cache.terms(index).map(({ term, count }) => [`${term}!`, count]))).toEqual(counts(records, index));
    }
    for (const path of CONTENDED_PATHS) {
      const resident = cache.peek(path);
      if (resident !== undefined) expect(resident).toEqual(records.get(path));
    }
    const { residents, residentBytes } = cache.getStats();
    expect(residents).toBeLessThanOrEqual(config.maxItems);
    expect(residentBytes).toBeLessThanOrEqual(config.maxBytes);
  }

  /** `undefined` if the cache refuses, because it does not show yet what it has committed. */
  #pathsNow(): readonly string[] | undefined {
    try {
      return this.#cache.paths({});
    } catch (error) {
      if (!isMetacacheError(error, "E_DATABASE_UNAVAILABLE") || this.#behind === 0) throw error;
      return undefined;
    }
  }

  async #perform(operation: CacheOperation): Promise<void> {
    switch (operation.kind) {
      case "get":
        return this.#get(operation.path, operation.manner);
      case "query":
        return this.#query(operation.query, operation.manner);
      case "update":
        return this.#ownWrite(
          () => this.#cache.update(operation.records),
          operation.records.map(({ path }) => path),
        );
      case "remove":
        return this.#ownWrite(() => this.#cache.remove(operation.path), [operation.path]);
      case "invalidate":
        this.#cache.invalidate(operation.path);
        return expect(this.#cache.peek(operation.path)).toBeUndefined();
      case "clear":
        this.#cache.clear();
        return expect(this.#cache.getStats()).toMatchObject({ residents: 0, residentBytes: 0 });
      case "foreign write":
        return this.#store.writeBehindTheCache(operation.record.path, operation.record);
      case "foreign removal":
        return this.#store.writeBehindTheCache(operation.path, undefined);
      case "foreign damage":
        return this.#store.writeBehindTheCache(operation.path, undefined, "not JSON");
      case "tick":
        return this.#clock.fire();
      case "sync": {
        const asked = this.#history.present;
        const report = await this.#attempt(this.#cache.syncWithDatabase());
        if (report === undefined || report === "unreadable") return expect(report).toBeUndefined();
        return expect(this.#history.placeOf(report.revision)).toBeGreaterThanOrEqual(asked);
      }
      case "audit": {
        const changes = this.#done.size;
        const findings = await this.#attempt(this.#cache.verifyAgainstDatabase());
        // A snapshot of a store that is then taken away tells nothing of the next one.
        if (changes === this.#done.size && findings !== undefined) expect(findings).toEqual([]);
        return;
      }
      case "compact":
        await this.#store.compact(this.#store.revision);
        return;
      case "restore":
      case "replace":
        if (this.#done.has(operation.kind)) return;
        this.#done.add(operation.kind);
        if (operation.kind === "restore") this.#restore();
        else this.#store.replace("another", REPLACED_REVISION, [recordOf({ path: CONTENDED_PATHS[0] as string, intent: "another" })]);
        return;
    }
  }

  async #get(path: string, manner: ReadManner): Promise<void> {
    const from = this.#floor(manner);
    const answer = await this.#attempt(
      this.#read(manner, (options) => this.#cache.getMetadata(path, options)).then((record) => ({ record })),
    );
    const possible = this.#history.between(from, this.#history.present);
    if (answer === undefined) return;
    if (answer === "unreadable") return expect(possible.some((state) => state.unreadable.has(path))).toBe(true);
    // Any version between the call's beginning and its end is right; one from before it is not.
    const versions = possible.filter((state) => !state.unreadable.has(path)).map((state) => state.records.get(path));
    expect(versions).toContainEqual(answer.record);
  }

  async #query(query: Parameters<typeof naiveQuery>[1], manner: ReadManner): Promise<void> {
    const from = this.#floor(manner);
    const answer = await this.#attempt(this.#read(manner, (options) => this.#cache.query(query, options)));
    if (answer === undefined || answer === "unreadable") return expect(answer).toBeUndefined();
    const place = this.#history.placeOf(answer.revision);
    expect(place, "no older than when the call began").toBeGreaterThanOrEqual(from);
    expect(place, "as fresh as the answer says").toBeGreaterThanOrEqual(this.#history.placeAt(answer.asOf));
    const state = this.#history.at(answer.revision);
    const expected = naiveQuery(state.records.values(), query);
    expect(answer.items).toEqual(expected.slice(0, query.limit));
    expect(answer.total).toBe(expected.length);
    expect(answer.unreadable).toBe(state.unreadable.size);
  }

  /** The oldest state that a read which begins now may answer from. */
  #floor({ consistency }: ReadManner): number {
    if (consistency === "latest") return this.#history.present;
    return Math.max(this.#acknowledged, this.#history.placeOf(this.#cache.revision));
  }

  async #read<T>({ consistency, aborted }: ReadManner, read: (options: object) => Promise<T>): Promise<T> {
    if (!aborted) return read({ consistency });
    const controller = new AbortController();
    void this.#scheduler.schedule(Promise.resolve(), "abort").then(() => controller.abort(ABORTED));
    return read({ consistency, signal: controller.signal });
  }

  async #ownWrite(write: () => Promise<WriteReport>, paths: readonly string[]): Promise<void> {
    const written = write();
    const committed = this.#write as Promise<WriteReceipt>;
    const report = await this.#attempt(written);
    if (report === undefined || report === "unreadable") return expect(report).toBeUndefined();
    const own = this.#history.placeOf((await committed).position.revision);
    expect(this.#history.placeOf(report.revision), "own writes are seen").toBeGreaterThanOrEqual(own);
    // What the cache does not show yet, no read may leave out: it reads the database first, or
    // fails.
    this.#acknowledged = Math.max(this.#acknowledged, own);
    if (report.behind) this.#behind++;
    if (report.behind) expect(this.#failed > 0 || this.#scenario.compacts, "behind because the database could not be read").toBe(true);
    else expect(this.#history.placeOf(this.#cache.revision)).toBeGreaterThanOrEqual(own);
    await Promise.all(paths.map((path) => this.#get(path, { consistency: "cached", aborted: false })));
  }

  /**
   * `undefined` where the database could not be reached or the caller gave up; no other failure is
   * expected.
   */
  async #attempt<T>(call: Promise<T>): Promise<T | "unreadable" | undefined> {
    try {
      return await call;
    } catch (error) {
      if (error === ABORTED) return undefined;
      if (isMetacacheError(error, "E_RECORD")) return "unreadable";
      if (isMetacacheError(error, "E_DATABASE_UNAVAILABLE") && (this.#failed > 0 || this.#scenario.compacts)) return undefined;
      throw error;
    }
  }

  /** When all is still, nothing is on its way, and the cache comes to equal the database. */
  async #finish(): Promise<void> {
    this.#database.gate = () => Promise.resolve();
    const cache = this.#cache;
    const { loads, loadTimes } = cache.getStats();
    expect([loads - loadTimes.count, this.#store.openScans, this.#scheduler.count()]).toEqual([0, 0, 0]);
    await cache.syncWithDatabase();
    this.#observe();
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
    const { records, unreadable } = this.#history.at(this.#store.revision);
    cache.clear();
    for (const path of CONTENDED_PATHS) if (!unreadable.has(path)) expect(await cache.getMetadata(path)).toEqual(records.get(path));
    expect((await cache.query({})).items).toEqual(naiveQuery(records.values(), {}));
    this.#observe();
    await cache.shutdown();
    expect(this.#clock.pending).toBe(0);
  }
}

/** Prototype names as keys would not be compared: hence the mark. */
function counts(records: PastState["records"], index: (typeof QUERIED_INDEXES)[number]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const record of records.values()) {
    // A document is counted by the path that a reference would mean first.
    const terms = index === "referenceDoc" ? new Set(naiveFirst(record)) : termsOf(record)[index];
    for (const term of terms) found[`${term}!`] = (found[`${term}!`] ?? 0) + 1;
  }
  return found;
}
