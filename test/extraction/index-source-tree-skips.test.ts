import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, readdirSync, rmSync, symlinkSync, truncateSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

import { countReasons } from "../../src/extraction/run/skip-reason.ts";
import type { SourceFile } from "../../src/extraction/tree/source-file.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { MapSink } from "./map-sink.ts";
import { MinimalExtractor } from "./minimal-extractor.ts";
import { runIndex } from "./run-index.ts";
import { TemporaryTree } from "./temporary-tree.ts";

describe("what an indexing run skips", () => {
  it("says why for every path that has no record", async () => {
    using outside = new TemporaryTree();
    outside.write("secret", "x");
    using tree = new TemporaryTree();
    tree
      .write("text", "x")
      .write("empty", "")
      .write("late-nul", Buffer.concat([Buffer.alloc(8_000, 0x61), Buffer.from([0])]))
      .write("binary", Buffer.concat([Buffer.alloc(7_999, 0x61), Buffer.from([0])]))
      .write("exactly", "x")
      .write("large", "x");
    truncateSync(tree.at("large"), 1_048_577);
    truncateSync(tree.at("exactly"), 1_048_576);
    symlinkSync("text", tree.at("link"));
    symlinkSync(outside.at("secret"), tree.at("link-outside"));
    symlinkSync("nowhere", tree.at("link-broken"));
    symlinkSync("link-loop", tree.at("link-loop"));
    symlinkSync(outside.root, tree.at("link-to-directory"));
    execFileSync("mkfifo", [tree.at("pipe")]);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(tree.at("socket"), resolve));
    const sink = new MapSink();
    const { report } = await runIndex(tree.root, sink);
    server.close();
    expect(sink.paths).toEqual(["empty", "late-nul", "text"]);
    expect(report.skipped).toEqual([
      { path: "binary", reason: "binary" },
      { path: "exactly", reason: "binary" },
      { path: "large", reason: "too-large", detail: "1048577 bytes, over 1048576", size: 1_048_577 },
      { path: "link", reason: "link", detail: `to ${tree.at("text")}` },
      { path: "link-broken", reason: "link-broken" },
      { path: "link-loop", reason: "link-broken" },
      { path: "link-outside", reason: "link-outside", detail: `to ${outside.at("secret")}` },
      { path: "link-to-directory", reason: "link-outside", detail: `to ${outside.root}` },
      { path: "pipe", reason: "special" },
      { path: "socket", reason: "special" },
    ]);
    expect(countReasons(report.skipped).get("link-broken")).toBe(2);
  });

  it("removes the record of a file that became binary, too large or a link", async () => {
    using tree = new TemporaryTree();
    tree.write("a", "a").write("b", "b").write("c", "c").write("d", "d");
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    tree.write("a", "\0").write("b", "more than four");
    rmSync(tree.at("c"));
    symlinkSync("d", tree.at("c"));
    const { report } = await runIndex(tree.root, sink, { maxFileBytes: 4 });
    expect(sink.paths).toEqual(["d"]);
    expect(report).toMatchObject({ removed: 3, unchanged: 1 });
  });

  it("starts no extraction for a tree in which only binary files are not known", async () => {
    using tree = new TemporaryTree();
    tree.write("a", "\0").write("b", "b").write("c", "\0");
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    const { report } = await runIndex(tree.root, sink, {
      openExtraction: () => {
        throw new TypeError("started");
      },
    });
    expect(report).toMatchObject({ unchanged: 1, skipped: [{ path: "a" }, { path: "c" }] });
  });

  it.each(["walk", "git"])("keeps the records of what it may not read (%s)", (method) => {
    using tree = new TemporaryTree();
    tree.write("open", "x").write("closed", "x").write("hidden/a", "x").write("hidden/deep/b", "x");
    if (method === "git") tree.git("init", "--quiet");
    const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
    if (user.uid !== undefined) giveTo(tree.root, NOBODY);
    const program = fileURLToPath(new URL("./index-twice-unreadable.ts", import.meta.url));
    const child = spawnSync(process.execPath, [program, tree.root, "closed", "hidden"], {
      ...user,
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });
    expect(child.stderr).toBe("");
    const { skipped, ...result } = JSON.parse(child.stdout) as { readonly skipped: readonly unknown[] };
    expect(result).toEqual({ method, removed: 0, paths: ["closed", "hidden/a", "hidden/deep/b", "open"] });
    expect(skipped).toEqual(
      ["closed", "hidden"].map((path) => ({ path, reason: "unreadable", detail: expect.stringContaining("EACCES") })),
    );
  });

  it("reports a file whose extraction fails, and keeps what was known of it", async () => {
    using tree = new TemporaryTree();
    tree.write("good", "1").write("bad", "1");
    const sink = new MapSink();
    await runIndex(tree.root, sink);
    tree.write("good", "22").write("bad", "22");
    const extractor = extractorThat("bad", () => {
      throw new TypeError("as it was told");
    });
    const { report } = await runIndex(tree.root, sink, { extractor });
    expect(report).toMatchObject({
      changed: 1,
      removed: 0,
      skipped: [{ path: "bad", reason: "extractor-failed", detail: "as it was told" }],
    });
    expect(sink.content.map(({ headerSections }) => headerSections.intent)).toEqual(["1", "22"]);
  });

  it("counts the problems of the records that it made, and tries again what ran out of time", async () => {
    using tree = new TemporaryTree();
    tree.write("good", "1").write("bad", "1");
    const sink = new MapSink();
    const extractor = extractorThat("bad", (record) => ({ ...record, problems: ["syntax-error", "time-budget"] }));
    const { report } = await runIndex(tree.root, sink, { extractor });
    expect(report.problems).toEqual({
      "not-utf8": 0,
      "syntax-error": 1,
      "time-budget": 1,
      "too-many-symbols": 0,
      "too-many-references": 0,
      "too-many-headings": 0,
    });
    expect(report.problemPaths).toEqual([{ path: "bad", problems: ["syntax-error", "time-budget"] }]);
    expect((await runIndex(tree.root, sink)).parsed).toEqual(["bad"]);
    expect((await runIndex(tree.root, sink)).parsed).toEqual([]);
  });

  it("does not let a record that is no record take the others of its batch with it", async () => {
    using tree = new TemporaryTree();
    tree.write("good", "1").write("bad", "1");
    const sink = new MapSink();
    const { report } = await runIndex(tree.root, sink, { extractor: extractorThat("bad", (record) => ({ ...record, language: "" })) });
    expect(sink.paths).toEqual(["good"]);
    expect(report.skipped).toEqual([{ path: "bad", reason: "extractor-failed", detail: expect.stringContaining("language") }]);
  });
});

const NOBODY = 65_534;

function giveTo(path: string, uid: number): void {
  chmodSync(path, 0o755);
  chownSync(path, uid, uid);
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) chownSync(join(entry.parentPath, entry.name), uid, uid);
}

/** The minimal extractor, except for one path. */
function extractorThat(path: string, make: (record: FileMetadata) => FileMetadata): MinimalExtractor {
  return new (class extends MinimalExtractor {
    override async extract(file: SourceFile, budgetMs: number): Promise<FileMetadata> {
      const record = await super.extract(file, budgetMs);
      return file.path === path ? make(record) : record;
    }
  })();
}
