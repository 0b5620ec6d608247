/**
 * The longest time between two turns of the event loop while `work` runs, in milliseconds. Includes
 * pauses of the garbage collector.
 */
export async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let running = true;
  const watch = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(watch);
  };
  setImmediate(watch);
  await work();
  longest = Math.max(longest, performance.now() - last);
  running = false;
  return longest;
}
