import fc from "fast-check";
import { expect, test } from "vitest";
import { finished } from "../../src/indexing/index-manager.ts";
import { sortTexts } from "../../src/indexing/layers/sort-texts.ts";

/**
 * Short ones of few letters, so that many are equal or begin alike, with what sorts otherwise by
 * code points than by units.
 */
const text = fc
  .array(fc.constantFrom("a", "b", "/", "\0", "é", "\ud83d\ude00", "\ud83d", "\uffff"), { maxLength: 6 })
  .map((parts) => parts.join(""));
const texts = fc.oneof(
  fc.array(text, { maxLength: 400 }),
  fc
    .record({ length: fc.nat(3_000), multiplier: fc.constantFrom(1, 7_919, 0), width: fc.constantFrom(0, 12) })
    .map((of) =>
      Array.from({ length: of.length }, (_, number) => `src/${String((number * of.multiplier) % 3_001).padStart(of.width, "0")}.ts`),
    ),
);

test("sorts texts by their UTF-16 units, equal ones and beginnings of others among them", () => {
  fc.assert(
    fc.property(texts, (given) => {
      const order = finished(sortTexts(given));
      expect([...order].sort((a, b) => a - b)).toEqual([...given.keys()]);
      expect(Array.from(order, (place) => given[place])).toEqual(given.toSorted());
    }),
    { numRuns: 200 },
  );
});

test("sorts many texts in many short steps, however they come and whatever they have in common", () => {
  for (const length of [0, 1, 13, 60_000]) {
    for (const of of [(number: number) => number, (number: number) => -number, (number: number) => (number * 7_919) % 60_000, () => 1]) {
      const given = Array.from({ length }, (_, number) => `${"common/".repeat(3)}${String(of(number)).padStart(7, "0")}`);
      let steps = 0;
      let looked = 0;
      let most = 0;
      const counted = new Proxy(given, {
        get(target, key) {
          looked++;
          return Reflect.get(target, key) as unknown;
        },
      });
      const sorting = sortTexts(counted);
      let step = sorting.next();
      for (; step.done !== true; step = sorting.next()) {
        most = Math.max(most, looked);
        looked = 0;
        steps++;
      }
      expect(Array.from(step.value, (place) => given[place])).toEqual(given.toSorted());
      expect(steps).toBeGreaterThanOrEqual(Math.floor(length / 2_048));
      expect(most).toBeLessThan(120_000);
    }
  }
});
