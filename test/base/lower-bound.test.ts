import { expect, test } from "vitest";
import { lowerBound } from "../../src/base/lower-bound.ts";

test("the lower bound is the first place that is not before, wherever that is", () => {
  for (let count = 0; count <= 17; count++) {
    for (let bound = 0; bound <= count; bound++) {
      const looks: number[] = [];
      const found = lowerBound(count, (place) => {
        looks.push(place);
        return place < bound;
      });
      expect(found, `${bound} of ${count}`).toBe(bound);
      expect(looks.every((place) => place >= 0 && place < count)).toBe(true);
      expect(looks.length).toBeLessThanOrEqual(Math.ceil(Math.log2(count + 1)));
    }
  }
});
