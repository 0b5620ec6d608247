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
  const { layer, tests } = plan;
  const { masked } = layer;
  const paths = pattern === undefined ? undefined : new PathReader(layer);
  let visited = 0;
  const visitCandidate: Visit = (rank) => {
    visited++;
    if (masked !== undefined && hasBit(masked, rank)) return true;
    if (!hasAll(tests, rank)) return true;
    if (paths !== undefined && pattern?.test(paths.at(rank)) !== true) return true;
    return visit(rank);
  };
  visitCandidates(plan, Math.max(from, plan.from), Math.min(to, plan.to), descending, visitCandidate);
  return visited;
}

function hasAll(tests: readonly Criterion[], rank: number): boolean {
  for (let place = 0; place < tests.length; place++) if (!(tests[place] as Criterion).ranks.has(rank)) return false;
  return true;
}

function visitCandidates({ driving }: LayerPlan, from: number, to: number, descending: boolean, visit: Visit): void {
  if (from >= to) return;
  if (driving === undefined) visitRange(from, to, descending, visit);
  else if (driving.ranks.list !== undefined) visitList(driving.ranks.list, from, to, descending, visit);
  else if (descending) visitBitsBackwards(driving.ranks, from, to, visit);
  else visitBits(driving.ranks, from, to, visit);
}

function visitRange(from: number, to: number, descending: boolean, visit: Visit): void {
  if (descending) {
    for (let rank = to - 1; rank >= from; rank--) if (!visit(rank)) return;
  } else for (let rank = from; rank < to; rank++) if (!visit(rank)) return;
}

function visitList(list: ArrayLike<number>, from: number, to: number, descending: boolean, visit: Visit): void {
  const first = placeIn(list, from);
  const end = placeIn(list, to);
  if (descending) {
    for (let place = end - 1; place >= first; place--) if (!visit(list[place] as number)) return;
  } else for (let place = first; place < end; place++) if (!visit(list[place] as number)) return;
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
