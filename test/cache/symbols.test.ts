import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BareIndex } from "../../src/cache/bare-index.ts";
import { INDEX_UPKEEP } from "../../src/cache/index-upkeep.ts";
import { MemoryCacheComponent } from "../../src/cache/memory-cache-component.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { FoundSymbol, SymbolQuery } from "../../src/query/symbols/symbol-query.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { naiveSymbols, symbolQuery, symbolRecord, withoutOrderOfNamesakes } from "../support/naive-symbols.ts";
import { openCache, TINY } from "../support/opened-cache.ts";
import { recordOf, smallPath } from "../support/small-records.ts";
import { StoreHistory } from "../support/store-history.ts";
import { WITHOUT_TIMERS } from "../support/without-timers.ts";

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("update" as const), records: fc.array(symbolRecord, { minLength: 1, maxLength: 4 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("remove" as const), path: smallPath }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("foreign" as const), record: symbolRecord }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("clear" as const, "sync" as const, "turn" as const) }) },
);

const docSections = { intent: "", designPrinciples: [], implementationDetails: [], designDecisions: [] };
const fn = (name: string, line: number, className?: string) => ({
  name,
  className,
  parameters: [],
  lineRange: { start: line, end: line },
  docSections,
});

async function pagesOf(
  cache: Pick<MetadataCache, "symbols">,
  query: SymbolQuery,
): Promise<{ items: FoundSymbol[]; totals: number[]; revisions: number[]; pages: number }> {
  const [items, totals, revisions]: [FoundSymbol[], number[], number[]] = [[], [], []];
  let pages = 0;
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const answer = await cache.symbols({ ...query, cursor });
    items.push(...answer.items);
    totals.push(answer.total);
    revisions.push(answer.revision);
    pages++;
    cursor = answer.nextCursor;
  }
  return { items, totals, revisions, pages };
}

describe("symbols, against a plain scan of the database", () => {
  test("are found, counted, put in order and divided into pages, whatever was changed, merged or evicted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, symbolQuery), { maxLength: 15 }), async (steps) => {
        const store = await new MemoryDatabase().openProject("p");
        const history = new StoreHistory(store);
        const upkeep = { ...INDEX_UPKEEP, maxRecent: 3 };
        const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS, upkeep });
        for (const [next, query] of steps) {
          if (next.kind === "update") await cache.update(next.records);
          else if (next.kind === "remove") await cache.remove(next.path);
          else if (next.kind === "foreign") store.writeBehindTheCache(next.record.path, next.record);
          else if (next.kind === "clear") cache.clear();
          else if (next.kind === "turn") await new Promise((resolve) => setImmediate(resolve));
          else {
            await cache.syncWithDatabase();
            expect(await cache.verifyAgainstDatabase()).toEqual([]);
          }
          // An absent record may show that the database has moved on: from then on nothing changes.
          await cache.symbols({}, { consistency: "latest" });
          const found = await pagesOf(cache, query);
          const expected = naiveSymbols(history.at(cache.revision).records.values(), query);
          expect(new Set(found.revisions)).toEqual(new Set([cache.revision]));
          expect(withoutOrderOfNamesakes(found.items)).toEqual(withoutOrderOfNamesakes(expected));
          expect(new Set(found.totals)).toEqual(new Set([expected.length]));
          expect(found.pages).toBe(Math.max(1, Math.ceil(expected.length / (query.limit ?? Infinity))));
          expect(cache.verify()).toEqual([]);
        }
        await cache.shutdown();
      }),
      { numRuns: 150 },
    );
  });

  test("go on after a cursor although their file, or the whole page, has changed meanwhile", async () => {
    const { cache } = await openCache([]);
    const record = (path: string, ...functions: ReturnType<typeof fn>[]) => ({ ...recordOf({ path }), functions });
    await cache.update([record("a.ts", fn("a", 1), fn("b", 5), fn("c", 9)), record("b.ts", fn("d", 1)), record("c.ts", fn("e", 1))]);
    const { nextCursor: cursor } = await cache.symbols({ limit: 2 });
    await cache.update(record("a.ts", fn("new", 2), fn("c", 12), fn("z", 20)));
    expect((await cache.symbols({ limit: 3, cursor })).items.map(({ name }) => name)).toEqual(["c", "z", "d"]);
    await cache.remove(["a.ts", "b.ts"]);
    expect((await cache.symbols({ limit: 3, cursor })).items.map(({ name }) => name)).toEqual(["e"]);
    await cache.shutdown();
  });
});

