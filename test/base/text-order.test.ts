import fc from "fast-check";
import { expect, test } from "vitest";
import { compareValues, successorOf } from "../../src/base/text/text-order.ts";

const text = fc
  .array(fc.constantFrom(0, 0x61, 0x62, 0xd83d, 0xde00, 0xe000, 0xfffe, 0xffff), { maxLength: 5 })
  .map((units) => String.fromCharCode(...units));

test("texts are ordered by UTF-16 units, in which a surrogate pair comes before U+E000", () => {
  expect(["\uffff", "\ue000", "\u{1f600}", "b", "a\0", "a", ""].sort(compareValues)).toEqual([
    "",
    "a",
    "a\0",
    "b",
    "\u{1f600}",
    "\ue000",
    "\uffff",
  ]);
  expect(compareValues("a", "a")).toBe(0);
});

test("those that begin with a prefix are those from it up to its successor", () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const after = successorOf(prefix);
      for (const each of [other, prefix + other, prefix]) {
        expect(each >= prefix && (after === undefined || each < after)).toBe(each.startsWith(prefix));
      }
    }),
    { numRuns: 1_000 },
  );
});

test("nothing comes after all that begin with the greatest unit, or with nothing", () => {
  expect([successorOf(""), successorOf("\uffff\uffff"), successorOf("a\uffff"), successorOf("a")]).toEqual([
    undefined,
    undefined,
    "b",
    "b",
  ]);
});
