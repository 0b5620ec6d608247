import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ImageLayer } from "../../src/indexing/layers/image-layer.ts";
import { finished } from "../../src/indexing/index-manager.ts";
import { mergeLayers } from "../../src/indexing/layers/merge-layers.ts";
import { Ranks } from "../../src/indexing/layers/ranks.ts";
import { RecentRecords } from "../../src/indexing/layers/recent-records.ts";
import { termsOf } from "../../src/record/terms.ts";
import { visitMatches } from "../../src/query/candidates.ts";
import type { Criterion } from "../../src/query/criterion.ts";
import type { LayerPlan } from "../../src/query/plan.ts";
import { recordOf } from "../support/small-records.ts";

const RANKS = 130;
const image = (() => {
  const recent = new RecentRecords(0);
  for (let file = 0; file < RANKS; file++) {
    const record = recordOf({ path: `f${String(file).padStart(3, "0")}.ts` });
    recent.put(record, 1, termsOf(record));
  }
  recent.freeze();
  return finished(mergeLayers([recent])).image;
})();

type Form = "list" | "bits";

function criterion(members: readonly number[], form: Form): Criterion {
  const words = new Uint32Array(2 + Math.ceil(RANKS / 32) + 2).fill(0xffff_ffff);
  words.fill(0, 2, 2 + Math.ceil(RANKS / 32));
  for (const rank of members) words[2 + (rank >>> 5)] = (words[2 + (rank >>> 5)] as number) | (1 << (rank & 31));
  const ranks = form === "list" ? Ranks.ofList(members) : Ranks.ofBits(members.length, words, 2, Math.ceil(RANKS / 32));
  return { wanted: { index: "functionName", terms: [], prefixes: [] }, terms: 1, ranks };
}

function planOf(parts: Partial<LayerPlan>): LayerPlan {
  return { layer: new ImageLayer(image, 1), driving: undefined, tests: [], from: 0, to: RANKS, candidates: 0, total: undefined, ...parts };
}

const EDGES = [0, 1, 31, 32, 33, 63, 64, 95, 96, 127, 128, 129, 130];
const bound = fc.oneof(fc.constantFrom(...EDGES), fc.nat(RANKS));
const someRanks = fc
  .uniqueArray(fc.oneof(fc.constantFrom(...EDGES.slice(0, -1)), fc.nat(RANKS - 1)), { maxLength: 60 })
  .map((ranks) => ranks.sort((a, b) => a - b));
const form = fc.constantFrom<Form>("list", "bits");

describe("visitMatches", () => {
  test("visits those within all bounds that meet every test and are not masked, in order or backwards, until it is told to stop", () => {
    const shape = fc.record({
      driving: fc.option(fc.tuple(someRanks, form), { nil: undefined }),
      tests: fc.array(fc.tuple(someRanks, form), { maxLength: 2 }),
      masked: someRanks,
      plan: fc.tuple(bound, bound),
      asked: fc.tuple(bound, bound),
      descending: fc.boolean(),
      enough: fc.oneof(fc.nat(5), fc.constant(RANKS)),
    });
    fc.assert(
      fc.property(shape, ({ driving, tests, masked, plan: [planFrom, planTo], asked: [from, to], descending, enough }) => {
        const plan = planOf({
          driving: driving === undefined ? undefined : criterion(...driving),
          tests: tests.map(([members, own]) => criterion(members, own)),
          from: planFrom,
          to: planTo,
        });
        for (const rank of masked) (plan.layer as ImageLayer).mask(rank);
        const within = (rank: number): boolean => rank >= Math.max(from, planFrom) && rank < Math.min(to, planTo);
        const candidates = (driving?.[0] ?? Array.from({ length: RANKS }, (_, rank) => rank)).filter(within);
        const matches = candidates.filter((rank) => !masked.includes(rank) && tests.every(([members]) => members.includes(rank)));
        if (descending) matches.reverse();
        const seen: number[] = [];
        const visited = visitMatches(plan, undefined, { from, to, descending }, (rank) => seen.push(rank) <= enough);
        expect(seen).toEqual(matches.slice(0, enough + 1));
        if (seen.length <= enough) expect(visited).toBe(candidates.length);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([0, 32, 64])("looks at no bits outside the bounds, which end at %i", (edge) => {
    for (const descending of [false, true]) {
      let reads = 0;
      const { ranks } = criterion([31, 32, 63, 64], "bits");
      const words = new Proxy(ranks.words, {
        get(target, key) {
          if (typeof key === "string" && /^\d+$/.test(key) && ++reads > 1_000) throw new TypeError("it goes on through all of memory");
          return Reflect.get(target, key, target) as unknown;
        },
      });
      const driving = { ...criterion([], "bits"), ranks: Ranks.ofBits(4, words, ranks.at, ranks.length) };
      for (const [from, to] of [
        [0, edge],
        [edge, edge],
        [edge, 0],
      ] as const)
        visitMatches(planOf({ driving }), undefined, { from, to, descending }, () => true);
      expect(reads).toBeLessThanOrEqual((3 * RANKS) / 32);
    }
  });
});
