import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest } from "../../src/base/text/nearest.ts";
import { naiveNearest } from "../support/naive-nearest.ts";

describe("nearest", () => {
  test.each([
    ["pars", "parse"],
    ["parrse", "parse"],
    ["parze", "parse"],
    ["prase", "parse"],
    ["aprse", "parse"],
    ["Parse", "parse"],
    ["PArse", "parse"],
    ["PARSE", undefined],
    ["perz", undefined],
    ["größe", "größen"],
    ["grüßen", "größen"],
  ])("of what is spelt most like %j is %j", (text, expected) => {
    expect(nearest(text, ["render", "parse", "größen"])).toBe(expected);
  });

  test("is nothing if there is nothing near, if nothing is given, and for a text that is longer than any name", () => {
    expect([nearest("parse", []), nearest("", ["parse"]), nearest("x".repeat(1_001), ["x".repeat(1_001)])]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("is what the textbook's table of distances says, in whatever order the candidates come", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "A", "_", "é", "É"), maxLength: 9 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 12 }), (text, words) => {
        expect(nearest(text, words)).toBe(naiveNearest(text, words)?.word);
      }),
    );
  });
});
