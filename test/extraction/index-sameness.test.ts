import { chmodSync, linkSync, renameSync, rmSync, utimesSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import { readSourceFile } from "../../src/extraction/read-source-file.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { parseProjectPath } from "../../src/record/project-path.ts";
import { MapSink } from "./map-sink.ts";
import { MinimalExtractor } from "./minimal-extractor.ts";
import { NotingSink } from "./noting-sink.ts";
import { runIndex } from "./run-index.ts";
import { TemporaryTree } from "./temporary-tree.ts";

/** The date that npm gives every file of every package. */
const NPM = new Date("1985-10-26T08:15:00Z");

/** Writes without leaving a trace in the size and the time. */
function writeUnseen(tree: TemporaryTree, path: string, content: string): void {
  tree.write(path, content);
  utimesSync(tree.at(path), NPM, NPM);
}

async function indexed(tree: TemporaryTree, sink: MapSink = new NotingSink()): Promise<MapSink> {
  await runIndex(tree.root, sink);
  return sink;
}

describe("a file of the same size and time", () => {
  test("is read again if it was written to, replaced or swapped with another one", async () => {
    using tree = new TemporaryTree();
    for (const path of ["a", "b", "c", "d"]) writeUnseen(tree, path, `${path}1`);
    const sink = await indexed(tree);
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ unchanged: 4, changed: 0 });
    writeUnseen(tree, "a", "a2");
    writeUnseen(tree, "new", "b2");
    renameSync(tree.at("new"), tree.at("b"));
    renameSync(tree.at("c"), tree.at("x"));
    renameSync(tree.at("d"), tree.at("c"));
    renameSync(tree.at("x"), tree.at("d"));
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual(["a", "b", "c", "d"]);
    expect(report).toMatchObject({ changed: 4, unchanged: 0 });
    expect(sink.content.map(({ headerSections }) => headerSections.intent)).toEqual(["a2", "b2", "d1", "c1"]);
  });

  test("is read, and not extracted, if only what says so has changed", async () => {
    using tree = new TemporaryTree();
    for (const path of ["a", "b", "c"]) writeUnseen(tree, path, path);
    const sink = await indexed(tree);
    chmodSync(tree.at("a"), 0o600);
    linkSync(tree.at("b"), tree.at("b2"));
    rmSync(tree.at("b2"));
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual([]);
    expect(report).toMatchObject({ unchanged: 3, changed: 0 });
    const before = new Map((sink as NotingSink).states);
    await runIndex(tree.root, sink);
    expect((sink as NotingSink).states).toEqual(before);
  });

  test("is told by its bytes if the file system cannot tell, as on one that counts in whole seconds", async () => {
    using tree = new TemporaryTree();
    tree.write("a", "a");
    const path = parseProjectPath("a");
    const stateAt = async (now: number): Promise<unknown> => {
      const clock: Clock = { ...systemClock, now: () => now, sleep: () => Promise.resolve() };
      const read = await readSourceFile(tree.root, path, 100, clock);
      return read.kind === "read" ? read.file.state : read;
    };
    const now = systemClock.now();
    expect(await stateAt(now + 100_000)).toEqual(expect.any(String));
    // The change time is ahead of the clock, as that of a server may be, or so young that another
    // write may leave the same.
    expect(await stateAt(now - 50_000)).toBeUndefined();
    const sink = await indexed(tree);
    (sink as NotingSink).states.clear();
    const { report, parsed } = await runIndex(tree.root, sink);
    expect({ parsed, unchanged: report.unchanged }).toEqual({ parsed: [], unchanged: 1 });
    expect((sink as NotingSink).states.has("a")).toBe(true);
  });

  test("is read and extracted if that is asked for", async () => {
    using tree = new TemporaryTree();
    for (const path of ["a", "b"]) writeUnseen(tree, path, path);
    for (const sink of [await indexed(tree), await indexed(tree, new MapSink())]) {
      expect((await runIndex(tree.root, sink, { force: true })).parsed).toEqual(["a", "b"]);
    }
  });
});

describe("a file that was only touched", () => {
  test("gets its new time and is not extracted", async () => {
    using tree = new TemporaryTree();
    tree.write("a", "a").write("b", "b");
    const sink = await indexed(tree);
    utimesSync(tree.at("a"), 1_000, 2_000.5);
    const { report, parsed } = await runIndex(tree.root, sink);
    expect(parsed).toEqual([]);
    expect((sink as NotingSink).touched).toEqual(["a"]);
    expect(report).toMatchObject({ files: 2, changed: 1, unchanged: 1 });
    expect(sink.content[0]?.modifiedAt).toBe(2_000_500);
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ changed: 0, unchanged: 2 });
  });

  test("gets it in a database too, if nothing else of its record changes, and no record that has become another one", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts", "export function a() {}\n").write("b.ts", "export function b() {}\n");
    await using cache = await openMetadataCache({ project: tree.root, environment: {} });
    expect(await indexSourceTree(tree.root, cache)).toMatchObject({ added: 2, files: 2 });
    const before = await cache.getMetadata("a.ts");
    utimesSync(tree.at("a.ts"), 1_000, 2_000);
    expect(await indexSourceTree(tree.root, cache)).toMatchObject({ changed: 1, unchanged: 1, files: 2 });
    expect(await cache.getMetadata("a.ts")).toEqual({ ...before, modifiedAt: 2_000_000 });
    const { revision } = cache;
    await cache.source.touch([{ path: parseProjectPath("a.ts"), digest: "another", modifiedAt: 5 }]);
    expect(await indexSourceTree(tree.root, cache)).toMatchObject({ changed: 0, unchanged: 2 });
    expect(await indexSourceTree(tree.root, cache, { force: true })).toMatchObject({ changed: 0, unchanged: 2, files: 2 });
    expect(cache.revision).toBe(revision);
  });
});

