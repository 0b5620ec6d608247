import fc from "fast-check";
import { expect, test } from "vitest";
import { DenseSet } from "../../src/indexing/lists/dense-set.ts";

const ids = fc.uniqueArray(fc.oneof(fc.nat(70), fc.nat(1_000)), { maxLength: 60 });

test("unions and intersections by words hold what plain sets do, whatever the lengths", () => {
  fc.assert(
    fc.property(ids, ids, ids, fc.nat(1_100), (a, b, c, limit) => {
      const [first, second, third] = [a, b, c].map((members) => denseSetOf(members, limit)) as [DenseSet, DenseSet, DenseSet];
      const common = a.filter((id) => b.includes(id));
      expect(first.intersectionCount([second])).toBe(common.length);
      expect(first.intersectionCount([second, third])).toBe(common.filter((id) => c.includes(id)).length);
      first.addAll(second);
      const union = [...new Set([...a, ...b])].sort((x, y) => x - y);
      expect(membersOf(first)).toEqual(union);
      expect(first.count).toBe(union.length);
      expect(membersOf(second)).toEqual(b.toSorted((x, y) => x - y));
    }),
  );
});

function denseSetOf(members: readonly number[], idLimit: number): DenseSet {
  const set = new DenseSet(idLimit);
  for (const member of members) set.add(member);
  return set;
}

function membersOf(set: DenseSet): number[] {
  const members: number[] = [];
  set.forEach((member) => members.push(member));
  return members;
}
