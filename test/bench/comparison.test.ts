import { describe, expect, test } from "vitest";
import { compareRounds, renderComparison } from "../../bench/report/comparison.ts";
import type { Figure, RowResult } from "../../bench/row.ts";

function result(figures: Readonly<Record<string, number>>, unit: Figure["unit"] = "us"): RowResult {
  return {
    figures: Object.entries(figures).map(([name, value]) => ({ name, unit, value: { median: value, q1: value, q3: value } })),
    goals: [],
    verified: "nothing",
    notes: [],
  };
}

describe("two checkouts side by side", () => {
  test("are compared round by round, so that what slows a whole round down does not count", () => {
    const { figures } = compareRounds([result({ a: 10 }), result({ a: 100 })], [result({ a: 5 }), result({ a: 50 })]);
    expect(figures).toEqual([
      {
        name: "a",
        unit: "us",
        before: { median: 55, q1: 32.5, q3: 77.5 },
        now: { median: 27.5, q1: 16.25, q3: 38.75 },
        ratio: { median: 0.5, q1: 0.5, q3: 0.5 },
      },
    ]);
  });

  test("name the figures that only one of them has, and those that had another name before", () => {
    const compared = compareRounds(
      [result({ a: 1, old: 2, gone: 3 })],
      [result({ a: 1, fresh: 4, extra: 5 })],
      new Map([["fresh", "old"]]),
    );
    expect(compared.figures.map(({ name, ratio }) => [name, ratio.median])).toEqual([
      ["a", 1],
      ["fresh", 2],
    ]);
    expect(compared.onlyBefore).toEqual(["gone"]);
    expect(compared.onlyNow).toEqual(["extra"]);
    expect(renderComparison("row", compared)).toContain("| fresh | 2 us | 4 us | 2 |");
  });

  test("do not compare figures of different units", () => {
    const compared = compareRounds([result({ a: 1 }, "us")], [result({ a: 1 }, "bytes")]);
    expect(compared).toEqual({ figures: [], onlyBefore: ["a"], onlyNow: ["a"] });
  });
});
