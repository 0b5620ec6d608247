import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/**
 * V8 doubles the young generation of a thread up to 128 MB, as often as much of it survives. A run
 * over a tree keeps little of what it makes, so that only takes memory.
 */
const ENOUGH_BYTES = 16 << 20;
/**
 * Threads that start later begin with as much as they grew to before, because they do not grow
 * either. A thread for extraction has this limit anyway. Each of the two halves has this many MB.
 */
const MB_OF_LATER_THREADS = 4;

/**
 * Stops the growth of the young generation when it is large enough. Call `check` often, while the
 * memory grows. The setting holds for every thread of the process and is never taken back, so only
 * a command may use this, never the library.
 */
export class YoungGeneration {
  #isSettled: boolean = isChosen([...process.execArgv, process.env["NODE_OPTIONS"] ?? ""]);

  check(): void {
    if (this.#isSettled || sizeOfYoungGeneration() < ENOUGH_BYTES) return;
    this.#isSettled = true;
    // V8 reads this flag whenever it would grow the young generation, unlike the flag of the
    // greatest size, which it reads when a thread starts.
    setFlagsFromString("--semi-space-growth-factor=1");
    setFlagsFromString(`--min-semi-space-size=${MB_OF_LATER_THREADS}`);
  }
}

/** Returns true if the user has chosen how large the young generation is. */
function isChosen(options: readonly string[]): boolean {
  return options.some((option) => /semi[-_]space/.test(option));
}

/** Returns its size in bytes, used or not. */
export function sizeOfYoungGeneration(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space")?.space_size ?? 0;
}
