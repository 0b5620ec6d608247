import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nearest, NearestSpelling } from "../../src/base/text/nearest.ts";
import { distanceOf, naiveNearest } from "../support/naive-nearest.ts";

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

  test("of a given number of letters, all words are near that differ by no more, in whatever order they come", () => {
    const word = fc.string({ unit: fc.constantFrom("a", "b", "A", "_"), maxLength: 6 });
    fc.assert(
      fc.property(word, fc.array(word, { maxLength: 12 }), fc.nat(3), (text, words, letters) => {
        const spelling = new NearestSpelling(text, letters);
        expect(words.filter((each) => spelling.reaches(each))).toEqual(words.filter((each) => distanceOf(text, each) < letters + 0.5));
      }),
    );
  });
});
