import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { prepareQuery } from "../../src/query/prepared-query.ts";
import { documentCounts } from "../../src/query/references/document-counts.ts";
import { prepareOrphans } from "../../src/query/references/orphan-documents.ts";
import { prepareReferences } from "../../src/query/references/prepared-references.ts";
import { candidatesOf } from "../../src/references/candidates.ts";
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
      const deep = ask({ path, direction, depth: 4, places: true });
      expect(new Map(deep.items.map((item) => [item.path, item.depth]))).toEqual(naiveDepths(records, path, direction, 4));
      for (const { way, depth, path: end, forms, places } of deep.items) {
        expect([way[0], way.at(-1), way.length]).toEqual([path, end, depth + 1]);
        const [citing, cited] = direction === "in" ? [end, way.at(-2)] : [way.at(-2), end];
        const step = naiveCiting(records, cited ?? "").find((each) => each.path === citing);
        expect([forms, new Set(places?.map(({ form }) => form))]).toEqual([step?.forms, new Set(step?.forms)]);
      }
    }
    for (const form of ["header", "comment", "link"] as const) {
      const { items } = ask({ path, forms: [form], places: true });
      expect(items.map((item) => item.path)).toEqual(answer.items.filter(({ forms }) => forms.includes(form)).map((item) => item.path));
      for (const place of items.flatMap((item) => item.places ?? [])) expect(place.form).toBe(form);
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
  checkCounts(records, modelled);
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

/** Each record counts once for each path that its references try first. */
function checkCounts(records: readonly FileMetadata[], { index }: ModelledIndex): void {
  const counts = new Map<string, number>();
  for (const record of records) {
    const first = naiveReferencesOf(record).flatMap(({ form, target }) => candidatesOf(form, target, record.path).slice(0, 1));
    const paths = new Set(first.filter(({ role }) => role !== "outside").map(({ path }) => path));
    for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  expect(documentCounts(index.layers)).toEqual(counts);
}

/**
 * Only the files count that refer to the section that is asked for. These are headers: a link has
 * its section beside the target.
 */
function checkSection({ engine, model }: ModelledIndex): void {
  const resolver = new NaiveResolver(model.keys());
  const answer = engine.references(prepareReferences({ target: "docs/x.md#goal" }), (path) => model.get(path)?.record);
  const goals = { form: "header", target: "docs//x.md#goal" } as const;
  const citing = Array.from(model.values(), ({ record }) => record).filter(
    (record) =>
      record.headerSections.referenceDocumentation.some(({ target }) => target === goals.target) &&
      resolver.meaning(goals, record.path) === "docs/x.md",
  );
  expect(answer.items.map(({ path }) => path)).toEqual(citing.map(({ path }) => path).sort());
  expect(answer.total).toBeGreaterThan(0);
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

test("and so it does if nearly every file refers to everything, and if some files are gone then", () => {
  const modelled = new ModelledIndex();
  for (const [file, path] of PATHS.entries()) {
    if (path === "docs") continue;
    const third = (place: number): string[] => WRITTEN.filter((_, number) => (number + file + place) % 3 === 0);
    const seed = path === "main.ts" ? { comments: ["b/x.md"] } : { documents: third(0), links: third(1), comments: third(2) };
    modelled.put(recordOf({ path, language: path.endsWith(".md") ? "markdown" : "typescript", ...seed }));
  }
  modelled.flush();
  check(modelled);
  checkSection(modelled);
  for (const path of ["b/D.md", "D.md", "docs/x.md"]) modelled.remove(path);
  check(modelled);
  expect(modelled.model.size).toBe(PATHS.length - 4);
});

test.each([
  ["D.md", ["a/D.md", "a/b/D.md"]],
  ["a/D.md", ["a/b/D.md"]],
  ["a/b/D.md", ["a/D.md"]],
])("a folder stands for the files that it still has as roots, when %s was removed", (gone, roots) => {
  const modelled = new ModelledIndex();
  for (const path of ["D.md", "a/D.md", "a/b/D.md"]) modelled.put(recordOf({ path, language: "markdown" }));
  modelled.flush();
  modelled.remove(gone);
  expect(modelled.engine.orphanDocuments(prepareOrphans({ roots: ["a"] })).roots).toEqual(roots);
});

test("a record's references survive parsing, so that the model looks at what is stored", () => {
  const record = recordOf({ path: "a.md", links: ["b.md"], comments: ["c/d.md"], documents: ["e.md"] });
  expect(parseFileMetadata(record)).toEqual(record);
  expect(naiveReferencesOf(record)).toHaveLength(3);
});
