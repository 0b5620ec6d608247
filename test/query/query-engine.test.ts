import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf, smallQuery, smallRecord } from "../support/small-records.ts";

/**
 * The first `loaded` records come by a load, which makes one image of them; the others one by one,
 * and are in other layers.
 */
function engineOver(
  records: readonly FileMetadata[],
  loaded = 0,
): {
  answer: (query: object) => { paths: string[]; total: number; nextCursor?: string };
  engine: QueryEngine;
} {
  const loader = new IndexLoader();
  const first = new Map(records.slice(0, loaded).map((record) => [record.path, record]));
  for (const record of first.values()) loader.add(record, 1, termsOf(record));
  const index = finished(loader.finish());
  for (const record of records.slice(loaded)) {
    index.put(record, 1, termsOf(record));
    if (index.frozen.length > 0) flush(index);
  }
  const engine = new QueryEngine(index);
  return {
    engine,
    answer: (query) => {
      const page = engine.page(prepareQuery(query));
      return {
        paths: page.ids.map((id) => index.pathOf(id)),
        total: page.total,
        ...(page.nextCursor !== undefined && { nextCursor: page.nextCursor }),
      };
    },
  };
}

/** All pages of a query, one after another. */
function pagesOf(answer: (query: object) => { paths: string[]; nextCursor?: string }, query: object): string[] {
  const paths: string[] = [];
  let cursor: string | undefined;
  do {
    const page = answer(cursor === undefined ? query : { ...query, cursor });
    paths.push(...page.paths);
    // A cursor that does not get on would page for ever.
    expect(paths.length).toBeLessThan(10_000);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return paths;
}

describe("QueryEngine", () => {
  test("answers every query as a plain scan does: items, order, total, count, pages", () => {
    fc.assert(
      fc.property(
        fc.array(smallRecord, { maxLength: 12 }),
        fc.nat(14),
        fc.array(smallQuery, { minLength: 1, maxLength: 5 }),
        (records, loaded, queries) => {
          const model = new Map(records.map((record) => [record.path, record]));
          const { engine, answer } = engineOver(records, loaded);
          for (const query of queries) {
            const expected = naiveQuery(model.values(), query).map((record) => record.path);
            const page = answer(query);
            expect(page.paths).toEqual(expected.slice(0, query.limit));
            expect(page.total).toBe(expected.length);
            expect(engine.count(prepareQuery(query))).toBe(expected.length);
            expect(page.nextCursor === undefined).toBe(query.limit === undefined || expected.length <= query.limit);
            expect(pagesOf(answer, query)).toEqual(expected);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  // `rare13` and its like lie wholly among what was loaded, or not.
  test.each([0, 5_900, 6_000])("large answers are served in the cheaper way, with the same result, %i records loaded", (loaded) => {
    const languages = ["typescript", "python", "go"];
    const records = Array.from({ length: 6_000 }, (_, file) =>
      recordOf({
        path: `p${file % 40}/f${file}.ts`,
        language: languages[file % 3] as string,
        functions: [`f${file % 2}`, `rare${file % 700}`, `also${file % 350}`],
        documents: [`doc${file % 5}.md`],
        size: file % 11,
      }),
    );
    const { answer, engine } = engineOver(records, loaded);
    const queries = [
      { limit: 50 },
      { language: "python", limit: 50 },
      { language: "python", orderBy: "-path", limit: 7 },
      { language: "python", functionName: "f1", limit: 10 },
      { language: "python", functionName: "f1", referenceDoc: "doc3.md", limit: 10 },
      { language: ["python", "go"], limit: 33 },
      { functionName: "rare13", language: "go" },
      { functionName: "also13", language: "go", limit: 2 },
      { functionName: "also13", language: ["go", "python"], limit: 3, orderBy: "-path" },
      { functionName: "also13", pathPattern: "[2-6]\\.ts$", pathPrefix: "p", limit: 2, orderBy: "-path" },
      { pathPrefix: "p3/", limit: 20 },
      { pathPrefix: "p3", language: "go", limit: 20 },
      { pathPattern: "f\\d*7\\.ts$", limit: 20, orderBy: "-size" },
      { orderBy: "size", limit: 3 },
      { functionName: ["rare1", "also1", "rare351"] },
      { functionName: { prefix: "rare1" }, limit: 9 },
      { functionName: { prefix: "rare" }, limit: 9, orderBy: "-path" },
      { functionName: { prefix: "rare" }, referenceDoc: { prefix: "doc" }, limit: 9 },
      { functionName: ["rare1", "rare2", { prefix: "rare3" }, "f0"], language: ["go", { prefix: "py" }] },
      { functionName: [{ prefix: "f" }, "rare5"], pathPrefix: "p3", limit: 12, orderBy: "-path" },
      { functionName: [{ prefix: "r" }, { prefix: "f" }], pathPattern: "7", orderBy: "-language", limit: 400 },
      { referenceDoc: ["doc1.md", "doc2.md"], functionName: "f0", limit: 20, orderBy: "modifiedAt" },
      { referenceDoc: ["doc1.md", "doc2.md"], language: "go", limit: 20 },
      { language: { prefix: "g" }, functionName: "f0", limit: 1_000 },
      { language: "go", functionName: "f0", pathPattern: "/f\\d+[13]\\.", limit: 30 },
      { pathPattern: "(a|b)?(f1+)+\\d$|3" },
    ] as const;
    for (const query of queries) {
      const expected = naiveQuery(records, query as object).map((record) => record.path);
      expect(engine.count(prepareQuery(query))).toBe(expected.length);
      expect(answer(query)).toMatchObject({
        paths: expected.slice(0, "limit" in query ? query.limit : undefined),
        total: expected.length,
      });
      expect(pagesOf(answer, query)).toEqual(expected);
    }
  });

  test("an answer in any order goes on after its cursor, whatever changed between two pages", () => {
    fc.assert(
      fc.property(
        fc.array(smallRecord, { maxLength: 14 }),
        smallQuery,
        fc.array(fc.array(smallRecord, { maxLength: 3 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        (first, criteria, changes, limit) => {
          const query = { ...criteria, limit };
          const index = new IndexManager();
          const model = new Map<string, FileMetadata>();
          const put = (record: FileMetadata): void => {
            index.put(record, 1, termsOf(record));
            model.set(record.path, record);
          };
          first.forEach(put);
          const engine = new QueryEngine(index);
          const sortKey = (record: FileMetadata | undefined): unknown => record?.[(query.orderBy ?? "path").replace("-", "") as "path"];
          const matches = (): Map<string, FileMetadata> =>
            new Map(naiveQuery(model.values(), query).map((record) => [record.path, record]));
          /** What matched all the time, at the same place in the order. */
          const stayed = matches();
          const moved = new Set<string>();
          const seen: string[] = [];
          const left = [...changes];
          for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
            const page = engine.page(prepareQuery({ ...query, cursor }));
            expect(page.total).toBe(matches().size);
            seen.push(...page.ids.map((id) => index.pathOf(id)));
            expect(seen.length).toBeLessThan(100);
            cursor = page.nextCursor;
            for (const change of left.shift() ?? []) {
              const before = model.get(change.path);
              // A record that is there is removed by its own repetition, else replaced, which may
              // move it in the order.
              if (before !== undefined && before.size === change.size) {
                index.remove(change.path);
                model.delete(change.path);
                moved.add(change.path);
              } else {
                put(change);
                if (sortKey(before) !== sortKey(change)) moved.add(change.path);
              }
              const now = matches();
              for (const path of stayed.keys()) if (!now.has(path)) stayed.delete(path);
            }
          }
          const unmoved = seen.filter((path) => !moved.has(path));
          expect(new Set(unmoved).size).toBe(unmoved.length);
          for (const path of stayed.keys()) if (!moved.has(path)) expect(seen).toContain(path);
          expect(index.verify()).toEqual([]);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("a cursor whose own path is gone, or lies at the very edge of a prefix, goes on from there", () => {
    const records = ["lib", "lib/a", "lib/b", "lib/c", "lib/d", "lic"].map((path) => recordOf({ path }));
    for (const orderBy of ["path", "-path"] as const) {
      const index = new IndexManager();
      for (const record of records) index.put(record, 1, termsOf(record));
      const engine = new QueryEngine(index);
      const query = { pathPrefix: "lib/", orderBy, limit: 2 };
      const page = engine.page(prepareQuery(query));
      index.remove(index.pathOf(page.ids[1] as RecordId));
      const next = engine.page(prepareQuery({ ...query, cursor: page.nextCursor }));
      expect(next.ids.map((id) => index.pathOf(id))).toEqual(orderBy === "path" ? ["lib/c", "lib/d"] : ["lib/b", "lib/a"]);
      expect(next).toMatchObject({ total: 3, nextCursor: undefined });
    }
  });
});
