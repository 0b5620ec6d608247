import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished } from "../../src/indexing/index-manager.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { termsOf } from "../../src/record/terms.ts";
import { recordOf, smallQuery, smallRecord, type SmallQuery } from "../support/small-records.ts";
import { indexStep, ModelledIndex } from "./modelled-index.ts";

const FILES = 200;

/** So many that what they have in common is kept as bits. */
const wideRecord = fc
  .record({
    file: fc.nat(FILES - 1),
    language: fc.constantFrom("typescript", "typescript", "python"),
    functions: fc.array(fc.constantFrom("all", "most", "some", "pair"), { maxLength: 3 }),
    size: fc.nat(3),
  })
  .map(({ file, ...seed }) => recordOf({ path: `d${file % 7}/f${file}.ts`, ...seed }));

const wideQuery: fc.Arbitrary<SmallQuery> = fc.record(
  {
    language: fc.constantFrom("typescript", "python", ["python", "typescript"], { prefix: "t" }),
    functionName: fc.constantFrom("all", "most", "some", ["pair", "some"], { prefix: "m" }),
    pathPrefix: fc.constantFrom("d3/", "d", "d6/f1", "d0/", "e"),
    pathPattern: fc.constantFrom("[27]\\.ts$", "f1"),
    orderBy: fc.constantFrom("path", "-path", "size", "-language"),
    limit: fc.constantFrom(1, 7, 31, 32, 33, 64),
  },
  { requiredKeys: [] },
);

function loaded(records: Iterable<FileMetadata>): ModelledIndex {
  const loader = new IndexLoader();
  const known = [...records];
  for (const record of known) loader.add(record, 0, termsOf(record));
  return new ModelledIndex(finished(loader.finish()), known);
}

