import { expect, test } from "vitest";
import type { QueryAnswer } from "../../src/calls/cache-calls.ts";
import { PreparedMetadataQuery } from "../../src/query/prepared-query.ts";
import { openCache } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

const records = Array.from({ length: 40 }, (_, number) =>
  recordOf({
    path: `d${number % 3}/f${String(number).padStart(2, "0")}.ts`,
    language: number % 2 === 0 ? "go" : "c",
    functions: [`f${number % 5}`],
    size: number,
  }),
);

const QUERIES = [
  {},
  { language: "go", functionName: "f1" },
  { functionName: ["f1", { prefix: "f2" }], orderBy: "-size" as const },
  { pathPrefix: "d1/", pathPattern: "[02468]\\.ts$", limit: 3 },
  { functionName: "none" },
];

test("a prepared query is answered as the query itself is, before and after every change", async () => {
  const { cache } = await openCache(records);
  const prepared = QUERIES.map((query) => cache.prepare(query));
  const compare = async (): Promise<void> => {
    for (const [place, query] of QUERIES.entries()) {
      const ready = prepared[place] as (typeof prepared)[number];
      expect(await cache.query(ready)).toEqual(await cache.query(query));
      expect(cache.paths(ready)).toEqual(cache.paths(query));
      expect(cache.count(ready)).toBe(cache.count(query));
      expect(cache.explain(ready)).toEqual(cache.explain(query));
    }
  };
  await compare();
  await compare();
  for (const number of [0, 7, 12, 21, 22, 33]) {
    await cache.update(
      recordOf({ path: (records[number] as { path: string }).path, language: "go", functions: ["f1", "none"], size: 100 + number }),
    );
    await cache.remove((records[number + 1] as { path: string }).path);
    await compare();
  }
});

test("a prepared query goes on from page to page, and is checked when it is prepared", async () => {
  const { cache } = await openCache(records);
  const first = cache.prepare({ language: "c", limit: 7, select: ["path"] });
  const paths: string[] = [];
  let cursor: string | undefined;
  do {
    const page: QueryAnswer<{ readonly path: string }> = await cache.query(cursor === undefined ? first : first.after(cursor));
    paths.push(...page.items.map(({ path }) => path));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(paths).toEqual(cache.paths({ language: "c" }));
  expect(() => cache.prepare({ language: "" })).toThrow(expect.objectContaining({ code: "E_QUERY" }));
  expect(() => first.after("x")).toThrow(expect.objectContaining({ code: "E_QUERY" }));
  expect(first).toBeInstanceOf(PreparedMetadataQuery);
  expect(Object.isFrozen(first.query)).toBe(true);
});
