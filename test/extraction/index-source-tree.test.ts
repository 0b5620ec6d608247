import { mkdirSync } from "node:fs";

import { describe, expect, it } from "vitest";

import { indexSourceTree } from "../../src/extraction/run/index-source-tree.ts";
import { MapSink } from "./map-sink.ts";
import { TemporaryTree } from "./temporary-tree.ts";

/** Enough files for several threads to be worth it. */
function mixedTree(): TemporaryTree {
  const tree = new TemporaryTree();
  for (let index = 0; index < 220; index++) {
    const name = `d${index % 7}/part ${index}`;
    if (index % 3 === 0)
      tree.write(`${name}.ts`, `/** Adds ${index}. */\nexport function add${index}(a: number): number {\n  return a + ${index};\n}\n`);
    else if (index % 3 === 1)
      tree.write(`${name}.py`, `class C${index}:\n    def run(self, x=${index}):\n        """Runs."""\n        return x\n`);
    else tree.write(`${name}.md`, `# Part ${index}\n`);
  }
  return tree;
}

describe("indexing a source tree", () => {
  it("has the same result with one thread and with several", async () => {
    using tree = mixedTree();
    const [one, two] = [new MapSink(), new MapSink()];
    const report = await indexSourceTree(tree.root, one, { workers: 1 });
    expect(report).toMatchObject({ files: 220, added: 220, skipped: [], aborted: false });
    await indexSourceTree(tree.root, two, { workers: 3 });
    expect(two.content).toEqual(one.content);
    const names = one.content.flatMap(({ functions }) => functions.map(({ name }) => name));
    expect(names).toContain("add3");
    expect(names).toContain("run");
  });

  it("finds nothing to do the second time", async () => {
    using tree = mixedTree();
    const sink = new MapSink();
    await indexSourceTree(tree.root, sink);
    const sent = sink.updates.length;
    expect(await indexSourceTree(tree.root, sink)).toMatchObject({ added: 0, changed: 0, unchanged: 220, removed: 0 });
    expect(sink.updates.length).toBe(sent);
  });

  it("takes an empty tree for what it is", async () => {
    using tree = new TemporaryTree();
    mkdirSync(tree.at("empty"));
    expect(await indexSourceTree(tree.root, new MapSink())).toMatchObject({
      files: 0,
      added: 0,
      skipped: [],
      warnings: [],
      aborted: false,
    });
  });

  it("refuses a root that is not there, and options out of range, each by name", async () => {
    await expect(indexSourceTree("/no such root", new MapSink())).rejects.toMatchObject({ code: "E_SOURCE" });
    const refused = indexSourceTree("/", new MapSink(), { workers: 0, budgetMs: -1, maxFileBytes: Number.NaN });
    await expect(refused).rejects.toMatchObject({
      code: "E_CONFIG",
      problems: [expect.stringContaining("workers"), expect.stringContaining("budgetMs"), expect.stringContaining("maxFileBytes")],
    });
  });
});
