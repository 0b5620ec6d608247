import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { IndexManager } from "../../src/indexing/index-manager.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { comparePaths } from "../../src/record/project-path.ts";
import { INDEX_NAMES, type Term, termsOf } from "../../src/record/terms.ts";
import { recordOf, smallPath, smallRecord } from "../support/small-records.ts";

function put(index: IndexManager, record: FileMetadata, revision = 1): RecordId {
  return index.put(record, revision, termsOf(record));
}

/** A record is put, a path is removed. */
function change(index: IndexManager, next: FileMetadata | string): void {
  if (typeof next === "string") index.remove(next as FileMetadata["path"]);
  else put(index, next);
}

/** Everything that can be asked of an index, in a form that compares. */
function contentOf(index: IndexManager): unknown {
  const paths = [...index.order.ascending()].map((id) => index.pathOf(id));
  return paths.map((path) => {
    const id = index.idOf(path) as RecordId;
    return [path, index.revisionOf(id), index.sizeOf(id), index.modifiedAtOf(id), index.termsOf(id)];
  });
}

function pathsWith(index: IndexManager, name: (typeof INDEX_NAMES)[number], term: string): string[] {
  const paths: string[] = [];
  index.posting(name, term as Term)?.forEach((id) => paths.push(index.pathOf(id)));
  return paths.sort();
}

