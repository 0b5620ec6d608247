import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexManager } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/model/file-metadata.ts";
import { termsOf } from "../../src/model/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { naiveQuery } from "../support/naive-query.ts";
import { recordOf, smallQuery, smallRecord } from "../support/small-records.ts";

function engineOver(records: Iterable<FileMetadata>): {
  answer: (query: object) => { paths: string[]; total: number; nextCursor?: string };
  engine: QueryEngine;
} {
  const index = new IndexManager();
  for (const record of records) index.put(record, 1, termsOf(record));
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
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return paths;
}

describe("QueryEngine", () => {
  test("answers every query as a plain scan does: items, order, total, count, pages", () => {
    fc.assert(
      fc.property(fc.array(smallRecord, { maxLength: 12 }), fc.array(smallQuery, { minLength: 1, maxLength: 5 }), (records, queries) => {
        const model = new Map(records.map((record) => [record.path, record]));
        const { engine, answer } = engineOver(records);
        for (const query of queries) {
          const expected = naiveQuery(model.values(), query).map((record) => record.path);
          const page = answer(query);
          expect(page.paths).toEqual(expected.slice(0, query.limit));
          expect(page.total).toBe(expected.length);
          expect(engine.count(prepareQuery(query))).toBe(expected.length);
          expect(page.nextCursor === undefined).toBe(query.limit === undefined || expected.length <= query.limit);
          expect(pagesOf(answer, query)).toEqual(expected);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("large answers are served by whichever way is cheaper, with the same result", () => {
    const languages = ["typescript", "python", "go"];
    const records = Array.from({ length: 6_000 }, (_, file) =>
      recordOf({
        path: `p${file % 40}/f${file}.ts`,
        language: languages[file % 3] as string,
        functions: [`f${file % 2}`, `rare${file % 700}`],
        documents: [`doc${file % 5}.md`],
        size: file % 11,
      }),
    );
    const { answer } = engineOver(records);
    const queries = [
      { limit: 50 },
      { language: "python", limit: 50 },
      { language: "python", orderBy: "-path", limit: 7 },
      { language: "python", functionName: "f1", limit: 10 },
      { language: "python", functionName: "f1", referenceDoc: "doc3.md", limit: 10 },
      { language: ["python", "go"], limit: 33 },
      { functionName: "rare13", language: "go" },
      { pathPrefix: "p3/", limit: 20 },
      { pathPrefix: "p3", language: "go", limit: 20 },
      { pathPattern: "f\\d*7\\.ts$", limit: 20, orderBy: "-size" },
      { orderBy: "size", limit: 3 },
    ] as const;
    for (const query of queries) {
      const expected = naiveQuery(records, query as object).map((record) => record.path);
      expect(answer(query)).toMatchObject({ paths: expected.slice(0, "limit" in query ? query.limit : undefined), total: expected.length });
      expect(pagesOf(answer, query)).toEqual(expected);
    }
  });

  test("changes between two pages repeat nothing and skip nothing of what stayed", () => {
    fc.assert(
      fc.property(
        fc.array(smallRecord, { maxLength: 12 }),
        fc.array(smallRecord, { maxLength: 6 }),
        fc.integer({ min: 1, max: 3 }),
        (first, later, limit) => {
          const index = new IndexManager();
          for (const record of first) index.put(record, 1, termsOf(record));
          const engine = new QueryEngine(index);
          const before = new Set(index.paths());
          const seen: string[] = [];
          let cursor: string | undefined;
          const changes = [...later];
          do {
            const page = engine.page(prepareQuery({ limit, ...(cursor !== undefined && { cursor }) }));
            seen.push(...page.ids.map((id) => index.pathOf(id)));
            cursor = page.nextCursor;
            const change = changes.pop();
            if (change !== undefined && index.idOf(change.path) !== undefined) index.remove(change.path);
            else if (change !== undefined) index.put(change, 2, termsOf(change));
          } while (cursor !== undefined);
          expect(new Set(seen).size).toBe(seen.length);
          for (const path of before)
            if (index.idOf(path) !== undefined && !later.some((change) => change.path === path)) expect(seen).toContain(path);
        },
      ),
    );
  });
});
