import { describe, expect, test } from "vitest";
import { ImageLayer } from "../../src/indexing/layers/image-layer.ts";
import { setBit } from "../../src/indexing/layers/ranks.ts";
import { ByteWriter } from "../../src/indexing/image/byte-writer.ts";
import { ImageWriter } from "../../src/indexing/image/image-writer.ts";
import { encodeUnits } from "../../src/indexing/image/unit-bytes.ts";
import { IndexManager, finished } from "../../src/indexing/index-manager.ts";
import type { IndexLayer } from "../../src/indexing/layers/layer.ts";
import { Ranks } from "../../src/indexing/layers/ranks.ts";
import { verifyIndex } from "../../src/indexing/verify-index.ts";
import { INDEX_NAMES, type IndexName, termsOf } from "../../src/record/terms.ts";
import { flush } from "../support/flush-index.ts";
import { recordOf } from "../support/small-records.ts";

type Lists = Readonly<Partial<Record<IndexName, readonly (readonly [string, readonly number[]])[]>>>;

/** An image of whatever it is told, right or wrong. */
function layerOf(paths: readonly string[], lists: Lists): ImageLayer {
  const writer = new ImageWriter();
  const bytes = new Uint8Array(1_000);
  for (const path of paths) writer.addRecord(bytes, encodeUnits(path, bytes, 0), 1, 1, 1);
  for (const [index, terms] of Object.entries(lists)) {
    for (const [term, ranks] of terms) writer.addTerm(index as IndexName, bytes, encodeUnits(term, bytes, 0), ranks);
  }
  for (const index of INDEX_NAMES) finished(writer.endTerms(index));
  return new ImageLayer(finished(writer.finish()), 1);
}

const GO = ["go", [0, 1, 2]] as const;
const PATHS = ["a", "b", "c"];

/** A sound layer, except for what is told otherwise. */
function otherwise(layer: ImageLayer, changes: Partial<IndexLayer>): IndexLayer {
  return new Proxy(layer, {
    get(target, key) {
      if (Object.hasOwn(changes, key)) return Reflect.get(changes, key) as unknown;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

function codes(...layers: readonly IndexLayer[]): string[] {
  return [...new Set(verifyIndex(layers).map(({ code }) => code))].sort();
}

describe("verify finds", () => {
  test("nothing in sound layers", () => {
    const sound = layerOf(PATHS, {
      language: [GO],
      functionName: [
        ["f", [0, 2]],
        ["g", [1]],
      ],
    });
    expect(codes(sound, layerOf(["d"], { language: [["go", [0]]] }))).toEqual([]);
    expect(codes()).toEqual([]);
  });

  test.each<[string, readonly string[], Lists, readonly string[]]>([
    ["paths out of order", ["b", "a", "c"], { language: [GO] }, ["INDEX_ORDER", "INDEX_PATH"]],
    ["a path that is there twice", ["a", "a", "c"], { language: [GO] }, ["INDEX_ORDER", "INDEX_PATH"]],
    [
      "terms out of order",
      PATHS,
      {
        language: [GO],
        functionName: [
          ["g", [0]],
          ["f", [1]],
        ],
      },
      ["INDEX_ORDER", "INDEX_TERMS"],
    ],
    ["a list that names a rank twice", PATHS, { language: [GO], functionName: [["f", [1, 1]]] }, ["INDEX_ORDER"]],
    ["a list that names a rank beyond the last", PATHS, { language: [GO], functionName: [["f", [1, 3]]] }, ["INDEX_ORDER"]],
    ["a record without a language", PATHS, { language: [["go", [0, 1]]] }, ["INDEX_TERMS"]],
    ["a record with two languages", PATHS, { language: [GO, ["rust", [1]]] }, ["INDEX_TERMS"]],
    ["a language of a rank beyond the last", PATHS, { language: [["go", [0, 1, 2, 3]]] }, ["INDEX_ORDER"]],
  ])("%s", (_, paths, lists, expected) => {
    expect(codes(layerOf(paths, lists))).toEqual(expect.arrayContaining([...expected]));
  });

  test("a path that is in two layers, unless one of them has masked it", () => {
    const [older, newer] = [layerOf(PATHS, { language: [GO] }), layerOf(["b"], { language: [["go", [0]]] })];
    expect(verifyIndex([older, newer])).toMatchObject([{ code: "INDEX_PATH", path: "b" }]);
    older.mask(1);
    expect(verifyIndex([older, newer])).toEqual([]);
  });

  const sound = layerOf(PATHS, { language: [GO], className: [["C", [1]]] });
  test.each<[string, Partial<IndexLayer>, readonly string[]]>([
    ["a rank that is masked but counted", { masked: Uint32Array.of(2) }, ["INDEX_COUNT"]],
    ["too few ranks", { ranks: 4 }, ["INDEX_COUNT"]],
    ["too many records", { size: 4 }, ["INDEX_COUNT"]],
    ["a path that is not found", { find: (path) => (path === "b" ? -1 : sound.find(path)) }, ["INDEX_PATH"]],
    ["a path that is found elsewhere", { lowerBound: () => 0 }, ["INDEX_PATH"]],
    ["an id that stands for another record", { rankOf: () => 1 }, ["INDEX_PATH"]],
    ["a language that the column does not have", { languageAt: () => "rust" as never }, ["INDEX_TERMS"]],
    ["a term that is not found", { withTerm: () => undefined }, ["INDEX_TERMS"]],
    ["a term whose records are others", { withTerm: () => Ranks.ofList([0, 1]) }, ["INDEX_TERMS"]],
    ["a wrong count of terms", { termCount: () => 7 }, ["INDEX_COUNT"]],
  ])("%s", (_, changes, expected) => {
    expect(codes(otherwise(sound, changes))).toEqual(expect.arrayContaining([...expected]));
  });

  test("a list that has more or fewer members than it says", () => {
    const words = Uint32Array.of(0b101);
    for (const count of [1, 3]) {
      const terms = (index: IndexName): ReturnType<IndexLayer["terms"]> => {
        const own = sound.terms(index);
        if (index === "className") own.ranks = () => Ranks.ofBits(count, words, 0, 1);
        return own;
      };
      expect(codes(otherwise(sound, { terms }))).toContain("INDEX_COUNT");
    }
  });

  test("a layer that has the number of another", () => {
    const index = new IndexManager();
    for (const path of ["a", "b"]) {
      index.put(recordOf({ path }), 1, termsOf(recordOf({ path })));
      flush(index);
    }
    const [first, second] = index.images;
    Object.assign(second as object, { number: first?.number });
    expect(index.verify()).toMatchObject([{ code: "INDEX_PATH", problem: "two layers have one number" }]);
  });
});

test("bytes are written one after the other, aligned, with single bits set", () => {
  const writer = new ByteWriter();
  writer.varint(300);
  writer.align(4);
  const words = new Uint32Array(2);
  for (const bit of [0, 31, 32, 63]) setBit(words, bit);
  writer.copy(new Uint8Array(words.buffer), 0, 8);
  writer.align(4);
  writer.copy(Uint8Array.of(1, 2, 3, 4), 1, 3);
  expect(writer.parts.flatMap((part) => [...part])).toEqual([0xac, 2, 0, 0, 1, 0, 0, 0x80, 1, 0, 0, 0x80, 2, 3]);
});
