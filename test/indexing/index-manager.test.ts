import { describe, expect, test } from "vitest";
import { finished, IndexManager } from "../../src/indexing/index-manager.ts";
import type { RecentRecords } from "../../src/indexing/layers/recent-records.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { type IndexName, type Term, termsOf } from "../../src/record/terms.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf } from "../support/small-records.ts";
import { ModelledIndex } from "./modelled-index.ts";

function put(index: IndexManager, record: FileMetadata, revision = 1): RecordId {
  return index.put(record, revision, termsOf(record));
}

const paths = (...names: string[]): FileMetadata[] => names.map((path) => recordOf({ path }));

function counts(index: IndexManager, name: IndexName, ...terms: string[]): number[] {
  return terms.map((term) => index.count(name, term as Term));
}

describe("IndexManager", () => {
  test("finds the terms that begin with a prefix in each layer, and no others", () => {
    const index = new IndexManager();
    put(index, recordOf({ path: "a.ts", functions: ["get", "getAll", "getName", "gets", "ge", "set", "Get"], classes: ["getter"] }));
    put(index, recordOf({ path: "b.ts", functions: ["getAll", "\uffff\uffff"] }));
    for (const isFlushed of [false, true]) {
      if (isFlushed) flush(index);
      const [layer] = index.layers;
      const found = (name: IndexName, prefix: string): number[] | undefined => layer?.withPrefix(name, prefix).map(({ count }) => count);
      expect(found("functionName", "get")?.sort()).toEqual([1, 1, 1, 2]);
      expect(found("functionName", "\uffff")).toEqual([1]);
      expect(found("className", "get")).toEqual([1]);
      expect(found("functionName", "nothing")).toEqual([]);
    }
  });

  test("a layer of what changed last reads its terms from one text up to another, or up to the last one", () => {
    const index = new IndexManager();
    put(index, recordOf({ path: "a.ts", functions: ["set", "getAll", "get", "gets", "Get"], classes: ["getter"] }));
    put(index, recordOf({ path: "b.ts", functions: ["getAll"] }));
    const [layer] = index.layers;
    const found = (from: string, to?: string): string[] => {
      const terms = (layer as RecentRecords).termsBetween("functionName", from, to);
      const all: string[] = [];
      while (terms.next()) all.push(`${terms.text()}: ${terms.ranks().count}`);
      return all;
    };
    expect(found("ge", "gets")).toEqual(["get: 1", "getAll: 2"]);
    expect(found("gets")).toEqual(["gets: 1", "set: 1"]);
    expect([found("", "Get"), found("t"), found("set", "get")]).toEqual([[], [], []]);
  });

  test("a term that no record has is nobody's, and one that the last record lost is so again, whatever layer had it", () => {
    for (const isFlushed of [false, true]) {
      const index = new IndexManager();
      put(index, recordOf({ path: "a.ts", functions: ["f"] }));
      expect(counts(index, "functionName", "f", "g")).toEqual([1, 0]);
      if (isFlushed) flush(index);
      put(index, recordOf({ path: "a.ts", functions: [] }));
      expect(counts(index, "functionName", "f")).toEqual([0]);
      expect([...index.termsWithCounts("functionName")]).toEqual([]);
      if (isFlushed) flush(index);
      finished(index.merge(index.images.slice()));
      expect(index.termCountOf("functionName")).toBe(0);
    }
  });

  test("sizes and revisions beyond 32 bits are kept exactly, in maps and in images", () => {
    const index = new IndexManager();
    const valuesOf = (): number[] => {
      const id = index.idOf("huge.bin" as FileMetadata["path"]) as RecordId;
      return [index.sizeOf(id), index.revisionOf(id), index.modifiedAtOf(id)];
    };
    put(index, recordOf({ path: "huge.bin", size: 2 ** 52 + 1, modifiedAt: -0.5 }), 2 ** 40 + 3);
    put(index, recordOf({ path: "small.bin", size: 0, modifiedAt: 1e300 }), 1);
    expect(valuesOf()).toEqual([2 ** 52 + 1, 2 ** 40 + 3, -0.5]);
    flush(index);
    expect(valuesOf()).toEqual([2 ** 52 + 1, 2 ** 40 + 3, -0.5]);
    put(index, recordOf({ path: "huge.bin", size: 7 }), 2 ** 32 - 1);
    expect(valuesOf().slice(0, 2)).toEqual([7, 2 ** 32 - 1]);
  });

  test("a record with 100,000 terms comes and goes whole", () => {
    const index = new IndexManager();
    const functions = Array.from({ length: 100_000 }, (_, number) => `f${number}`);
    put(index, recordOf({ path: "big.ts", functions }));
    expect(index.termCountOf("functionName")).toBe(100_000);
    flush(index);
    expect(index.verify()).toEqual([]);
    put(index, recordOf({ path: "big.ts", functions: ["one"] }));
    flush(index);
    finished(index.merge(index.images.slice()));
    expect(index.verify()).toEqual([]);
    expect(index.termCountOf("functionName")).toBe(1);
  });

  test("is frozen when 1,024 records have changed, and is then an image, and of many images few", () => {
    const modelled = new ModelledIndex();
    const { index } = modelled;
    for (let file = 0; file < 1_023; file++) modelled.put(recordOf({ path: `f${file}.ts` }));
    expect(index.frozen).toEqual([]);
    modelled.put(recordOf({ path: "one more.ts" }));
    expect(index.frozen).toHaveLength(1);
    modelled.flush();
    expect([index.frozen, index.images.length, index.mergeDue()]).toEqual([[], 1, []]);
    // A quarter of the older one's records makes a merge due; fewer do not.
    for (let file = 0; file < 255; file++) modelled.put(recordOf({ path: `g${file}.ts` }));
    modelled.flush();
    expect(index.mergeDue()).toEqual([]);
    modelled.put(recordOf({ path: "g255.ts" }));
    modelled.flush();
    expect(index.mergeDue()).toHaveLength(3);
    modelled.take({ kind: "merge begin", layers: 0 });
    modelled.take({ kind: "merge step" });
    expect(index.mergeDue()).toEqual([]);
    modelled.take({ kind: "merge end" });
    expect([index.images.length, index.mergeDue()]).toEqual([1, []]);
    // Half of its records changed or gone makes it hollow.
    for (let file = 0; file < 640; file++) modelled.remove(`f${file}.ts`);
    expect(index.mergeDue()).toEqual([]);
    modelled.remove("f640.ts");
    expect(index.mergeDue()).toHaveLength(1);
    modelled.checkContent();
  });

  test("says what it takes in bytes, and gives back what is gone", () => {
    const modelled = new ModelledIndex();
    const { index } = modelled;
    expect(index.byteLength()).toBe(0);
    for (let file = 0; file < 1_000; file++) modelled.put(recordOf({ path: `f${file}.ts`, functions: [`f${file}`] }));
    const inMaps = index.byteLength();
    modelled.flush();
    const full = index.byteLength();
    expect([inMaps > full, full > 10_000]).toEqual([true, true]);
    for (let file = 0; file < 990; file++) modelled.remove(`f${file}.ts`);
    expect(index.byteLength()).toBeGreaterThan(full);
    modelled.take({ kind: "merge begin", layers: 1 });
    modelled.take({ kind: "merge end" });
    expect(index.byteLength()).toBeLessThan(full / 10);
  });

  test("gives up a layer at once when its last record is gone, but not one that a merge reads", () => {
    const modelled = new ModelledIndex();
    const { index } = modelled;
    for (const folder of ["a", "b", "c"]) {
      for (let file = 0; file < 3; file++) modelled.put(recordOf({ path: `${folder}/${file}.ts` }));
      if (folder === "c") modelled.take({ kind: "freeze" });
      else modelled.flush();
    }
    const layers = (): number[] => index.lasting.map(({ size }) => size);
    for (let file = 0; file < 3; file++) modelled.remove(`c/${file}.ts`);
    expect(layers()).toEqual([3, 3]);
    modelled.remove("b/0.ts");
    for (let file = 1; file < 3; file++) modelled.put(recordOf({ path: `b/${file}.ts`, size: 2 }));
    expect(layers()).toEqual([3]);
    modelled.checkContent();
    modelled.take({ kind: "merge begin", layers: 1 });
    modelled.take({ kind: "merge step" });
    for (let file = 0; file < 3; file++) modelled.remove(`a/${file}.ts`);
    expect(layers()).toEqual([0]);
    modelled.take({ kind: "merge end" });
    expect(layers()).toEqual([]);
    modelled.checkContent();
  });

  test("merges a layer once at a time, and again after a merge that was given up", () => {
    const index = new IndexManager();
    for (const record of paths("a.ts", "b.ts")) {
      put(index, record);
      flush(index);
    }
    const steps = index.merge(index.images.slice());
    steps.next();
    expect(() => finished(index.merge(index.images.slice()))).toThrow(/a layer is in one merge at a time/);
    steps.return(undefined as never);
    expect(finished(index.merge(index.images.slice())).renumbering.from).toHaveLength(2);
    expect([index.size, index.images.length]).toEqual([2, 1]);
  });

  test("knows no id of a layer that is no more", () => {
    const index = new IndexManager();
    const [record] = paths("a.ts");
    put(index, record as FileMetadata);
    flush(index);
    const id = index.idOf(record?.path as FileMetadata["path"]) as RecordId;
    put(index, recordOf({ path: "b.ts" }));
    flush(index);
    finished(index.merge(index.images.slice()));
    expect(() => index.pathOf(id)).toThrow(/until the next write to the index/);
  });

  test("refuses a record without a language before anything is changed", () => {
    const index = new IndexManager();
    const [record] = paths("a.ts");
    put(index, record as FileMetadata);
    expect(() => index.put(record as FileMetadata, 2, { ...termsOf(record as FileMetadata), language: [] })).toThrow(/a language/);
    expect([index.size, index.verify()]).toEqual([1, []]);
  });

  test("an index of layers that others have masked has none of what they masked, and masks on", () => {
    const index = new IndexManager();
    for (const record of paths("a.ts", "b.ts", "c.ts")) put(index, record);
    flush(index);
    index.remove("b.ts" as FileMetadata["path"]);
    const other = IndexManager.ofLayers(index.images.map(({ image, masked }) => ({ image, masked })));
    other.remove("c.ts" as FileMetadata["path"]);
    expect([[...other.paths()], other.size, counts(other, "language", "typescript")]).toEqual([["a.ts"], 1, [1]]);
    expect([[...index.paths()].sort(), index.size]).toEqual([["a.ts", "c.ts"], 2]);
    expect([...index.verify(), ...other.verify()]).toEqual([]);
  });
});
