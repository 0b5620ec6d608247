import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { systemClock, type Clock } from "../../src/base/clock.ts";
import { MapSink } from "./map-sink.ts";
import { runIndex } from "./run-index.ts";
import { TemporaryTree } from "./temporary-tree.ts";

function smallTree(): TemporaryTree {
  return new TemporaryTree().write("a.ts", "a").write("b/c.ts", "c").write("b/d e.txt", "d");
}

describe("indexing a tree again", () => {
  it("extracts every file once, with its time, size and digest", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual(["a.ts", "b/c.ts", "b/d e.txt"]);
    expect(report).toMatchObject({
      root: tree.root,
      method: "walk",
      files: 3,
      added: 3,
      changed: 0,
      unchanged: 0,
      removed: 0,
      aborted: false,
    });
    expect(report.byLanguage).toEqual({ text: 1, typescript: 2 });
    expect(sink.content[0]).toMatchObject({
      path: "a.ts",
      size: 1,
      modifiedAt: statSync(tree.at("a.ts")).mtimeMs,
      digest: "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    });
  });

  it("extracts nothing if nothing changed", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual([]);
    expect(report).toMatchObject({ files: 3, added: 0, changed: 0, unchanged: 3, removed: 0 });
    expect(sink.updates).toEqual([3]);
  });

  it("does not even read a file of known size and time", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    const time = new Date(1_700_000_000_000);
    utimesSync(tree.at("a.ts"), time, time);
    await runIndex(tree.root, sink);
    writeFileSync(tree.at("a.ts"), "x");
    utimesSync(tree.at("a.ts"), time, time);
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ unchanged: 3 });
  });

  it("extracts what was written since, though its size is the same", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    tree.write("b/c.ts", "C").write("new.ts", "n");
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual(["b/c.ts", "new.ts"]);
    expect(report).toMatchObject({ added: 1, changed: 1, unchanged: 2 });
    expect(sink.content.find(({ path }) => path === "b/c.ts")?.headerSections.intent).toBe("C");
  });

  it("never misses a write, however soon it follows the reading", async () => {
    using tree = new TemporaryTree();
    const sink = new MapSink();
    for (let round = 0; round < 25; round++) {
      tree.write("a.ts", `version ${String(round).padStart(3, "0")}`);
      await runIndex(tree.root, sink);
      expect(sink.content[0]?.headerSections.intent).toBe(readFileSync(tree.at("a.ts"), "utf8"));
    }
  });

  it("reads a file only when no later write can leave the same time", async () => {
    using tree = new TemporaryTree();
    const time = new Date(1_700_000_000_000);
    const write = (content: string): void => {
      tree.write("a.ts", content);
      utimesSync(tree.at("a.ts"), time, time);
    };
    write("first");
    // Five milliseconds after the first write, within the same tick of the kernel's clock, there is
    // another.
    const clock: Clock = { ...systemClock, now: () => time.getTime() + 5, sleep: () => Promise.resolve(write("later")) };
    const sink = new MapSink();
    await runIndex(tree.root, sink, { clock });
    expect(sink.content[0]?.headerSections.intent).toBe("later");
  });

  it("stores the new time of a file that was only touched", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    utimesSync(tree.at("a.ts"), 1_000, 2_000.5);
    const { report } = await runIndex(tree.root, sink);
    expect(report).toMatchObject({ changed: 1, unchanged: 2 });
    expect(sink.content[0]?.modifiedAt).toBe(2_000_500);
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ changed: 0, unchanged: 3 });
  });

  it("does not trust a time in the future, but reads the file and compares", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    const future = (systemClock.now() + 3_600_000) / 1_000;
    utimesSync(tree.at("a.ts"), future, future);
    await runIndex(tree.root, sink);
    const again = await runIndex(tree.root, sink);
    expect(again.parsed).toEqual([]);
    expect(again.report).toMatchObject({ unchanged: 3 });
    tree.write("a.ts", "z");
    utimesSync(tree.at("a.ts"), future, future);
    expect((await runIndex(tree.root, sink)).parsed).toEqual(["a.ts"]);
  });

  it("extracts everything again with another extractor", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    const { report, parsed } = await runIndex(tree.root, sink, { extractorVersion: "2" });
    expect(parsed).toHaveLength(3);
    expect(report).toMatchObject({ added: 0, changed: 3, unchanged: 0 });
  });

  it("removes what is gone, and what the rules leave out now", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    rmSync(tree.at("b/c.ts"));
    tree.write(".gitignore", "a.ts\n");
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ added: 1, unchanged: 1, removed: 2 });
    expect(sink.paths).toEqual([".gitignore", "b/d e.txt"]);
    rmSync(tree.at("b"), { recursive: true });
    await runIndex(tree.root, sink);
    expect(sink.paths).toEqual([".gitignore"]);
  });

  it("handles a file in a directory's place and the reverse", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    rmSync(tree.at("b"), { recursive: true });
    rmSync(tree.at("a.ts"));
    tree.write("b", "now a file").write("a.ts/x", "now a directory");
    await runIndex(tree.root, sink);
    expect(sink.paths).toEqual(["a.ts/x", "b"]);
  });

  it("gives up a file that changes each time that it is read, and keeps what was known of it", async () => {
    using tree = smallTree();
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    tree.write("a.ts", "1");
    // Every look at the clock while the file is read comes with another write to it.
    const clock: Clock = {
      ...systemClock,
      now: () => {
        tree.write("a.ts", String(performance.now()));
        return systemClock.now();
      },
    };
    const { report } = await runIndex(tree.root, sink, { clock });
    expect(report.skipped).toEqual([{ path: "a.ts", reason: "changing", detail: expect.stringContaining("5 times") }]);
    expect(report.removed).toBe(0);
    expect(sink.content[0]?.headerSections.intent).toBe("a");
  });
});
