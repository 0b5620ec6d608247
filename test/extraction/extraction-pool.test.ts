import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import type { ExtractionOutcome } from "../../src/extraction/extract-source-file.ts";
import { ExtractionPool, type ExtractionPoolOptions } from "../../src/extraction/pool/extraction-pool.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { TemporaryTree } from "./temporary-tree.ts";

const MISBEHAVING = new URL("./misbehaving-worker.ts", import.meta.url);

interface PoolOptions extends Partial<ExtractionPoolOptions> {
  readonly budgetMs?: number;
}

function poolOf(tree: TemporaryTree, { budgetMs = 10_000, ...options }: PoolOptions = {}): ExtractionPool {
  const extraction = { root: tree.root, maxFileBytes: 1 << 20, budgetMs };
  return new ExtractionPool({ workers: 1, extraction, clock: systemClock, workerUrl: MISBEHAVING, ...options });
}

/** Runs a file for each of the texts through one pool and closes it. */
async function outcomes(texts: readonly string[], options?: PoolOptions): Promise<readonly ExtractionOutcome[]> {
  using tree = new TemporaryTree();
  for (const [index, text] of texts.entries()) tree.write(`f${index}`, text);
  const pool = poolOf(tree, options);
  try {
    return await Promise.all(texts.map((_, index) => pool.extract({ path: parseProjectPath(`f${index}`) })));
  } finally {
    await pool.close();
  }
}

/** For each outcome the text that came back, or what came instead. */
function summary(found: readonly ExtractionOutcome[]): readonly string[] {
  return found.map((outcome) => {
    if (outcome.kind === "extracted") return outcome.record.problems.join() || outcome.record.headerSections.intent;
    return outcome.kind === "skipped" ? `${outcome.reason}: ${outcome.detail}` : outcome.kind;
  });
}

function threads(found: readonly ExtractionOutcome[]): ReadonlySet<string> {
  return new Set(found.map((outcome) => (outcome.kind === "extracted" ? outcome.record.language : outcome.kind)));
}

describe("the extraction pool", () => {
  it("answers each file with its own record, far more files than lanes", async () => {
    const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    const found = await outcomes(texts, { workers: 2 });
    expect(summary(found)).toEqual(texts);
    expect(threads(found).size).toBe(2);
  });

  it("gives up a file that hangs with a record that says so, and goes on with the others", async () => {
    const found = await outcomes(["a", "hang", "b", "c"], { budgetMs: 1 });
    expect(summary(found)).toEqual(["a", "time-budget", "b", "c"]);
    expect(found[1]).toMatchObject({ record: { path: "f1", language: "text", size: 4, functions: [], extractorVersion: "1" } });
  });

  it("reports a file on which threads end, and goes on with the others", async () => {
    const end = "extractor-failed: the thread ended with exit code 3";
    expect(summary(await outcomes(["a", "end", "b", "end", "c", "d", "e"]))).toEqual(["a", end, "b", end, "c", "d", "e"]);
  });

  it("tries a file again on a fresh thread", async () => {
    using tree = new TemporaryTree();
    const text = `end unless ${tree.at("marker")}`;
    expect(summary(await outcomes([text]))).toEqual([text]);
  });

  it("survives a file on which a thread runs out of memory", async () => {
    expect(summary(await outcomes(["exhaust", "a"], { maxHeapMb: 32 }))).toEqual([
      expect.stringMatching(/extractor-failed: .*memory/),
      "a",
    ]);
  });

  it("reports a file that the extractor throws on", async () => {
    expect(summary(await outcomes(["throw", "a"]))).toEqual(["extractor-failed: as it was told", "a"]);
  });

  it("replaces a thread whose parser is broken, reports the file, and the others do not suffer", async () => {
    const found = await outcomes(["a", "trap", "b", "overflow", "c", "d", "e"]);
    const trap = "extractor-failed: unreachable";
    const overflow = "extractor-failed: Maximum call stack size exceeded";
    expect(summary(found)).toEqual(["a", trap, "b", overflow, "c", "d", "e"]);
  });

  it("tries a file on which the parser broke again on a fresh thread", async () => {
    using tree = new TemporaryTree();
    const text = `trap unless ${tree.at("marker")}`;
    const found = await outcomes(["a", text, "b"]);
    expect(summary(found)).toEqual(["a", text, "b"]);
    expect(threads(found).size).toBe(2);
  });

  it("replaces a thread that has done enough", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => `text ${index}`);
    const found = await outcomes(texts, { recycleAfter: 10 });
    expect(summary(found)).toEqual(texts);
    expect(threads(found).size).toBeGreaterThanOrEqual(3);
  });

  it("replaces a thread that has taken much memory for a file", async () => {
    const found = await outcomes(["a", "burden", "b", "c", "d", "e", "f", "g"]);
    expect(summary(found)).toEqual(["a", "burden", "b", "c", "d", "e", "f", "g"]);
    expect(threads(found).size).toBe(2);
  });

  it("rejects every file where no worker can be started", async () => {
    const workerUrl = new URL("./there-is-no-such-worker.ts", import.meta.url);
    await expect(outcomes(["a", "b", "c"], { workerUrl })).rejects.toMatchObject({ code: "E_SOURCE" });
  });

  it("rejects what is not finished when it is closed, and whatever comes later", async () => {
    using tree = new TemporaryTree();
    tree.write("hang", "hang").write("a", "a");
    const pool = poolOf(tree, { workers: 2 });
    const paths = ["hang", "hang", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a"].map(parseProjectPath);
    const pending = Promise.allSettled(paths.map((path) => pool.extract({ path })));
    await systemClock.sleep(100);
    await pool.close();
    for (const result of await pending) expect(result).toMatchObject({ status: "rejected", reason: { code: "E_CLOSED" } });
    await expect(pool.extract({ path: parseProjectPath("a") })).rejects.toMatchObject({ code: "E_CLOSED" });
  });

  it("leaves nothing behind that keeps a process alive", () => {
    using tree = new TemporaryTree();
    tree.write("hang", "hang").write("a", "a");
    const program = fileURLToPath(new URL("./close-busy-pool.ts", import.meta.url));
    const args = [program, MISBEHAVING.href, tree.root];
    expect(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 250_000 })).toBe("closed\n");
  });
});