describe("IndexManager", () => {
  test("kept by difference, it equals one built from nothing, after every step", () => {
    const step = fc.oneof({ weight: 3, arbitrary: smallRecord }, { weight: 1, arbitrary: smallPath });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const index = new IndexManager();
        const model = new Map<string, FileMetadata>();
        steps.forEach((next, revision) => {
          if (typeof next === "string") {
            index.remove(next as FileMetadata["path"]);
            model.delete(next);
          } else {
            put(index, next, revision);
            model.set(next.path, next);
          }
          expect(index.verify()).toEqual([]);
          const rebuilt = new IndexManager();
          for (const record of model.values()) {
            const id = index.idOf(record.path);
            rebuilt.put(record, id === undefined ? -1 : index.revisionOf(id), termsOf(record));
          }
          expect(contentOf(index)).toEqual(contentOf(rebuilt));
          expect(termCountOf(index)).toBe(termCountOf(rebuilt));
        });
      }),
      { numRuns: 300 },
    );
  });

  test("loaded in one go, with changes in between, it equals one that was filled record by record, and goes on like it", () => {
    const step = fc.oneof({ weight: 5, arbitrary: smallRecord }, { weight: 1, arbitrary: smallPath });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.array(step, { maxLength: 10 }), (before, after) => {
        const loaded = new IndexManager();
        const filled = new IndexManager();
        loaded.startLoading();
        for (const next of before) for (const index of [loaded, filled]) change(index, next);
        for (const pause of loaded.finishLoading()) expect(pause).toBeUndefined();
        expect(loaded.verify()).toEqual([]);
        expect(contentOf(loaded)).toEqual(contentOf(filled));
        for (const next of after) for (const index of [loaded, filled]) change(index, next);
        expect(loaded.verify()).toEqual([]);
        expect(contentOf(loaded)).toEqual(contentOf(filled));
        expect(termCountOf(loaded)).toBe(termCountOf(filled));
        const ids = [...loaded.order.ascending()];
        for (const a of ids) {
          for (const b of ids) {
            expect(Math.sign(loaded.comparePathsOf(a, b))).toBe(comparePaths(loaded.pathOf(a), loaded.pathOf(b)));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a load of many, in any order, ends in the order of paths, sizes beyond 32 bits included", () => {
    const index = new IndexManager();
    index.startLoading();
    const files = 20_000;
    for (let file = 0; file < files; file++) {
      const number = (file * 7_919) % files;
      put(index, recordOf({ path: `f/${number}.ts`, functions: [`f${number % 50}`], size: number * 1_000_000 }), number + 1);
      if (number % 10 === 3) index.remove(`f/${number}.ts` as FileMetadata["path"]);
    }
    for (const pause of index.finishLoading()) expect(pause).toBeUndefined();
    expect(index.verify()).toEqual([]);
    expect(index.size).toBe(files * 0.9);
    for (const [at, id] of [...index.order.ascending()].entries()) {
      expect(id).toBe(at);
      const number = Number(/\d+/.exec(index.pathOf(id))?.[0]);
      expect([index.sizeOf(id), index.revisionOf(id)]).toEqual([number * 1_000_000, number + 1]);
      expect(index.termsOf(id).functionName).toEqual([`f${number % 50}`]);
    }
  });

  test("finds the terms that begin with a prefix, in their order, and no others", () => {
    const index = new IndexManager();
    put(index, recordOf({ path: "a.ts", functions: ["get", "getAll", "getName", "gets", "ge", "set", "Get"], classes: ["getter"] }));
    put(index, recordOf({ path: "b.ts", functions: ["getAll", "\uffff\uffff"] }));
    expect(index.postingsWithPrefix("functionName", "get").map((posting) => posting.count)).toEqual([1, 2, 1, 1]);
    expect(index.postingsWithPrefix("functionName", "\uffff")).toHaveLength(1);
    expect(index.postingsWithPrefix("className", "get")).toHaveLength(1);
    expect(index.postingsWithPrefix("functionName", "nothing")).toEqual([]);
  });

  test("a term that no record has is nobody's, and one that the last record lost is so again", () => {
    const index = new IndexManager();
    put(index, recordOf({ path: "a.ts", functions: ["f"] }));
    expect([index.count("functionName", "f" as Term), index.count("functionName", "g" as Term)]).toEqual([1, 0]);
    put(index, recordOf({ path: "a.ts", functions: [] }));
    expect([index.count("functionName", "f" as Term), index.posting("functionName", "f" as Term)]).toEqual([0, undefined]);
  });

  test("sizes and revisions beyond 32 bits are kept exactly", () => {
    const index = new IndexManager();
    const id = put(index, recordOf({ path: "huge.bin", size: 2 ** 52 + 1 }), 2 ** 40 + 3);
    expect([index.sizeOf(id), index.revisionOf(id)]).toEqual([2 ** 52 + 1, 2 ** 40 + 3]);
    put(index, recordOf({ path: "huge.bin", size: 7 }), 2 ** 32 - 1);
    expect([index.sizeOf(id), index.revisionOf(id)]).toEqual([7, 2 ** 32 - 1]);
  });

  test("an updated record is no longer found by what it lost, and only by what it has", () => {
    const index = new IndexManager();
    put(index, recordOf({ path: "a.ts", functions: ["old", "kept"], classes: ["Old"], documents: ["old.md"], language: "python" }));
    put(index, recordOf({ path: "a.ts", functions: ["kept", "new"], documents: ["new.md"] }));
    expect(pathsWith(index, "functionName", "old")).toEqual([]);
    expect(pathsWith(index, "className", "Old")).toEqual([]);
    expect(pathsWith(index, "referenceDoc", "old.md")).toEqual([]);
    expect(pathsWith(index, "language", "python")).toEqual([]);
    for (const name of ["kept", "new"]) expect(pathsWith(index, "functionName", name)).toEqual(["a.ts"]);
    expect(index.termCountOf("className")).toBe(0);
  });

  test("lists change form as they grow and shrink, and stay right through sparse, dense and back", () => {
    const index = new IndexManager();
    const model = new Set<string>();
    const files = 5_000;
    for (let file = 0; file < files; file++) {
      const path = `f/${(file * 7_919) % files}.ts`;
      put(index, recordOf({ path, functions: file % 3 === 0 ? ["common", `rare${file % 500}`] : [`rare${file % 500}`] }));
      if (file % 3 === 0) model.add(path);
    }
    expect(pathsWith(index, "functionName", "common")).toEqual([...model].sort());
    expect(index.verify()).toEqual([]);
    for (const path of [...model].slice(10)) {
      index.remove(path as FileMetadata["path"]);
      model.delete(path);
    }
    expect(index.verify()).toEqual([]);
    expect(pathsWith(index, "functionName", "common")).toEqual([...model].sort());
    for (const path of [...index.paths()]) index.remove(path);
    expect(index.verify()).toEqual([]);
    expect(termCountOf(index)).toBe(0);
    expect(index.order.size).toBe(0);
  });

  test("serves paths in order, up and down, from any place", () => {
    const index = new IndexManager();
    const paths = Array.from({ length: 3_000 }, (_, file) => `d${(file * 31) % 17}/f${(file * 7_919) % 3_000}.ts`).sort();
    for (const path of paths.toReversed()) put(index, recordOf({ path }));
    const named = (ids: Iterable<RecordId>): string[] => Array.from(ids, (id) => index.pathOf(id));
    expect(named(index.order.ascending())).toEqual(paths);
    expect(named(index.order.descending())).toEqual(paths.toReversed());
    expect(named(index.order.ascending("d3/"))).toEqual(paths.filter((path) => path >= "d3/"));
    expect(named(index.order.descending("d3/"))).toEqual(paths.filter((path) => path < "d3/").reverse());
    expect(index.order.countBetween("d3/", "d30")).toBe(paths.filter((path) => path.startsWith("d3/")).length);
  });

  test("a record with 100,000 terms, more than one block holds, comes and goes whole", () => {
    const index = new IndexManager();
    const functions = Array.from({ length: 100_000 }, (_, number) => `f${number}`);
    put(index, recordOf({ path: "big.ts", functions }));
    expect(index.termCountOf("functionName")).toBe(100_000);
    expect(index.verify()).toEqual([]);
    put(index, recordOf({ path: "big.ts", functions: ["one"] }));
    expect(index.verify()).toEqual([]);
    expect(index.termCountOf("functionName")).toBe(1);
  });
});

function termCountOf(index: IndexManager): number {
  return INDEX_NAMES.reduce((sum, name) => sum + index.termCountOf(name), 0);
}
