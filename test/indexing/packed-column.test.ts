import fc from "fast-check";
import { expect, test } from "vitest";
import { finished } from "../../src/indexing/index-manager.ts";
import { ColumnWriter, PackedColumn } from "../../src/indexing/image/packed-column.ts";

/**
 * The bytes of each value, and the values as they are read from shared memory behind other bytes.
 */
function packed(write: (writer: ColumnWriter) => void, count: number): { readonly bytes: number; readonly values: number[] } {
  const writer = new ColumnWriter();
  write(writer);
  const packedBytes = finished(writer.pack());
  const memory = new SharedArrayBuffer(8 + packedBytes.length + 8);
  const bytes = new Uint8Array(memory).fill(0xff);
  bytes.set(packedBytes, 8);
  const column = new PackedColumn(memory, 8, count);
  return { bytes: packedBytes.length - 16, values: Array.from({ length: count }, (_, place) => column.get(place)) };
}

function roundTrip(values: readonly number[]): { readonly bytes: number; readonly values: number[] } {
  return packed((writer) => values.forEach((value) => writer.push(value)), values.length);
}

test.each([
  ["nothing if there is no value", [], 0],
  ["nothing if all are the same", [7, 7, 7], 0],
  ["nothing if all are the same huge number", [2 ** 50, 2 ** 50], 0],
  ["one byte up to a span of 255", [1_000_000, 1_000_255], 1],
  ["two from 256 on", [1_000_000, 1_000_256], 2],
  ["two up to 65,535", [-3, 65_532], 2],
  ["three from 65,536 on", [-3, 65_533], 3],
  ["three up to 16,777,215", [5, 2 ** 24 + 4], 3],
  ["four from 16,777,216 on", [5, 2 ** 24 + 5], 4],
  ["four up to 32 bits", [0, 2 ** 32 - 1], 4],
  ["five from there on", [0, 2 ** 32, 2 ** 40 - 1], 5],
  ["six up to 48 bits", [-1, 2 ** 40 - 1, 2 ** 48 - 2], 6],
  ["eight beyond", [0, 2 ** 48, 2 ** 53 - 1], 8],
  ["eight from one end of the whole numbers to the other", [-(2 ** 53) + 1, 0, 2 ** 53 - 1], 8],
  ["eight for fractions", [1.5, 2, -0.25], 8],
  ["eight for minus zero", [-0, 0], 8],
  ["eight for what is no safe integer", [2 ** 60, Infinity, -Infinity, NaN, Number.MIN_VALUE], 8],
])("a column takes %s", (_, values, width) => {
  const { bytes, values: read } = roundTrip(values);
  expect(bytes).toBe(width * values.length);
  expect(read.every((value, place) => Object.is(value, values[place]))).toBe(true);
});

test("every number comes back as it was", () => {
  const whole = fc.tuple(fc.maxSafeInteger(), fc.array(fc.nat(2 ** 20))).map(([least, more]) => more.map((value) => least + value));
  fc.assert(
    fc.property(fc.oneof(whole, fc.array(fc.double()), fc.array(fc.maxSafeInteger())), (values) => {
      expect(roundTrip(values).values).toEqual(values);
    }),
  );
});

test("places may be set in any order and again, and what is left out is 0", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(200), fc.integer({ min: -3, max: 70_000 })), { minLength: 1 }), (sets) => {
      const expected: number[] = Array.from({ length: Math.max(...sets.map(([place]) => place)) + 1 }, () => 0);
      for (const [place, value] of sets) expected[place] = value;
      const { values } = packed((writer) => sets.forEach(([place, value]) => writer.set(place, value)), expected.length);
      expect(values).toEqual(expected);
    }),
  );
});

test.each([
  ["integers", 3, 3],
  ["fractions", 0.5, 8],
])("a column of many values has them all, in any order of writing, and zeros between them: %s", (_, value, width) => {
  const last = 200_000;
  const { bytes, values } = packed((writer) => {
    for (const place of [last, 70_000, 65_535, 65_536, 1]) writer.set(place, place * value);
  }, last + 1);
  const expected = Array.from({ length: last + 1 }, () => 0);
  for (const place of [last, 70_000, 65_535, 65_536, 1]) expected[place] = place * value;
  expect(values).toEqual(expected);
  expect(bytes).toBe((last + 1) * width);
});
