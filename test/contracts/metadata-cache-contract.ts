import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import type { MetacacheError } from "../../src/base/errors.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { AttachedCache } from "../../src/threads/reader/attached-cache.ts";
import type { FoundSymbol, SymbolQuery } from "../../src/query/symbols/symbol-query.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { naiveSymbols, symbolQuery, symbolRecord, withoutOrderOfNamesakes } from "../support/naive-symbols.ts";
import { recordOf, SMALL_PATHS, smallPath, smallQuery, smallRecord } from "../support/small-records.ts";

export interface CacheUnderTest {
  /** Over a database of its own, empty. */
  readonly cache: MetadataCache | AttachedCache;
  /** Writes past this cache and every other. */
  writeElsewhere(put: readonly FileMetadata[], remove: readonly string[]): Promise<void>;
  /** Drops every record from memory. */
  clear(): Promise<void>;
  /** Ends the cache, wherever it is owned. */
  shutdown(): Promise<void>;
  dispose(): Promise<void>;
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("update" as const), records: fc.array(smallRecord, { minLength: 1, maxLength: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("elsewhere" as const), record: smallRecord }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("turn" as const) }) },
);

/** What a cache must do in every thread. */
export function describeMetadataCache(name: string, open: () => Promise<CacheUnderTest>): void {
  describe(`${name}, as every cache`, () => {
    // Each run may start a thread: a net, not a measure.
    test("answers like a plain scan after every step, whatever is in memory", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 12 }),
          fc.array(smallQuery, { minLength: 1, maxLength: 3 }),
          async (steps, queries) => {
            const opened = await open();
            try {
              await followModel(opened, steps, queries);
            } finally {
              await opened.dispose();
            }
          },
        ),
        { numRuns: 25 },
      );
    });

    test("finds symbols like a plain scan, page by page, whatever is in memory", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(symbolRecord, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 }),
          fc.array(symbolQuery, { minLength: 1, maxLength: 6 }),
          async (writes, queries) => {
            const opened = await open();
            try {
              await followSymbols(opened, writes, queries);
            } finally {
              await opened.dispose();
            }
          },
        ),
        { numRuns: 20 },
      );
    });

    test("refuses what is wrong with the code and the words of its own thread, and changes nothing", async () => {
      const { cache } = await openForTest(open);
      const { revision } = cache;
      // A call may throw before there is a promise.
      const failureOf = (call: () => unknown): Promise<unknown> => (async () => call())().catch((error: unknown) => error);
      expect(await failureOf(() => cache.query({ limit: -1 }))).toMatchObject({
        code: "E_QUERY",
        message: expect.stringContaining("limit") as string,
      });
      expect(await failureOf(() => cache.symbols({ kind: "procedure" as never }))).toMatchObject({
        code: "E_QUERY",
        message: expect.stringContaining("kind") as string,
      });
      expect(await failureOf(() => cache.count({ colour: "red" } as object))).toMatchObject({ code: "E_QUERY" });
      expect(await failureOf(() => cache.getMetadata("../a.ts"))).toMatchObject({ code: "E_PATH" });
      expect(await failureOf(() => cache.peek("/a.ts"))).toMatchObject({ code: "E_PATH" });
      // Whatever thread the call is made in, the second of them cannot even be sent to another one.
      for (const size of [-1, () => 1]) {
        const wrong = { ...recordOf({ path: "a.ts" }), size: size as number };
        const refusal = (await failureOf(() => parseFileMetadata(wrong))) as MetacacheError;
        expect(refusal).toMatchObject({ code: "E_RECORD", message: expect.stringContaining("size") as string });
        expect(await failureOf(() => cache.update([recordOf({ path: "b.ts" }), wrong]))).toMatchObject({
          code: refusal.code,
          message: refusal.message,
        });
      }
      expect(await failureOf(() => cache.remove(["a.ts", "b/../c.ts"]))).toMatchObject({ code: "E_PATH" });
      expect(await failureOf(() => cache.getMetadata("a.ts", { consistency: "sometimes" as never }))).toMatchObject({ code: "E_ARGUMENT" });
      // What cannot even be sent to another thread.
      expect(await failureOf(() => cache.getMetadata("a.ts", { consistency: (() => 1) as never }))).toMatchObject({ code: "E_ARGUMENT" });
      expect(await failureOf(() => cache.waitForRevision((() => 1) as never))).toMatchObject({ code: "E_ARGUMENT" });
      expect(await failureOf(() => cache.waitForRevision(-1))).toMatchObject({ code: "E_ARGUMENT" });
      expect(await failureOf(() => cache.waitForRevision(9, { timeoutMs: 10 }))).toMatchObject({ code: "E_TIMEOUT" });
      expect(cache.revision).toBe(revision);
      expect(await cache.verify()).toEqual([]);
    });

    test("hands out nothing that could be changed", async () => {
      const { cache, clear } = await openForTest(open);
      await cache.update(recordOf({ path: "a.ts", functions: ["f"] }));
      for (const prepare of [() => Promise.resolve(), clear]) {
        await prepare();
        const record = await cache.getMetadata("a.ts");
        expect(isDeeplyFrozen(record)).toBe(true);
        expect(isDeeplyFrozen(await cache.query({ functionName: "f" }))).toBe(true);
        expect(isDeeplyFrozen(await cache.symbols({}))).toBe(true);
        expect(isDeeplyFrozen(await cache.paths({}))).toBe(true);
      }
    });

    test("has nothing of a record in memory once all were cleared, and then reads it again", async () => {
      const { cache, clear } = await openForTest(open);
      await cache.update(recordOf({ path: "a.ts", size: 3 }));
      expect(cache.peek("a.ts")?.size).toBe(3);
      await clear();
      expect(cache.peek("a.ts")).toBeUndefined();
      expect((await cache.getMetadata("a.ts"))?.size).toBe(3);
      expect(cache.peek("a.ts")?.size).toBe(3);
    });

    test("gives up waiting at once where the signal says so", async () => {
      const { cache } = await openForTest(open);
      const reason = new TypeError("enough");
      await expect((async () => cache.getMetadata("a.ts", { signal: AbortSignal.abort(reason) }))()).rejects.toBe(reason);
      await expect((async () => cache.symbols({}, { signal: AbortSignal.abort(reason) }))()).rejects.toBe(reason);
      const giveUp = new AbortController();
      const waiting = cache.waitForRevision(99, { signal: giveUp.signal });
      giveUp.abort(reason);
      await expect(waiting).rejects.toBe(reason);
    });

    test("waits for the revision that another one's write has named", async () => {
      const { cache, writeElsewhere } = await openForTest(open);
      const waiting = cache.waitForRevision(2);
      await writeElsewhere([recordOf({ path: "a.ts" }), recordOf({ path: "b.ts" })], []);
      await cache.syncWithDatabase();
      await waiting;
      expect(cache.revision).toBe(2);
      expect(await cache.paths({})).toEqual(["a.ts", "b.ts"]);
    });

    test("throws E_CLOSED for everything once it is shut down, what was under way included", async () => {
      const { cache, shutdown } = await openForTest(open);
      await cache.update(recordOf({ path: "a.ts" }));
      const waiting = cache.waitForRevision(99).catch((error: unknown) => error);
      await shutdown();
      expect(await waiting).toMatchObject({ code: "E_CLOSED" });
      const calls: (() => unknown)[] = [
        () => cache.peek("a.ts"),
        () => cache.getMetadata("a.ts"),
        () => cache.query({}),
        () => cache.symbols({}),
        () => cache.count({}),
        () => cache.paths({}),
        () => cache.update(recordOf({ path: "b.ts" })),
        () => cache.remove("a.ts"),
      ];
      for (const call of calls) await expect((async () => call())()).rejects.toMatchObject({ code: "E_CLOSED" });
    });
  });
}

