import fc from "fast-check";
import { expect, test } from "vitest";
import { ByteArena } from "../../src/indexing/lists/byte-arena.ts";
import { Posting } from "../../src/indexing/lists/posting.ts";
import { PostingLists } from "../../src/indexing/lists/posting-lists.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";

const TERMS = 4;

/** Runs of ids, so that lists pass through all their forms; single ones in between, at any place. */
const step = fc.record({
  kind: fc.constantFrom("add", "add", "delete"),
  term: fc.nat(TERMS - 1),
  from: fc.oneof(fc.nat(300), fc.nat(40_000)),
  stride: fc.constantFrom(1, 2, 7, 130, 1_000),
  length: fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(1_500) }),
});

test("in every form, and from one to the other, each list holds what a plain set does", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const lists = new PostingLists(new ByteArena());
      const model = Array.from({ length: TERMS }, () => new Set<number>());
      for (const { kind, term, from, stride, length } of steps) {
        const expected = model[term] as Set<number>;
        for (let index = 0; index < length; index++) {
          const id = (from + index * stride) as RecordId;
          if (kind === "add" && !expected.has(id)) {
            lists.add(term, id);
            expected.add(id);
          } else if (kind === "delete" && expected.has(id)) {
            expected.delete(id);
            expect(lists.delete(term, id)).toBe(expected.size);
          }
        }
        expectEqual(lists, model, from);
      }
    }),
    { numRuns: 100 },
  );
});

test("lists that are made at once equal those that grew", () => {
  const recordTerms = fc.array(fc.uniqueArray(fc.nat(TERMS - 1), { maxLength: TERMS }), { maxLength: 3_000, size: "max" });
  fc.assert(
    fc.property(recordTerms, (termsOf) => {
      const inverted = new PostingLists(new ByteArena());
      const model = Array.from({ length: TERMS }, () => new Set<number>());
      termsOf.forEach((terms, id) => terms.forEach((term) => model[term]?.add(id)));
      for (const pause of inverted.invert(TERMS, termsOf.length, (id) => termsOf[id] ?? [])) expect(pause).toBeUndefined();
      expectEqual(inverted, model, 0);
      // They go on like any others.
      const next = termsOf.length as RecordId;
      inverted.add(0, next);
      model[0]?.add(next);
      expectEqual(inverted, model, 0);
    }),
    { numRuns: 30 },
  );
});

test("a record twice, or one that is not there, is refused in every form", () => {
  for (const count of [1, 2, 50, 1_000, 3_000]) {
    for (const stride of [1, 100]) {
      const lists = new PostingLists(new ByteArena());
      for (let index = 0; index < count; index++) lists.add(7, (index * stride) as RecordId);
      const invariant = expect.objectContaining({ code: "E_INVARIANT" }) as Error;
      expect(() => lists.add(7, 0 as RecordId)).toThrow(invariant);
      expect(() => lists.add(7, ((count - 1) * stride) as RecordId)).toThrow(invariant);
      expect(() => lists.delete(7, (count * stride) as RecordId)).toThrow(invariant);
      expect(lists.members(7)).toHaveLength(count);
    }
  }
});

function expectEqual(lists: PostingLists, model: readonly Set<number>[], probe: number): void {
  model.forEach((expected, term) => {
    const members = [...expected].sort((a, b) => a - b);
    expect(lists.count(term)).toBe(members.length);
    expect(lists.members(term)).toEqual(members);
    const posting = new Posting(lists, term);
    const visited: number[] = [];
    posting.forEach((id) => visited.push(id));
    expect(visited).toEqual(members);
    for (const id of [probe - 1, probe, probe + 1, ...members.slice(0, 3), ...members.slice(-3)]) {
      if (id < 0) continue;
      expect(lists.has(term, id)).toBe(expected.has(id));
      expect(posting.has(id as RecordId)).toBe(expected.has(id));
    }
  });
}