describe("an index in layers equals a plain map and a plain scan after every write, flush and step of a merge", () => {
  test("of few paths and terms that are met again and again", () => {
    fc.assert(
      fc.property(
        fc.array(indexStep(smallRecord), { maxLength: 50 }),
        fc.array(smallQuery, { minLength: 1, maxLength: 4 }),
        (steps, queries) => {
          const modelled = new ModelledIndex();
          for (const step of steps) {
            modelled.take(step);
            modelled.checkContent();
            modelled.checkResidents();
            for (const query of queries) modelled.checkQuery(query);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test("of many records, whose common terms are bits", () => {
    const common = (file: number): FileMetadata =>
      recordOf({
        path: `d${file % 7}/f${file}.ts`,
        functions: ["all", ...(file % 3 > 0 ? ["most"] : []), ...(file % 40 === 0 ? ["some"] : [])],
        size: file % 5,
      });
    fc.assert(
      fc.property(
        fc.array(indexStep(wideRecord), { minLength: 5, maxLength: 30 }),
        fc.array(wideQuery, { minLength: 2, maxLength: 4 }),
        (steps, queries) => {
          const modelled = loaded(Array.from({ length: FILES }, (_, file) => common((file * 77) % FILES)));
          for (const step of steps) {
            modelled.take(step);
            for (const query of queries) modelled.checkQuery(query);
          }
          modelled.checkContent();
          modelled.checkResidents();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("of as many layers as there can be, and of the one that they are merged into", () => {
    const modelled = new ModelledIndex();
    for (let layer = 0; layer < 24; layer++) {
      for (let file = 0; file < 4; file++) {
        const number = layer * 3 + file;
        modelled.put(recordOf({ path: `f${(number * 37) % 97}.ts`, functions: [`f${number % 5}`], size: number % 4 }));
      }
      modelled.remove(`f${(layer * 111) % 97}.ts`);
      modelled.flush();
    }
    expect(modelled.index.images).toHaveLength(24);
    for (const layers of [5, 24]) {
      modelled.take({ kind: "merge begin", layers });
      modelled.take({ kind: "merge end" });
      modelled.checkContent();
      modelled.checkResidents();
      for (const orderBy of ["path", "-path", "-size"] as const) modelled.checkQuery({ orderBy, limit: 7, functionName: "f2" });
    }
    expect(modelled.index.images).toHaveLength(1);
  });

  test("of so many records that a merge pauses among paths and among terms, with writes in each pause", () => {
    const files = 6_000;
    const at = (file: number, name: string): FileMetadata =>
      recordOf({ path: `p${file % 40}/f${file}.ts`, functions: [`f${file}`, name], size: file % 11 });
    const modelled = loaded(Array.from({ length: files }, (_, file) => at((file * 7_919) % files, "common")));
    for (let file = 0; file < 3_000; file++) modelled.put(at(2 * file, "changed"));
    modelled.flush();
    modelled.take({ kind: "merge begin", layers: 2 });
    let writes = 0;
    for (;;) {
      modelled.take({ kind: "merge step" });
      if (modelled.index.images.length === 1) break;
      const file = (writes++ * 1_117) % files;
      if (writes % 3 === 0) modelled.remove(`p${file % 40}/f${file}.ts`);
      else modelled.put(at(file, "late"));
      modelled.checkQuery({ functionName: "late" });
    }
    expect(writes).toBeGreaterThan(20);
    modelled.checkContent();
    modelled.checkResidents();
    modelled.checkQuery({ functionName: "common", orderBy: "-path", limit: 900 });
  });
});

describe("IndexLoader", () => {
  test("makes the same of records in any order as putting them one by one", () => {
    fc.assert(
      fc.property(fc.uniqueArray(smallRecord, { selector: ({ path }) => path }), (records) => {
        const modelled = loaded(records);
        modelled.checkContent();
        modelled.checkQuery({ orderBy: "-modifiedAt", limit: 2 });
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ["one run", 100_000, 100_000],
    ["several runs", 4_000, 100_000],
    ["several runs that are full of terms", 100_000, 10_000],
  ])("sorts many records of %s, in steps", (_name, recordsARun, termsARun) => {
    const files = 35_000;
    const loader = new IndexLoader(recordsARun, termsARun);
    let tidied = 0;
    for (let file = 0; file < files; file++) {
      const number = (file * 7_919) % files;
      loader.add({ path: `f/${number}.ts` as FileMetadata["path"], size: number * 1_000_000, modifiedAt: number / 2 }, number + 1, {
        language: ["go" as never],
        referenceDoc: [],
        fileName: [],
        functionName: [`f${number % 50}` as never],
        className: [],
        symbol: [`s${number}` as never],
      });
      for (const _ of loader.tidy()) tidied++;
    }
    expect(tidied > 0).toBe(Math.min(recordsARun, termsARun) < files);
    let pauses = 0;
    const steps = loader.finish();
    let step = steps.next();
    for (; step.done !== true; step = steps.next()) pauses++;
    const index = step.value;
    expect(pauses).toBeGreaterThan(20);
    expect([index.size, index.layers.length, index.images.length]).toEqual([files, 1, 1]);
    expect(index.verify()).toEqual([]);
    const layer = index.images[0];
    const sorted = Array.from({ length: files }, (_, number) => `f/${number}.ts`).sort();
    expect(layer?.pathsBetween(0, files)).toEqual(sorted);
    for (const [rank, path] of sorted.entries()) {
      const number = Number(/\d+/.exec(path)?.[0]);
      if (layer?.sizeAt(rank) !== number * 1_000_000 || layer.modifiedAtAt(rank) !== number / 2 || layer.revisionAt(rank) !== number + 1)
        expect.fail(`${path} has another record's values`);
    }
    expect([...index.termsWithCounts("functionName")].every(([, count]) => count === files / 50)).toBe(true);
  });

  test.each([
    ["soon after it", 1],
    ["in another run", 1_500],
  ])("refuses a path that comes again %s", (_name, between) => {
    const loader = new IndexLoader(1_000);
    const add = (path: string): void => {
      loader.add(recordOf({ path }), 1, termsOf(recordOf({ path })));
      for (const _ of loader.tidy());
    };
    expect(() => {
      add("twice.ts");
      for (let file = 0; file < between; file++) add(`f${file}.ts`);
      add("twice.ts");
      finished(loader.finish());
    }).toThrow(/a path is unmasked in only one layer|each path once/);
  });
});
