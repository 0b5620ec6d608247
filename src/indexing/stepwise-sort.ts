/** How many items are handled between two pauses. */
const STEP = 4_096;

/**
 * Sorts `items` in place, and pauses every millisecond or so: runs are sorted, then merged by twos (von Neumann's merge sort,
 * from the bottom up). Two runs that follow each other in order already are left as they are.
 */
export function* sortInSteps(items: Uint32Array, compare: (a: number, b: number) => number): Generator<void, void, undefined> {
  for (let start = 0; start < items.length; start += STEP) {
    const run = items.subarray(start, start + STEP);
    run.set(Array.from(run).sort(compare));
    yield;
  }
  const merged = new Uint32Array(items.length);
  for (let width = STEP; width < items.length; width *= 2) {
    for (let start = 0; start + width < items.length; start += 2 * width) {
      yield* merge(items, start, start + width, Math.min(start + 2 * width, items.length), merged, compare);
    }
  }
}

/** Merges two neighbouring runs by way of `merged`. */
function* merge(
  items: Uint32Array,
  start: number,
  middle: number,
  end: number,
  merged: Uint32Array,
  compare: (a: number, b: number) => number,
): Generator<void, void, undefined> {
  if (compare(items[middle - 1] ?? 0, items[middle] ?? 0) <= 0) return;
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft = right === end || (left < middle && compare(items[left] ?? 0, items[right] ?? 0) <= 0);
    merged[at] = items[takeLeft ? left++ : right++] ?? 0;
    if ((at - start) % STEP === STEP - 1) yield;
  }
  items.set(merged.subarray(start, end), start);
}
