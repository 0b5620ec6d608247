import { compareValues } from "../../src/base/text/text-order.ts";
import { chooseSkipped, type SkippedFile, type SourceRuns, type SourceStore } from "../../src/database/source-store.ts";

/** The plainest source store that keeps the port's promises. Each call waits for `enter`. */
export function memorySourceStore(states: Map<string, string>, has: (path: string) => boolean, enter: () => Promise<void>): SourceStore {
  let runs: SourceRuns | undefined;
  let skippedFiles: readonly SkippedFile[] = [];
  return {
    async beginRun({ root, begunAt }) {
      await enter();
      runs = { latest: { root, begunAt }, complete: runs?.complete };
    },
    async endRun(run, skipped) {
      await enter();
      runs = { latest: { root: run.root, begunAt: run.begunAt }, complete: { ...run } };
      skippedFiles = chooseSkipped(skipped).toSorted((a, b) => compareValues(a.path, b.path));
    },
    async runs() {
      await enter();
      return runs;
    },
    async skippedFiles() {
      await enter();
      return skippedFiles;
    },
    async skippedFile(path) {
      await enter();
      return skippedFiles.find((skipped) => skipped.path === path);
    },
    async noteStates(noted) {
      await enter();
      for (const { path, state } of noted) if (has(path)) states.set(path, state);
    },
  };
}
