import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import { termsOf } from "../../src/record/terms.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { QueryEngine } from "../../src/query/query-engine.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf, smallQuery, smallRecord } from "../support/small-records.ts";

const LANGUAGES = ["typescript", "typescript", "python", "go"];
const RECORDS = Array.from({ length: 8_000 }, (_, file) =>
  recordOf({
    path: `p${file % 40}/f${file}.ts`,
    language: LANGUAGES[file % 4] as string,
    functions: [`even${file % 2}`, `rare${file % 1_000}`],
    documents: [`doc/${file % 5}.md`],
    size: (file * 7) % 1_000,
  }),
);

const loader = new IndexLoader();
for (const record of RECORDS) loader.add(record, 1, termsOf(record));
const index = finished(loader.finish());
const engine = new QueryEngine(index);

const ran = (query: object, answer: "page" | "count" = "page"): ReturnType<QueryEngine["explain"]> =>
  engine.explain(prepareQuery(query), { answer, run: true });

describe("the way to an answer is the cheapest that the counts show", () => {
  test("the rarest criterion's records are the candidates, and the others are tests, rarest first", () => {
    const plan = ran({ language: "typescript", functionName: "rare13", referenceDoc: "doc/3.md", limit: 10 });
    expect(plan).toMatchObject({ plan: "walk", candidates: "functionName", estimatedSteps: 8, cost: { visited: 8 } });
    expect(plan.criteria.map(({ index: name, count, encoding }) => [name, count, encoding])).toEqual([
      ["functionName", 8, "list"],
      ["referenceDoc", 1_600, "bits"],
      ["language", 4_000, "bits"],
    ]);
  });

  test("a page in the order of paths costs by its own size, not by the matches", () => {
    const plan = ran({ language: "typescript", limit: 50 });
    expect(plan).toMatchObject({
      plan: "walk",
      candidates: "language",
      total: { by: "counts", count: 4_000 },
      cost: { matches: 4_000, returned: 50 },
    });
    expect(plan.cost?.visited).toBeLessThan(400);
    const cursor = engine.page(prepareQuery({ language: "typescript", limit: 900, orderBy: "-path" })).nextCursor;
    const deep = ran({ language: "typescript", limit: 50, orderBy: "-path", cursor });
    expect(deep.cost?.visited).toBeLessThan(400);
  });

  test("two dense criteria are counted by common bits, so that a page of them is a walk, too", () => {
    const plan = ran({ language: "typescript", functionName: "even0", limit: 20 });
    expect(plan).toMatchObject({ plan: "walk", total: { by: "common bits" } });
    expect(plan.cost?.visited).toBeLessThan(200);
    expect(ran({ language: "typescript", functionName: "even0" }, "count")).toMatchObject({ plan: "count", cost: { visited: 0 } });
  });

  test("counts alone answer how many there are of one criterion, of a prefix, of everything, and of nothing", () => {
    for (const query of [
      {},
      { language: "go" },
      { language: ["go", "python"] },
      { pathPrefix: "p3" },
      { language: "cobol" },
      { pathPrefix: "q" },
    ]) {
      expect(ran(query, "count").cost?.visited).toBe(0);
    }
    expect(ran({ language: "go", pathPattern: "7" }, "count")).toMatchObject({ plan: "collect", cost: { visited: 2_000 } });
  });

  test("the count of a prefix leaves out the records with it that have changed since their image, and no others", () => {
    const paths = Array.from({ length: 100 }, (_, file) => `f${String(file).padStart(2, "0")}`);
    fc.assert(
      fc.property(
        fc.subarray(paths),
        fc.constantFrom("f0", "f3", "f30", "f31", "f32", "f6", "f62", "f63", "f9", "f"),
        (gone, pathPrefix) => {
          const changing = new IndexManager();
          for (const path of paths) changing.put(recordOf({ path }), 1, termsOf(recordOf({ path })));
          flush(changing);
          for (const path of gone) changing.remove(recordOf({ path }).path);
          const plan = new QueryEngine(changing).explain(prepareQuery({ pathPrefix }), { answer: "count", run: true });
          const left = paths.filter((path) => path.startsWith(pathPrefix) && !gone.includes(path));
          expect([plan.cost?.matches, plan.cost?.visited]).toEqual([left.length, 0]);
        },
      ),
    );
  });

  test("a rare prefix of paths gives the candidates, in whatever order", () => {
    expect(ran({ pathPrefix: "p31/", language: "typescript", orderBy: "size", limit: 5 })).toMatchObject({
      plan: "collect",
      candidates: "paths",
      pathPrefix: "p31/",
      cost: { visited: 200 },
    });
  });

  test("alternatives are put together, and counted as one", () => {
    expect(ran({ functionName: ["rare1", "rare2"] }).criteria[0]).toMatchObject({ encoding: "joined", count: 16 });
    expect(ran({ functionName: { prefix: "rare" }, limit: 5 })).toMatchObject({
      plan: "walk",
      criteria: [{ encoding: "joined", count: 8_000, prefixes: ["rare"] }],
      cost: { matches: 8_000, visited: 6 },
    });
  });

  test("alternatives in a list are not counted as bits, though they are more than the records of a criterion that is bits", () => {
    const records = Array.from({ length: 300 }, (_, file) =>
      recordOf({ path: `f${file}.ts`, language: file % 3 === 0 ? "go" : "typescript", functions: [`tenth${file % 10}`] }),
    );
    const few = new IndexLoader();
    for (const record of records) few.add(record, 1, termsOf(record));
    const fewEngine = new QueryEngine(finished(few.finish()));
    const query = prepareQuery({ language: "go", functionName: ["tenth0", "tenth1", "tenth2", "tenth3"] });
    expect(fewEngine.explain(query).criteria.map(({ count, encoding }) => [count, encoding])).toEqual([
      [100, "bits"],
      [120, "joined"],
    ]);
    expect([fewEngine.count(query), fewEngine.page(query).total, fewEngine.page(query).ids.length]).toEqual([40, 40, 40]);
  });

  test("what counts show to be nothing is looked for no further, in whatever order", () => {
    for (const orderBy of ["path", "-size"]) {
      const plan = ran({ functionName: "even0", referenceDoc: ["doc/1.md", "doc/3.md"], language: "go", orderBy, limit: 5 });
      expect(plan).toMatchObject({ plan: "count", total: { by: "common bits", count: 0 }, estimatedSteps: 0, cost: { visited: 0 } });
    }
  });

  test("what nobody has ends the search before it begins, and is named", () => {
    expect(ran({ language: "typescript", className: "Nowhere" })).toMatchObject({
      plan: "nothing",
      criteria: [{ index: "className", terms: ["Nowhere"], count: 0 }],
      cost: { matches: 0, visited: 0, returned: 0 },
    });
  });

  test("nothing is named if each criterion has its records, in different layers or the same", () => {
    const layered = new IndexManager();
    for (const record of [
      recordOf({ path: "a.go", language: "go", classes: ["A"] }),
      recordOf({ path: "b.ts", language: "typescript", classes: ["B"] }),
    ]) {
      layered.put(record, 1, termsOf(record));
      flush(layered);
    }
    const explained = (query: object): unknown => new QueryEngine(layered).explain(prepareQuery(query), { run: true });
    for (const query of [
      { language: "go", className: "B" },
      { language: "typescript", className: "A" },
      { language: "go", pathPrefix: "b" },
    ]) {
      expect(explained(query)).toMatchObject({ plan: "nothing", criteria: [], cost: { matches: 0 } });
    }
    expect(explained({ language: "go", className: "C" })).toMatchObject({ plan: "nothing", criteria: [{ terms: ["C"] }] });
  });

  test("a pattern says which engine matches it, and why", () => {
    expect(ran({ pathPattern: "\\.ts$" }).pathPattern).toEqual({ source: "/\\.ts$/0", engine: "native", maxLength: 4_096 });
    expect(ran({ pathPattern: "b(a+)+$" }).pathPattern).toMatchObject({ engine: "linear", why: /too many steps/ });
  });
});

test("explaining is running: the same total, the same visits, deeply frozen, and as plain as JSON", () => {
  fc.assert(
    fc.property(fc.array(smallRecord, { maxLength: 12 }), smallQuery, (records, query) => {
      const small = new IndexManager();
      for (const record of records) small.put(record, 1, termsOf(record));
      const smallEngine = new QueryEngine(small);
      const prepared = prepareQuery(query);
      const page = smallEngine.page(prepared);
      const explanation = smallEngine.explain(prepared, { run: true });
      expect(explanation.cost).toEqual({ matches: page.total, visited: page.visited, returned: page.ids.length });
      if (explanation.total.count !== undefined) expect(explanation.total.count).toBe(page.total);
      expect(smallEngine.explain(prepared, { answer: "count", run: true }).cost?.matches).toBe(page.total);
      expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      expectFrozen(explanation);
    }),
  );
});

function expectFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  expect(Object.isFrozen(value)).toBe(true);
  Object.values(value).forEach(expectFrozen);
}
