import fc from "fast-check";
import { expect, test } from "vitest";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import { CONTENDED_PATHS, contendedRecord } from "../support/cache-operation.ts";
import type { FileMetadata } from "../../src/model/file-metadata.ts";
import type { MemoryDatabase, MemoryStore } from "../support/memory-database.ts";
import { openCache } from "../support/opened-cache.ts";
import { smallQuery } from "../support/small-records.ts";

/** A read that has not ended after so many looks at the store does not end. */
const MOST_STEPS = 500;

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("update" as const), record: contendedRecord }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("foreign write" as const), record: contendedRecord }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("get" as const), path: fc.constantFrom(...CONTENDED_PATHS) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("query" as const), query: smallQuery }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("sync" as const, "latest" as const, "clear" as const) }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Races {
  readonly before: readonly FileMetadata[];
  /** What the backup does not have any more. */
  readonly lost: readonly FileMetadata[];
  readonly after: readonly Operation[];
}

/** How far the store has shown that it stands behind the cache: only then may others write on until it does no longer. */
interface Disclosure {
  isMade: boolean;
}

async function perform(next: Operation, cache: MetadataCache, store: MemoryStore, disclosure: Disclosure): Promise<unknown> {
  switch (next.kind) {
    case "update":
      return cache.update(next.record);
    case "foreign write":
      if (!disclosure.isMade && store.revision + 1 >= cache.revision) return undefined;
      return store.writeBehindTheCache(next.record.path, next.record);
    case "get":
      return cache.getMetadata(next.path);
    case "query":
      return cache.query(next.query);
    case "sync":
      return cache.syncWithDatabase();
    case "latest":
      return cache.query({}, { consistency: "latest" });
    case "clear":
      return cache.clear();
  }
}

/** Once the store has made an answer, it has disclosed where it stands, although the answer may be on its way for long. */
function schedule(database: MemoryDatabase, scheduler: fc.Scheduler): Disclosure {
  const disclosure = { isMade: false };
  let steps = 0;
  database.gate = async (step) => {
    if (step.endsWith(" done") || step === "scan page") disclosure.isMade = true;
    if (++steps > MOST_STEPS) throw new TypeError("a read does not end");
    await scheduler.schedule(Promise.resolve(), step);
  };
  return disclosure;
}

async function run(scheduler: fc.Scheduler, { before, lost, after }: Races): Promise<void> {
  const { database, store, cache } = await openCache(before);
  const restore = store.snapshot();
  for (const record of lost) await cache.update(record);
  const disclosure = schedule(database, scheduler);
  restore();
  const running = after.map(async (next) => {
    await scheduler.schedule(Promise.resolve(), next.kind);
    await perform(next, cache, store, disclosure);
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

test("once the store has shown itself behind the cache, all ends well, however far others write on meanwhile", async () => {
  const races: fc.Arbitrary<Races> = fc.record({
    before: fc.array(contendedRecord, { maxLength: 4 }),
    lost: fc.array(contendedRecord, { minLength: 1, maxLength: 4 }),
    after: fc.array(operation, { minLength: 2, maxLength: 10 }),
  });
  await fc.assert(fc.asyncProperty(fc.scheduler(), races, run), { numRuns: 300 });
});
