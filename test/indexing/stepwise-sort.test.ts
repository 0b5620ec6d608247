import fc from "fast-check";
import { expect, test } from "vitest";
import { sortInSteps } from "../../src/indexing/stepwise-sort.ts";

/** Long enough for several runs, in order here and there. */
const items = fc
  .record({ length: fc.oneof(fc.nat(10), fc.nat(30_000)), multiplier: fc.constantFrom(1, 7_919, -1, 0), shift: fc.nat(1_000_000) })
  .map(({ length, multiplier, shift }) => Uint32Array.from({ length }, (_, index) => (Math.abs(index * multiplier) + shift) % 65_536));

test("sorts as sort does, in many short steps", () => {
  fc.assert(
    fc.property(items, (given) => {
      const sorted = given.slice();
      let steps = 0;
      let compared = 0;
      let most = 0;
      const compare = (a: number, b: number): number => {
        compared++;
        return a - b;
      };
      for (const pause of sortInSteps(sorted, compare)) {
        expect(pause).toBeUndefined();
        most = Math.max(most, compared);
        compared = 0;
        steps++;
      }
      expect([...sorted]).toEqual([...given].sort((a, b) => a - b));
      expect(steps).toBeGreaterThanOrEqual(Math.floor(given.length / 4_096));
      // A run of 4,096 takes at most twelve comparisons an item.
      expect(most).toBeLessThan(60_000);
    }),
    { numRuns: 60 },
  );
});
