import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { CONTENDED_PATHS, contendedRecord } from "../support/cache-operation.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MemoryDatabase, MemoryStore } from "../support/memory-database.ts";
import { openCache } from "../support/opened-cache.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { type SmallQuery, smallQuery } from "../support/small-records.ts";

/** A read that has not ended after so many looks at the store does not end. */
const MOST_STEPS = 500;

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), record: contendedRecord }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("foreign write" as const), record: contendedRecord }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("get" as const), path: fc.constantFrom(...CONTENDED_PATHS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("query" as const), query: smallQuery }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("sync" as const, "latest" as const, "clear" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("restore" as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Races {
  readonly before: readonly FileMetadata[];
  /** What the backup does not have any more. */
  readonly lost: readonly FileMetadata[];
  /** What others write on the backup before anybody looks. */
  readonly past: readonly FileMetadata[];
  readonly after: readonly Operation[];
}

interface Answer {
  readonly items: readonly FileMetadata[];
  readonly revision: number;
}

/**
 * Every state that the store has been in, one after the other: several histories may have reached
 * the same revision.
 */
class Histories {
  readonly #states: { readonly revision: number; readonly records: readonly FileMetadata[] }[] = [];

  note(store: MemoryStore): void {
    this.#states.push({ revision: store.revision, records: [...store.records().values()] });
  }

  /** An answer is of one history: all of it is what one of them had at its revision. */
  async expectOne(query: SmallQuery, answer: Promise<Answer>): Promise<void> {
    this.#expectAmong(query, await answer, 0);
  }

  /** The latest is what the store had at some moment of the call. */
  async expectLatest(query: SmallQuery, answer: Promise<Answer>): Promise<void> {
    const present = this.#states.length - 1;
    this.#expectAmong(query, await answer, present);
  }

  #expectAmong(query: SmallQuery, { items, revision }: Answer, from: number): void {
    const states = this.#states.slice(from).filter((state) => state.revision === revision);
    expect(states.map(({ records }) => naiveQuery(records, query).slice(0, query.limit))).toContainEqual(items);
  }
}

async function perform(next: Operation, cache: MetadataCache, store: MemoryStore, { histories, restore }: Past): Promise<unknown> {
  switch (next.kind) {
    case "update":
      return cache.update(next.record);
    case "foreign write":
      return store.writeBehindTheCache(next.record.path, next.record);
    case "get":
      return cache.getMetadata(next.path);
    case "query":
      return histories.expectOne(next.query, cache.query(next.query));
    case "sync":
      return cache.syncWithDatabase();
    case "latest":
      return histories.expectLatest({}, cache.query({}, { consistency: "latest" }));
    case "clear":
      return cache.clear();
    case "restore":
      return restore();
  }
}

interface Past {
  readonly histories: Histories;
  readonly restore: () => void;
}

function schedule(database: MemoryDatabase, scheduler: fc.Scheduler): void {
  let steps = 0;
  database.gate = async (step) => {
    if (++steps > MOST_STEPS) throw new TypeError("a read does not end");
    await scheduler.schedule(Promise.resolve(), step);
  };
}

async function run(scheduler: fc.Scheduler, { before, lost, past, after }: Races): Promise<void> {
  const { database, store, cache } = await openCache(before);
  const histories = new Histories();
  histories.note(store);
  store.onCommit = () => histories.note(store);
  const restore = store.snapshot();
  for (const record of lost) await cache.update(record);
  restore();
  for (const record of past) store.writeBehindTheCache(record.path, record);
  schedule(database, scheduler);
  const running = after.map(async (next) => {
    await scheduler.schedule(Promise.resolve(), next.kind);
    await perform(next, cache, store, { histories, restore });
  });
  await scheduler.waitFor(Promise.all(running));
  await scheduler.waitIdle();
  database.gate = () => Promise.resolve();
  await cache.syncWithDatabase();
  expect(cache.verify()).toEqual([]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  cache.clear();
  for (const path of CONTENDED_PATHS) expect(await cache.getMetadata(path)).toEqual(store.records().get(path));
  await cache.shutdown();
}

test("however often a backup is put back, and however far others write on before anybody looks, all ends well", async () => {
  const races: fc.Arbitrary<Races> = fc.record({
    before: fc.array(contendedRecord, { maxLength: 4 }),
    lost: fc.array(contendedRecord, { maxLength: 4 }),
    past: fc.array(contendedRecord, { maxLength: 6 }),
    after: fc.array(operation, { minLength: 2, maxLength: 14 }),
  });
  await fc.assert(fc.asyncProperty(fc.scheduler(), races, run), { numRuns: 1500 });
});
