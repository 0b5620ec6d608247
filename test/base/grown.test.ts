import { expect, test } from "vitest";
import { grown, release } from "../../src/base/grown.ts";

test("an array that is long enough is not copied", () => {
  const array = new Uint16Array(4);
  expect(grown(array, 4)).toBe(array);
  expect(grown(array, 0)).toBe(array);
});

test("a longer copy is of the same kind, keeps all numbers and has zeros behind them", () => {
  for (const array of [new Uint8Array([1, 2]), new Int32Array([-1, 2]), new Float64Array([0.5, 2])]) {
    const longer = grown(array, 4);
    expect(longer.constructor).toBe(array.constructor);
    expect([...longer]).toEqual([...array, 0, 0]);
  }
  expect(grown(new Uint32Array(0), 1)).toHaveLength(1);
});

test("an array grows by an eighth, or by the factor that is asked for, and further if it must", () => {
  expect(grown(new Uint32Array(100), 101)).toHaveLength(112);
  expect(grown(new Uint32Array(100), 101, 2)).toHaveLength(200);
  expect(grown(new Uint32Array(100), 300, 2)).toHaveLength(300);
});

test("a large array that was replaced by a longer one gives its memory back at once", () => {
  const array = new Uint8Array(100_000).fill(7);
  const longer = grown(array, 100_001);
  expect(longer[99_999]).toBe(7);
  expect(array).toHaveLength(0);
});

test("a large array is empty after its release, whatever part of its buffer it is", () => {
  const whole = new Float64Array(20_000);
  release(whole.subarray(10, 20));
  expect(whole).toHaveLength(0);
  release(whole);
});

test("shared memory and small arrays stay as they are, because others may hold them", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(100_000));
  const small = new Uint32Array(10);
  release(shared);
  release(small);
  expect([shared.length, small.length]).toEqual([100_000, 10]);
});
