import { PathReader } from "../indexing/layers/path-reader.ts";
import { hasBit, placeIn } from "../indexing/layers/ranks.ts";
import type { Criterion } from "./criterion.ts";
import type { LayerPlan } from "./plan.ts";
import type { PathPattern } from "./pattern/path-pattern.ts";

/** Called for each rank. The visit goes on as long as it returns true. */
export type Visit = (rank: number) => boolean;

/**
 * Visits the matches of a plan with ranks from `from` up to `to`, in the order of their paths or in
 * reverse. Returns how many candidates were tested.
 */
export function visitMatches(
  plan: LayerPlan,
  pattern: PathPattern | undefined,
  { from, to, descending }: { readonly from: number; readonly to: number; readonly descending: boolean },
  visit: Visit,
): number {
  const { driving, layer, tests } = plan;
  const { masked } = layer;
  const first = Math.max(from, plan.from);
  const end = Math.min(to, plan.to);
  if (first >= end) return 0;
  const paths = pattern === undefined ? undefined : new PathReader(layer);
  let visited = 0;
  const visitMember: Visit = (rank) => {
    if (masked !== undefined && hasBit(masked, rank)) return true;
    if (paths !== undefined && pattern?.test(paths.at(rank)) !== true) return true;
    return visit(rank);
  };
  const visitCandidate: Visit = (rank) => {
    visited++;
    return !hasAll(tests, rank) || visitMember(rank);
  };
  const list = driving?.ranks.list;
  if (driving === undefined) visitRange(first, end, descending, visitCandidate);
  else if (list !== undefined) {
    const start = placeIn(list, first);
    const stop = placeIn(list, end);
    if (tests.length === 0) visitList(list, start, stop, descending, visitCandidate);
    else {
      visited = stop - start;
      const members = withAll(tests, list, start, stop);
      visitList(members, 0, members.length, descending, visitMember);
    }
  } else if (descending) visitBitsBackwards(driving.ranks, first, end, visitCandidate);
  else visitBits(driving.ranks, first, end, visitCandidate);
  return visited;
}

/**
 * Those of a list from the place `start` up to `stop` that meet every test. Precondition: there is
 * a test.
 */
function withAll(tests: readonly Criterion[], list: ArrayLike<number>, start: number, stop: number): ArrayLike<number> {
  const [first, ...others] = tests;
  let matching = (first as Criterion).ranks.among(list, start, stop);
  for (const { ranks } of others) matching = ranks.among(matching, 0, matching.length);
  return matching;
}

function hasAll(tests: readonly Criterion[], rank: number): boolean {
  for (let place = 0; place < tests.length; place++) if (!(tests[place] as Criterion).ranks.has(rank)) return false;
  return true;
}

function visitRange(from: number, to: number, descending: boolean, visit: Visit): void {
  if (descending) {
    for (let rank = to - 1; rank >= from; rank--) if (!visit(rank)) return;
  } else for (let rank = from; rank < to; rank++) if (!visit(rank)) return;
}

function visitList(list: ArrayLike<number>, start: number, stop: number, descending: boolean, visit: Visit): void {
  if (descending) {
    for (let place = stop - 1; place >= start; place--) if (!visit(list[place] as number)) return;
  } else for (let place = start; place < stop; place++) if (!visit(list[place] as number)) return;
}

interface Bits {
  readonly words: Uint32Array;
  readonly at: number;
}

/** Precondition: `from` is less than `to`. */
function visitBits({ words, at }: Bits, from: number, to: number, visit: Visit): void {
  for (let index = from >>> 5; index * 32 < to; index++) {
    let word = words[at + index] as number;
    if (index === from >>> 5) word &= -1 << (from & 31);
    for (; word !== 0; word &= word - 1) {
      const rank = index * 32 + 31 - Math.clz32(word & -word);
      if (rank >= to || !visit(rank)) return;
    }
  }
}

function visitBitsBackwards({ words, at }: Bits, from: number, to: number, visit: Visit): void {
  for (let index = (to - 1) >>> 5; index >= from >>> 5; index--) {
    let word = words[at + index] as number;
    while (word !== 0) {
      const bit = 31 - Math.clz32(word);
      word &= ~(1 << bit);
      const rank = index * 32 + bit;
      if (rank >= to) continue;
      if (rank < from || !visit(rank)) return;
    }
  }
}
