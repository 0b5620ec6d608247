import { rmSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { ExtractionPool } from "../../src/extraction/pool/extraction-pool.ts";
import type { IndexProgress } from "../../src/extraction/run/index-run.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MapSink } from "./map-sink.ts";
import { runIndex } from "./run-index.ts";
import { TemporaryTree } from "./temporary-tree.ts";

function treeOf(files: number): TemporaryTree {
  const tree = new TemporaryTree();
  for (let index = 0; index < files; index++) tree.write(`d${index % 10}/f${String(index).padStart(4, "0")}`, `text ${index}`);
  return tree;
}

describe("stopping an indexing run", () => {
  it("leaves what was stored, and the next run does only the rest", async () => {
    using tree = treeOf(700);
    const sink = new MapSink();
    const controller = new AbortController();
    const onProgress = ({ phase, done }: IndexProgress): void => {
      if (phase === "extracting" && done === 500) controller.abort();
    };
    const { report } = await runIndex(tree.root, sink, { signal: controller.signal, onProgress });
    expect(report).toMatchObject({ aborted: true, added: 400, removed: 0 });
    expect(sink.records.size).toBe(400);
    const { report: rest, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toHaveLength(300);
    expect(rest).toMatchObject({ aborted: false, added: 300, unchanged: 400 });
  });

  it("removes nothing when it is stopped before it has seen the whole tree", async () => {
    using tree = treeOf(300);
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    for (const phase of ["listing", "comparing"]) {
      const controller = new AbortController();
      const onProgress = (progress: IndexProgress): void => {
        if (progress.phase === phase) controller.abort();
      };
      const { report } = await runIndex(tree.root, sink, { signal: controller.signal, onProgress });
      expect(report).toMatchObject({ aborted: true, removed: 0 });
    }
    expect(sink.records.size).toBe(300);
  });

  it("does nothing when it is stopped before it begins", async () => {
    using tree = treeOf(3);
    const sink = new MapSink();
    const { report } = await runIndex(tree.root, sink, { signal: AbortSignal.abort() });
    expect(report).toMatchObject({ aborted: true, files: 0, added: 0 });
    expect(sink.updates).toEqual([]);
  });

  it("terminates threads that hang in the middle of a file", async () => {
    using tree = new TemporaryTree();
    tree.write("a", "hang").write("b", "hang");
    const controller = new AbortController();
    const workerUrl = new URL("./misbehaving-worker.ts", import.meta.url);
    const running = runIndex(tree.root, new MapSink(), {
      signal: controller.signal,
      openExtraction: (root) => {
        systemClock.schedule(200, () => controller.abort());
        return new ExtractionPool({
          workers: 2,
          extraction: { root, maxFileBytes: 100, budgetMs: 600_000 },
          clock: systemClock,
          workerUrl,
        });
      },
    });
    expect((await running).report).toMatchObject({ aborted: true, added: 0 });
  });
});

describe("the sink of an indexing run", () => {
  it("gets batches of bounded size", async () => {
    using tree = treeOf(450);
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    expect(sink.updates).toEqual([200, 200, 50]);
    using heavy = new TemporaryTree();
    for (let index = 0; index < 12; index++) heavy.write(`f${index}`, "x".repeat(1_000_000));
    const other = new MapSink();
    await runIndex(heavy.root, other);
    expect(other.updates).toEqual([5, 5, 2]);
  });

  it("fails the run with its own error, and is not called again", async () => {
    using tree = treeOf(450);
    const sink = new (class extends MapSink {
      override update(records: readonly FileMetadata[]): Promise<unknown> {
        if (this.updates.length === 1) throw new RangeError("disk full");
        return super.update(records);
      }
    })();
    await expect(runIndex(tree.root, sink)).rejects.toThrow("disk full");
    expect(sink.updates).toEqual([200]);
    expect(sink.removed).toEqual([]);
  });

  it("keeps everything where the root disappears during the run", async () => {
    using tree = treeOf(30);
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    const onProgress = ({ phase }: IndexProgress): void => {
      if (phase === "comparing") rmSync(tree.root, { recursive: true, force: true });
    };
    const vanishing: Promise<unknown> = runIndex(tree.root, sink, { onProgress, extractorVersion: "2" });
    await expect(vanishing).rejects.toMatchObject({ code: "E_SOURCE" });
    expect(sink.removed).toEqual([]);
  });
});