async function openForTest(open: () => Promise<CacheUnderTest>): Promise<CacheUnderTest> {
  const opened = await open();
  onTestFinished(() => opened.dispose());
  return opened;
}

async function followModel(
  { cache, writeElsewhere, clear }: CacheUnderTest,
  steps: readonly (typeof step extends fc.Arbitrary<infer T> ? T : never)[],
  queries: readonly (typeof smallQuery extends fc.Arbitrary<infer T> ? T : never)[],
): Promise<void> {
  const model = new Map<string, FileMetadata>();
  let revision = 0;
  for (const next of steps) {
    let latest = false;
    switch (next.kind) {
      case "update": {
        const report = await cache.update(next.records);
        for (const record of next.records) model.set(record.path, record);
        expect(report.revision).toBe(cache.revision);
        break;
      }
      case "remove":
        await cache.remove(next.path);
        model.delete(next.path);
        break;
      case "elsewhere":
        await writeElsewhere([next.record], []);
        model.set(next.record.path, next.record);
        latest = true;
        break;
      case "clear":
        await clear();
        break;
      case "turn":
        await new Promise((resolve) => setImmediate(resolve));
    }
    const consistency = latest ? "latest" : "cached";
    for (const query of queries) {
      const expected = naiveQuery(model.values(), query);
      const answer = await cache.query(query, { consistency });
      expect(answer.items).toEqual(expected.slice(0, query.limit));
      expect(answer.total).toBe(expected.length);
      expect(answer.revision).toBeGreaterThanOrEqual(revision);
      ({ revision } = answer);
      expect(await cache.count(query)).toBe(expected.length);
      expect(await cache.paths(query)).toEqual(expected.slice(0, query.limit).map(({ path }) => path));
      if (answer.nextCursor === undefined) continue;
      const second = await cache.query({ ...query, cursor: answer.nextCursor });
      expect(second.items).toEqual(expected.slice(query.limit, 2 * (query.limit ?? 0)));
    }
    for (const path of SMALL_PATHS) {
      const peeked = cache.peek(path);
      if (peeked !== undefined) expect(peeked).toEqual(model.get(path));
      expect(await cache.getMetadata(path, { consistency })).toEqual(model.get(path));
    }
    expect(cache.revision).toBeGreaterThanOrEqual(revision);
  }
  expect(await cache.verify()).toEqual([]);
}

async function followSymbols(
  { cache, writeElsewhere, clear }: CacheUnderTest,
  writes: readonly (readonly FileMetadata[])[],
  queries: readonly SymbolQuery[],
): Promise<void> {
  const model = new Map<string, FileMetadata>();
  for (const [number, records] of writes.entries()) {
    const unique = [...new Map(records.map((record) => [record.path, record])).values()];
    if (number % 3 === 2) await writeElsewhere(unique, []);
    else await cache.update(unique);
    for (const record of unique) model.set(record.path, record);
    if (number % 2 === 1) await clear();
    const consistency = number % 3 === 2 ? "latest" : "cached";
    for (const query of queries) {
      const expected = naiveSymbols(model.values(), query);
      const items: FoundSymbol[] = [];
      let cursor: string | undefined;
      do {
        const answer = await cache.symbols({ ...query, cursor }, { consistency });
        items.push(...answer.items);
        expect([answer.total, answer.revision]).toEqual([expected.length, cache.revision]);
        cursor = answer.nextCursor;
      } while (cursor !== undefined);
      expect(withoutOrderOfNamesakes(items)).toEqual(withoutOrderOfNamesakes(expected));
    }
  }
  expect(await cache.verify()).toEqual([]);
}

function isDeeplyFrozen(value: unknown): boolean {
  return typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen));
}
