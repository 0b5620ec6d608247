import { describe, expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { EVICTION_STRATEGY_NAMES } from "../../src/config/memory-cache-config.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import type { MetadataQuery } from "../../src/query/metadata-query.ts";
import { MemoryDatabase, type MemoryStore } from "../support/memory-database.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf, type SmallQuery } from "../support/small-records.ts";
import { StoreHistory } from "../support/store-history.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const ROUNDS = 300;
const PATHS = ["a.ts", "b.ts", "c.ts", "d.ts", "e.ts"] as ProjectPath[];

/**
 * Writes to every row that somebody may be reading, before and after each time that the store is
 * read: as fast as can be.
 */
class BusyWriter {
  readonly store: MemoryStore;
  readonly history: StoreHistory;
  readonly cache: MetadataCache;
  /** How often it has written since the read began; too often, and the store gives up. */
  writes = 0;
  afterEach: () => Promise<unknown> = () => Promise.resolve();

  private constructor(database: MemoryDatabase, store: MemoryStore, cache: MetadataCache) {
    this.store = store;
    this.cache = cache;
    this.history = new StoreHistory(store);
    database.gate = async (operation) => {
      if (operation.startsWith("write")) return;
      if (++this.writes > ROUNDS) throw new TypeError(`the read has not ended after ${ROUNDS} writes`);
      this.write();
      await this.afterEach();
    };
  }

  static async open(evictionStrategy: (typeof EVICTION_STRATEGY_NAMES)[number] = "lru"): Promise<BusyWriter> {
    const database = new MemoryDatabase();
    const store = await database.openProject("p");
    await store.write(
      PATHS.map((path) => recordOf({ path })),
      [],
    );
    return new BusyWriter(database, store, await MetadataCache.open(store, { ...TINY, evictionStrategy }, { clock: WITHOUT_TIMERS }));
  }

  write(): void {
    for (const path of PATHS) this.store.writeBehindTheCache(path, this.#next(path));
  }

  /** Never the same twice, and each time in another order of sizes. */
  #next(path: ProjectPath): FileMetadata {
    const { revision } = this.store;
    return recordOf({ path, size: (revision * 7) % 11, modifiedAt: revision, functions: ["f"] });
  }

  /**
   * A read that begins now, when the cache has no record, and may answer with any state from the
   * present one on.
   */
  async during<T>(read: () => Promise<T>): Promise<{ readonly answer: T; readonly from: number }> {
    this.cache.clear();
    this.writes = 0;
    const from = this.history.placeOf(this.cache.revision);
    return { answer: await read(), from };
  }
}

describe("a reader whose every look at the database comes between two foreign writes to the very rows that it reads", () => {
  test.each(EVICTION_STRATEGY_NAMES)("gets one record as it was at one revision, for 300 rounds, with %s eviction", async (strategy) => {
    const writer = await BusyWriter.open(strategy);
    for (let round = 0; round < ROUNDS; round++) {
      const path = PATHS[round % PATHS.length] as ProjectPath;
      const { answer, from } = await writer.during(() => writer.cache.getMetadata(path));
      const versions = writer.history.between(from, writer.history.present).map(({ records }) => records.get(path));
      expect(versions).toContainEqual(answer);
    }
  });

  test.each<readonly [string, MetadataQuery & SmallQuery]>([
    ["whole records", {}],
    ["some fields", { select: ["path", "functions", "size"] }],
    ["what the writes bring in and take out of the page", { orderBy: "-size", limit: 3 }],
  ])("gets a page of %s as it was at one revision, for 300 rounds", async (_, query) => {
    const writer = await BusyWriter.open();
    let seen = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const { answer, from } = await writer.during(() => writer.cache.query(query));
      const place = writer.history.placeOf(answer.revision);
      expect(place).toBeGreaterThanOrEqual(Math.max(from, seen));
      const expected = naiveQuery(writer.history.at(answer.revision).records.values(), query);
      const fields = (query.select ?? Object.keys(expected[0] as FileMetadata)) as (keyof FileMetadata)[];
      expect(answer.items).toEqual(
        expected.slice(0, query.limit).map((record) => Object.fromEntries(fields.map((name) => [name, record[name]]))),
      );
      expect(answer.total).toBe(PATHS.length);
      seen = place;
    }
  });

  test("is as fresh as every commit that ended before it asked for the latest", async () => {
    const writer = await BusyWriter.open();
    for (let round = 0; round < ROUNDS; round++) {
      writer.write();
      const asked = writer.history.present;
      const { answer } = await writer.during(() => writer.cache.query({}, { consistency: "latest" }));
      expect(writer.history.placeOf(answer.revision)).toBeGreaterThanOrEqual(asked);
    }
  });

  test("comes to an end although the feed is compacted after each write, so that every step is a full load", async () => {
    const writer = await BusyWriter.open();
    writer.afterEach = () => writer.store.compact(writer.store.revision);
    const { answer, from } = await writer.during(() => writer.cache.getMetadata("a.ts"));
    expect(writer.history.between(from, writer.history.present).map(({ records }) => records.get("a.ts"))).toContainEqual(answer);
  });

  test("does not keep own writes from being seen", async () => {
    const writer = await BusyWriter.open();
    for (let round = 0; round < ROUNDS; round++) {
      const own = recordOf({ path: "own.ts", size: round });
      const { answer } = await writer.during(async () => {
        await writer.cache.update(own);
        return writer.cache.getMetadata("own.ts");
      });
      expect(answer).toEqual(own);
    }
  });
});