describe("symbols", () => {
  test("take a missing kind for a function, for a method if there is a class, and for a class", async () => {
    const { cache } = await openCache([{ ...recordOf({ path: "a.ts", classes: ["A"] }), functions: [fn("f", 1), fn("m", 2, "A")] }]);
    const kinds = async (kind: SymbolQuery["kind"]): Promise<string[]> => (await cache.symbols({ kind })).items.map(({ name }) => name);
    expect(await kinds("function")).toEqual(["f"]);
    expect(await kinds("method")).toEqual(["m"]);
    expect(await kinds(["class", "method"])).toEqual(["A", "m"]);
    await cache.shutdown();
  });

  test("count each overload, also on one line", async () => {
    const overloads = Array.from({ length: 100 }, () => fn("f", 1, "A"));
    const { cache } = await openCache([{ ...recordOf({ path: "a.ts" }), functions: overloads }]);
    const { items, totals, pages } = await pagesOf(cache, { name: "A.f", limit: 7 });
    expect([items.length, totals[0], pages]).toEqual([100, 100, 15]);
    await cache.shutdown();
  });

  test("are all members of a class if a prefix ends with a separator, in small letters too", async () => {
    const { cache } = await openCache([
      { ...recordOf({ path: "a.ts", classes: ["Cache"] }), functions: [fn("parse", 1, "Cache"), fn("b", 2)] },
    ]);
    const names = async (name: SymbolQuery["name"]): Promise<string[]> => (await cache.symbols({ name })).items.map((item) => item.name);
    for (const prefix of ["Cache.", "Cache::", "Cache#"]) {
      expect(await names({ prefix })).toEqual(["parse"]);
      expect(await names({ prefix: prefix.toLowerCase(), ignoreCase: true })).toEqual(["parse"]);
    }
    await cache.shutdown();
  });

  test("read the absent records of a page in one batch, and say how many rows cannot be read", async () => {
    const records = Array.from({ length: 20 }, (_, file) => ({ ...recordOf({ path: `f${file}.ts` }), functions: [fn("f", 1)] }));
    const { cache, store } = await openCache(records);
    store.writeBehindTheCache("f0.ts" as ProjectPath, undefined, "not JSON");
    await cache.syncWithDatabase();
    cache.clear();
    const { loads } = cache.getStats();
    const answer = await cache.symbols({ name: { like: "F" }, limit: 10 });
    expect([answer.items.length, answer.total, answer.unreadable]).toEqual([10, 19, 1]);
    expect(cache.getStats().loads).toBe(loads + 1);
    await cache.shutdown();
  });

  test.each<[string, unknown, string]>([
    ["a name that is no text", { name: 3 }, "name"],
    ["an empty name", { name: "" }, "name is empty"],
    ["an empty list", { name: [] }, "name is an empty list"],
    ["an unknown kind", { kind: ["class", "procedure"] }, "kind[1]"],
    ["a long like", { name: { like: "x".repeat(201) } }, "name.like"],
    ["two ways at once", { name: { like: "x", prefix: "x" } }, "name has both"],
    ["an order by rank of what has none", { orderBy: "rank", name: "x" }, "orderBy"],
    ["a key that does not exist", { functionName: "x" }, "functionName"],
    ["what is no cursor", { cursor: "x" }, "cursor"],
  ])("refuse %s", async (_what, query, problem) => {
    const { cache } = await openCache([]);
    await expect(cache.symbols(query as SymbolQuery)).rejects.toMatchObject({
      code: "E_QUERY",
      message: expect.stringContaining(problem) as string,
    });
    await cache.shutdown();
  });

  test("refuse the cursor of another query, and one that was tampered with", async () => {
    const { cache } = await openCache([{ ...recordOf({ path: "a.ts" }), functions: [fn("f", 1), fn("g", 2)] }]);
    const { nextCursor: cursor } = await cache.symbols({ limit: 1 });
    const files = await cache.query({ limit: 1 });
    expect(cursor).toBeDefined();
    for (const query of [
      { limit: 1, kind: "function" as const },
      { limit: 1, orderBy: "name" as const },
    ]) {
      await expect(cache.symbols({ ...query, cursor })).rejects.toMatchObject({
        code: "E_QUERY",
        message: expect.stringContaining("another query") as string,
      });
    }
    await expect(cache.query({ limit: 1, cursor })).rejects.toMatchObject({ code: "E_QUERY" });
    const parts = JSON.parse(atob((cursor as string).replaceAll("-", "+").replaceAll("_", "/"))) as unknown[];
    for (const term of [1, "f", "f\0!", null]) {
      const damaged = btoa(JSON.stringify([...parts.slice(0, 3), term]))
        .replaceAll("+", "-")
        .replaceAll("/", "_");
      await expect(cache.symbols({ limit: 1, cursor: damaged })).rejects.toMatchObject({
        code: "E_QUERY",
        message: expect.stringContaining("damaged") as string,
      });
    }
    expect(files.nextCursor).toBeUndefined();
    await cache.shutdown();
  });

  test("are found by a bare index, which reads the records of the page alone", async () => {
    const { store, cache } = await openCache([{ ...recordOf({ path: "a.ts" }), functions: [fn("parseAll", 3)] }]);
    const index = await BareIndex.open(store, { clock: WITHOUT_TIMERS });
    expect(await index.symbols({ name: { like: "pa" } })).toMatchObject({
      total: 1,
      items: [{ path: "a.ts", line: 3 }],
      revision: store.revision,
    });
    await index.save();
    await cache.shutdown();
  });

  test("are asked for under the component's name, too", () => {
    expect(() => new MemoryCacheComponent("p").getSymbols({})).toThrow(expect.objectContaining({ code: "E_NOT_INITIALIZED" }) as Error);
  });
});
