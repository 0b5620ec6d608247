import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitCount, countCommonBits, Ranks } from "../../src/indexing/layers/ranks.ts";

/** What lies around the bits in an image must not count. */
function asBits(members: readonly number[], ranks: number, at = 3): Ranks {
  const length = Math.ceil(ranks / 32);
  const words = new Uint32Array(at + length + 3).fill(0xffff_ffff);
  words.fill(0, at, at + length);
  for (const rank of members) words[at + (rank >>> 5)] = (words[at + (rank >>> 5)] as number) | (1 << (rank & 31));
  return Ranks.ofBits(members.length, words, at, length);
}

function membersOf(ranks: Ranks): number[] {
  const members: number[] = [];
  ranks.forEach((rank) => members.push(rank));
  return members;
}

const EDGES = [0, 1, 30, 31, 32, 33, 62, 63, 64, 65, 95, 96];
const someRanks = fc
  .uniqueArray(fc.oneof(fc.constantFrom(...EDGES), fc.nat(199)), { maxLength: 60 })
  .map((ranks) => ranks.sort((a, b) => a - b));
/** How many ranks a layer has that has these, and some more. */
const layerOf = (sets: readonly (readonly number[])[], more: number): number => Math.max(0, ...sets.flat()) + 1 + more;

describe("ranks", () => {
  test("are the same as a list and as bits", () => {
    fc.assert(
      fc.property(someRanks, fc.nat(40), (members, more) => {
        const ranks = layerOf([members], more);
        for (const set of [Ranks.ofList(members), asBits(members, ranks)]) {
          expect(set.count).toBe(members.length);
          expect(membersOf(set)).toEqual(members);
          for (let rank = 0; rank < ranks; rank++) expect(set.has(rank)).toBe(members.includes(rank));
        }
      }),
      {
        examples: [
          [EDGES, 0],
          [[31], 0],
          [[32], 0],
          [[63], 0],
          [[], 0],
        ],
      },
    );
  });

  test("know their form, also if all bits are in one word", () => {
    for (const ranks of [1, 32, 33]) {
      const [list, bits] = [Ranks.ofList([0]), asBits([0], ranks)];
      expect([list.isBits, list.list, bits.isBits, bits.list]).toEqual([false, [0], true, undefined]);
    }
  });

  test("are put together from any forms, each rank once, and none of them is changed by that", () => {
    const sets = fc.array(fc.tuple(someRanks, fc.boolean()), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(sets, fc.nat(40), (given, more) => {
        const lists = given.map(([members]) => members);
        const ranks = layerOf(lists, more);
        const sources = given.map(([members, isList]) => (isList ? Ranks.ofList(members) : asBits(members, ranks)));
        const union = Ranks.union(sources, ranks);
        const expected = [...new Set(lists.flat())].sort((a, b) => a - b);
        expect(membersOf(union)).toEqual(expected);
        expect(union.count).toBe(expected.length);
        expect(sources.map(membersOf)).toEqual(lists);
      }),
    );
  });

  test("are bits if many are put together, and none is counted twice", () => {
    const lists = [0, 1, 2].map((first) => Array.from({ length: 200 }, (_, place) => 3 * place + first));
    const union = Ranks.union(lists.map(Ranks.ofList), 600);
    expect([union.list, union.count, membersOf(union)]).toEqual([undefined, 600, Array.from({ length: 600 }, (_, rank) => rank)]);
    const doubled = Ranks.union([Ranks.ofList(lists[0] as number[]), Ranks.ofList(lists[0] as number[])], 600);
    expect([doubled.count, membersOf(doubled)]).toEqual([200, lists[0]]);
  });

  test("that sets of bits have in common are counted, without those that are masked", () => {
    fc.assert(
      fc.property(fc.array(someRanks, { minLength: 1, maxLength: 4 }), fc.option(someRanks, { nil: undefined }), (lists, masked) => {
        const ranks = layerOf([...lists, masked ?? []], 0);
        const words = masked === undefined ? undefined : asBits(masked, ranks, 0).words;
        const [first = [], ...others] = lists;
        const common = first.filter((rank) => others.every((list) => list.includes(rank)) && masked?.includes(rank) !== true);
        const sets = lists.map((list, at) => asBits(list, ranks, at));
        expect(countCommonBits(sets, words)).toBe(common.length);
      }),
      {
        examples: [
          [
            [EDGES, EDGES],
            [31, 63],
          ],
        ],
      },
    );
    expect(countCommonBits([], undefined)).toBe(0);
  });

  test("the bits of a word are counted, the highest as well", () => {
    expect([0, 1, 0x8000_0000, 0xffff_ffff, -1, 0x5555_5555, 0x7fff_ffff].map(bitCount)).toEqual([0, 1, 1, 32, 32, 16, 31]);
    fc.assert(
      fc.property(fc.integer(), (word) => {
        expect(bitCount(word)).toBe((word >>> 0).toString(2).replaceAll("0", "").length);
      }),
    );
  });
});
