import { expect, test } from "vitest";
import { writeSetOf } from "../../src/database/shared/write-set.ts";
import { recordOf } from "../support/small-records.ts";

test("of several records of one path the last counts, at the position of the first, and a path is removed once", () => {
  const [a, b, newer] = [recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "a", size: 5 })];
  const { records, removed } = writeSetOf(
    [a, b, newer],
    ["c", "c"].map((path) => recordOf({ path }).path),
  );
  expect([[...records.values()], [...removed]]).toEqual([[newer, b], ["c"]]);
});

test("a path that is to be both stored and removed is refused, with what to do", () => {
  const record = recordOf({ path: "a" });
  expect(() => writeSetOf([record], [record.path])).toThrow(
    expect.objectContaining({ code: "E_RECORD", message: '"a" is both stored and removed in one write: choose one', remedy: "choose one" }),
  );
});
