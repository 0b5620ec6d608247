import { setImmediate } from "node:timers/promises";

export interface Growth<T> {
  /** Bytes of heap and of what lies beside it (array buffers, which V8 counts as external). */
  readonly bytes: number;
  /** Bytes of the whole process, as the system sees them: with SQLite's own memory, and what V8 keeps in reserve. */
  readonly residentBytes: number;
  readonly built: T;
}

/**
 * What `build` leaves in memory. Needs `--expose-gc`. Whatever is loaded, compiled or cached once should be so before:
 * build something small first.
 */
export async function heapGrowth<T>(build: () => T | Promise<T>): Promise<Growth<T>> {
  await settle();
  const before = process.memoryUsage();
  const built = await build();
  await settle();
  const after = process.memoryUsage();
  return { bytes: after.heapUsed + after.external - before.heapUsed - before.external, residentBytes: after.rss - before.rss, built };
}

/** Collects until nothing more goes: finalizers and weak references need several turns. */
async function settle(): Promise<void> {
  if (globalThis.gc === undefined) throw new Error("start with --expose-gc");
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await setImmediate();
  }
}
