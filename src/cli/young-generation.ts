import { PerformanceObserver } from "node:perf_hooks";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/**
 * V8 doubles the young generation of a thread up to 128 MB, as often as much of it survives. A run
 * over a tree keeps little of what it makes, so that only takes memory.
 */
const ENOUGH_BYTES = 16 << 20;
/**
 * Threads that start later begin with the size that they would grow to. A thread for extraction has
 * this limit anyway. Each of the two halves has this many MB.
 */
const MB_OF_LATER_THREADS = 4;

/**
 * Stops the growth of this thread's young generation whenever it is large enough. If V8 makes it
 * smaller, it may grow again. These settings hold for every thread of the process and are never
 * taken back, so only a command may call this, never the library.
 */
export function keepYoungGenerationSmall(): void {
  if (isChosen([...process.execArgv, process.env["NODE_OPTIONS"] ?? ""])) return;
  setFlagsFromString(`--min-semi-space-size=${MB_OF_LATER_THREADS}`);
  let factor = GROWING;
  // The size changes only in garbage collections.
  new PerformanceObserver(() => {
    const wanted = sizeOfYoungGeneration() < ENOUGH_BYTES ? GROWING : STEADY;
    if (wanted === factor) return;
    factor = wanted;
    // V8 reads this flag whenever it would grow the young generation, unlike the flag of the
    // greatest size, which it reads when a thread starts.
    setFlagsFromString(`--semi-space-growth-factor=${factor}`);
  }).observe({ entryTypes: ["gc"] });
}

const GROWING = 2;
const STEADY = 1;

/** Returns true if the user has chosen how large the young generation is. */
function isChosen(options: readonly string[]): boolean {
  return options.some((option) => /semi[-_]space/.test(option));
}

/** Returns its size in bytes, used or not. */
export function sizeOfYoungGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