describe("a record that lacks what time did not allow", () => {
  const cut = new (class extends MinimalExtractor {
    override async extract(...args: Parameters<MinimalExtractor["extract"]>): ReturnType<MinimalExtractor["extract"]> {
      return { ...(await super.extract(...args)), problems: ["time-budget"] };
    }
  })();

  test("is made again by the next run, and does not take the place of a better one of the same bytes", async () => {
    using tree = new TemporaryTree();
    writeUnseen(tree, "a", "a");
    for (const sink of [new NotingSink(), new MapSink()]) {
      await runIndex(tree.root, sink, { extractor: cut });
      expect(sink.content).toMatchObject([{ problems: ["time-budget"] }]);
      expect((await runIndex(tree.root, sink)).parsed).toEqual(["a"]);
      expect(sink.content).toMatchObject([{ problems: [] }]);
      const { report } = await runIndex(tree.root, sink, { extractor: cut, force: true });
      expect(report).toMatchObject({ unchanged: 1, changed: 0 });
      await runIndex(tree.root, sink, { extractor: cut, extractorVersion: "2" });
      expect(sink.content).toMatchObject([{ problems: [], extractorVersion: "1" }]);
      expect((await runIndex(tree.root, sink, { extractorVersion: "2" })).parsed).toEqual(["a"]);
    }
  });

  test("is found again with all the time that it takes, however little there was before", async () => {
    using tree = new TemporaryTree();
    const line = (n: number): string => `export function f${n}(a: number): number { if (a > ${n}) { return a * ${n}; } return ${n}; }\n`;
    tree.write("a.ts", Array.from({ length: 1_500 }, (_, index) => line(index)).join(""));
    const sink = new NotingSink();
    await indexSourceTree(tree.root, sink, { budgetMs: 1 });
    expect(sink.content).toMatchObject([{ functions: [], problems: ["time-budget"] }]);
    await indexSourceTree(tree.root, sink, { budgetMs: 600_000 });
    expect(sink.content).toMatchObject([{ problems: [] }]);
    expect(sink.content[0]?.functions).toHaveLength(1_500);
  });
});

describe("which files get records", () => {
  test("can be said by language, size and pattern, and said again", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts", "a").write("b.py", "b").write("c/d.ts", "d").write("big.ts", "x".repeat(100));
    const sink = new NotingSink();
    const all = { files: 4, skipped: [], removed: 0 };
    expect(await indexSourceTree(tree.root, sink)).toMatchObject(all);
    const few = await indexSourceTree(tree.root, sink, { languages: ["typescript"], exclude: ["/c/"], maxFileBytes: 50 });
    expect(few).toMatchObject({
      files: 1,
      removed: 3,
      skipped: [
        { path: "b.py", reason: "language" },
        { path: "big.ts", reason: "too-large", size: 100 },
      ],
    });
    expect(await indexSourceTree(tree.root, sink, { languages: ["typescript"] })).toMatchObject({ files: 3, added: 2, unchanged: 1 });
    expect(await indexSourceTree(tree.root, sink)).toMatchObject(all);
    await expect(indexSourceTree(tree.root, sink, { languages: ["klingon"] })).rejects.toMatchObject({
      code: "E_CONFIG",
      message: expect.stringContaining("languages[0] must be one of"),
    });
  });

  test("a folder's name may be a letter and a colon", { skip: process.platform === "win32" }, async () => {
    using tree = new TemporaryTree();
    tree.write("C:/x.js", "function f() {}\n").write("D:\\y.js", "function g() {}\n");
    await using cache = await openMetadataCache({ project: tree.root, environment: {} });
    expect(await indexSourceTree(tree.root, cache)).toMatchObject({ added: 2, skipped: [] });
    expect(cache.paths({ functionName: ["f", "g"] })).toEqual(["C:/x.js", "D:\\y.js"]);
    expect(await cache.verifyAgainstDatabase()).toEqual([]);
  });
});

test("a record is checked once: what was checked is handed on as it is, and what was not is copied", () => {
  const made = {
    path: "a",
    language: "text",
    headerSections: { intent: "", designPrinciples: [], constraints: [], referenceDocumentation: [], changeHistory: [] },
    functions: [],
    classes: [],
    size: 1,
    modifiedAt: 1,
    digest: "d",
    extractorVersion: "1",
    problems: [],
  };
  const parsed = parseFileMetadata(made);
  expect(parsed).not.toBe(made);
  expect(parseFileMetadata(parsed)).toBe(parsed);
  expect(parseFileMetadata({ ...parsed })).not.toBe(parsed);
});
