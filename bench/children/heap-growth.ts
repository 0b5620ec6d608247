import { setImmediate } from "node:timers/promises";

export interface Growth<T> {
  /** Bytes of the heap and of memory outside it (array buffers, which V8 counts as external). */
  readonly bytes: number;
  /**
   * Bytes of the whole process, by the system's count: with SQLite's own memory, and the memory
   * that V8 reserves.
   */
  readonly residentBytes: number;
  readonly built: T;
}

/**
 * The memory that `build` leaves in use. Needs `--expose-gc`. Build something small first, so that
 * everything that is loaded, compiled or cached once does not count.
 */
export async function heapGrowth<T>(build: () => T | Promise<T>): Promise<Growth<T>> {
  await settle();
  const before = process.memoryUsage();
  const built = await build();
  await settle();
  const after = process.memoryUsage();
  return { bytes: after.heapUsed + after.external - before.heapUsed - before.external, residentBytes: after.rss - before.rss, built };
}

/**
 * Collects until no more memory becomes free: finalizers and weak references need several turns.
 */
async function settle(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error("start node with --expose-gc");
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await setImmediate();
  }
}
