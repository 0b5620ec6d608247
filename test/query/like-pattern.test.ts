import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EXACT, LikePattern, NO_MATCH, PREFIX, unitsOf } from "../../src/query/symbols/like-pattern.ts";
import { NameCriterion } from "../../src/query/symbols/name-criterion.ts";
import { naiveLike } from "../support/naive-symbols.ts";

const score = (like: string, name: string): number => new LikePattern(like).score(unitsOf(name), name.length);
const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "B", "_", "1", ".", "é", "É"), minLength: 1, maxLength: 8 });

describe("LikePattern", () => {
  test.each([
    ["pFM", "parseFileMetadata"],
    ["parFil", "parseFileMetadata"],
    ["pfm", "parse_file_metadata"],
    ["par_met", "parseFileMetadata"],
    ["file", "parseFile"],
    ["XP", "XMLParser"],
    ["parser", "XMLParser"],
    ["u8", "utf8Decode"],
    ["É", "grandÉclair"],
  ])("%s is like %s by its words", (like, name) => {
    expect(score(like, name)).toBeGreaterThan(PREFIX);
    expect(score(like, name)).toBeLessThan(score("arse", "parse"));
  });

  test.each([
    ["pMF", "parseFileMetadata"],
    ["k", "\u212a"],
    ["parseFileMetadataX", "parseFileMetadata"],
    ["_", "parse"],
    ["pZ", "parse"],
  ])("%s is not like %s", (like, name) => {
    expect(score(like, name)).toBe(NO_MATCH);
  });

  test("ranks the name itself first, then a prefix, words in few pieces, words in more, and a part at last", () => {
    const scores = ["PARSE", "parser", "fileParse", "pAr_se", "sparse"].map((name) => score("parse", name));
    expect(scores[0]).toBe(EXACT);
    expect(scores[1]).toBe(PREFIX);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(scores).size).toBe(5);
  });

  test("scores as trying every way does", () => {
    fc.assert(
      fc.property(text, text, (like, name) => {
        expect(score(like, name)).toBe(naiveLike(like, name));
      }),
      // A part that begins within an attempt that failed.
      { numRuns: 5_000, examples: [["aaab", "baaaab"]] },
    );
  });

  test("is linear in a name that was made to be slow", () => {
    const name = "a".repeat(1_000_000);
    expect(score(`${"a".repeat(199)}b`, name)).toBe(NO_MATCH);
    expect(score(`b${"a".repeat(199)}`, `${name}b${"a".repeat(199)}`)).toBeGreaterThan(PREFIX);
    expect(score("a_".repeat(100), "a_".repeat(128))).toBe(PREFIX);
  });
});

test("a name that fits lies in the ranges that are searched for it", () => {
  const asked = fc.oneof(
    text,
    text.map((prefix) => ({ prefix })),
    text.map((prefix) => ({ prefix, ignoreCase: true })),
    text.map((like) => ({ like })),
  );
  fc.assert(
    fc.property(fc.array(asked, { minLength: 1, maxLength: 2 }), text, (names, name) => {
      const criterion = new NameCriterion(names);
      if (criterion.score(name, "a") === NO_MATCH) return;
      const term = `${name}\0fa`;
      expect(criterion.ranges.some(({ from, to }) => from <= term && (to === undefined || term < to))).toBe(true);
    }),
    { numRuns: 2_000, examples: [[[{ like: "b" }], "aB"]] },
  );
});
