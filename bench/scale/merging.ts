import { IndexLoader } from "../../src/indexing/index-loader.ts";
import { finished, type IndexManager } from "../../src/indexing/index-manager.ts";
import { termsOf } from "../../src/record/terms.ts";
import { Random } from "../../testing/random.ts";
import { functionName, FUNCTION_NAMES, withRenamedFunction, type Workload } from "../inputs/workload.ts";

/**
 * What changes cost the index of a project, besides the changes themselves. Times in milliseconds.
 */
export interface MergeTimes {
  readonly changes: number;
  readonly merges: number;
  /** The time of the longest merge, all its steps together. */
  readonly longestMerge: number;
  /** Reads and writes go on between two steps. */
  readonly longestStep: number;
  readonly allMerges: number;
  /** The memory of the index before the changes, and after all of them. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

/** Enough changes that the largest image is merged, too. */
const CHANGED_SHARE = 0.4;

/**
 * Changes records at random until every image was merged, and times each step. Works in memory
 * only.
 */
export function measureMerging(workload: Workload): MergeTimes {
  const index = indexOf(workload);
  const bytesBefore = index.byteLength();
  const random = new Random(workload.seed);
  const changes = Math.ceil(workload.records * CHANGED_SHARE);
  const times = { merges: 0, longestMerge: 0, longestStep: 0, allMerges: 0 };
  for (let change = 0; change < changes; change++) {
    const record = withRenamedFunction(workload.record(random.integer(workload.records)), functionName(random.integer(FUNCTION_NAMES)));
    index.put(record, workload.records + change + 1, termsOf(record));
    if (index.frozen.length > 0) mergeTimed(index, index.frozen, times);
    for (let due = index.mergeDue(); due.length > 0; due = index.mergeDue()) mergeTimed(index, due, times);
  }
  return { ...times, changes, bytesBefore, bytesAfter: index.byteLength() };
}

type Totals = { -readonly [K in "merges" | "longestMerge" | "longestStep" | "allMerges"]: MergeTimes[K] };

function mergeTimed(index: IndexManager, due: Parameters<IndexManager["merge"]>[0], times: Totals): void {
  const steps = index.merge(due);
  let whole = 0;
  for (let isDone = false; !isDone;) {
    const step = timed(() => {
      isDone = steps.next().done === true;
    });
    whole += step;
    times.longestStep = Math.max(times.longestStep, step);
  }
  times.merges++;
  times.allMerges += whole;
  times.longestMerge = Math.max(times.longestMerge, whole);
}

function indexOf(workload: Workload): IndexManager {
  const loader = new IndexLoader();
  let revision = 0;
  for (const record of workload.all()) loader.add(record, ++revision, termsOf(record));
  return finished(loader.finish());
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
