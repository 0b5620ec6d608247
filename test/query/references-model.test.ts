import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { prepareReferences } from "../../src/query/references/prepared-references.ts";
import { indexStep, ModelledIndex } from "../indexing/modelled-index.ts";
import { naiveCited, naiveCiting, naiveDepths, naiveReferencesOf, NaiveResolver } from "../support/naive-references.ts";
import { recordOf } from "../support/small-records.ts";

/** Names that meet each other in several folders, in two cases, as files and as folders. */
const PATHS = [
  "D.md",
  "d.md",
  "a/D.md",
  "a/b/D.md",
  "a/b/c.ts",
  "b/D.md",
  "b/x.md",
  "docs/x.md",
  "a/docs/x.md",
  "docs",
  "main.ts",
  "a b.md",
];
const WRITTEN = [
  "D.md",
  "./D.md",
  "x.md",
  "docs/x.md",
  "./docs/x.md",
  "docs\\x.md",
  "docs//x.md#goal",
  "../D.md",
  "../../D.md",
  "../../../D.md",
  "/docs/x.md",
  "/D.md",
  "b/D.md",
  "b/x.md §2",
  "a/b",
  "a/b/",
  "docs/",
  "a%20b.md",
  "b/../D.md",
  "https://example.org/D.md",
  "docs/*.md",
  ".../x.md",
  "gone/y.md",
  "c.ts",
];
/** Those that are a name without a slash, after all. */
const NAMES = ["D.md", "./D.md", "x.md", "docs/", "b/../D.md", "a%20b.md", "c.ts"];
const ASKED = [...PATHS, "a/b", "a", "x.md", "gone/y.md", "b/gone/y.md", "c.ts", "a/x.md"];

const someWritten = fc.array(fc.constantFrom(...WRITTEN), { maxLength: 4 });

const citingRecord: fc.Arbitrary<FileMetadata> = fc
  .record({ path: fc.constantFrom(...PATHS), documents: someWritten, links: someWritten, comments: someWritten })
  .filter(({ path }) => path !== "docs")
  .map(({ path, ...seed }) => recordOf({ path, language: path.endsWith(".md") ? "markdown" : "typescript", ...seed }));

function check(modelled: ModelledIndex): void {
  const records = [...modelled.model.values()].map(({ record }) => record);
  const { engine } = modelled;
  const recordWith = (path: string): FileMetadata | undefined => modelled.model.get(path)?.record;
  const ask = (query: object): ReturnType<typeof engine.references> => engine.references(prepareReferences(query), recordWith);
  for (const path of ASKED) {
    const answer = ask({ path });
    expect(answer.items.map((item) => ({ path: item.path, forms: item.forms }))).toEqual(naiveCiting(records, path));
    expect(answer.exists).toBe(new NaiveResolver(records.map((record) => record.path)).exists(path));
    const out = ask({ path, direction: "out" });
    expect(out.items.map((item) => ({ path: item.path, forms: item.forms }))).toEqual(naiveCited(records, path));
    for (const direction of ["in", "out"] as const) {
      const deep = ask({ path, direction, depth: 4 });
      expect(new Map(deep.items.map((item) => [item.path, item.depth]))).toEqual(naiveDepths(records, path, direction, 4));
      for (const { way, depth, path: end } of deep.items) expect([way[0], way.at(-1), way.length]).toEqual([path, end, depth + 1]);
    }
    const places = ask({ path, places: true });
    expect(places.items.flatMap((item) => item.places ?? []).length).toBe(
      records
        .flatMap((record) => naiveReferencesOf(record).map((reference) => [reference, record.path] as const))
        .filter(([reference, citing]) => meaningOf(records, path, reference, citing) === path).length,
    );
    // A query by the document finds the same files.
    const typed = ask({ target: path });
    const { ids } = engine.page(prepareQuery({ referenceDoc: path }));
    expect(modelled.index.pathsOf(ids)).toEqual(typed.items.map((item) => item.path));
  }
  checkLists(records, modelled);
}

function meaningOf(records: readonly FileMetadata[], asked: string, ...of: Parameters<NaiveResolver["meaning"]>): unknown {
  return new NaiveResolver(
    records.map((record) => record.path),
    asked,
  ).meaning(...of);
}

function checkLists(records: readonly FileMetadata[], modelled: ModelledIndex): void {
  const resolver = new NaiveResolver(records.map((record) => record.path));
  const dangling = modelled.engine.danglingReferences((path) => modelled.model.get(path)?.record);
  const wanted = records
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap((record) =>
      naiveReferencesOf(record)
        .filter((reference) => resolver.meaning(reference, record.path) === null)
        .filter(({ form, target }) => form === "link" || !NAMES.includes(target))
        .map(({ target }) => [record.path, target]),
    );
  expect(dangling.items.map(({ path, target }) => [path, target])).toEqual(wanted);
  const { items } = modelled.engine.orphanDocuments(records.some(({ path }) => path === "main.ts") ? ["main.ts"] : undefined);
  const reached = records.some(({ path }) => path === "main.ts") ? naiveDepths(records, "main.ts", "out", 50) : new Map();
  const documents = records.filter(({ path }) => path.endsWith(".md")).map(({ path }) => path);
  expect(items).toEqual(documents.filter((path) => !reached.has(path)).sort());
}

test("who refers to whom equals a plain look at all records and paths, after every write, removal, flush and merge", () => {
  fc.assert(
    fc.property(fc.array(indexStep(citingRecord), { maxLength: 25 }), (steps) => {
      const modelled = new ModelledIndex();
      for (const step of steps) {
        modelled.take(step);
        check(modelled);
      }
      modelled.checkContent();
    }),
    { numRuns: 40 },
  );
});

test("a record's references survive parsing, so that the model looks at what is stored", () => {
  const record = recordOf({ path: "a.md", links: ["b.md"], comments: ["c/d.md"], documents: ["e.md"] });
  expect(parseFileMetadata(record)).toEqual(record);
  expect(naiveReferencesOf(record)).toHaveLength(3);
});
