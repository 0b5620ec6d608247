import { chmodSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { WatchBatch } from "../../src/watch/watch-options.ts";
import { functionNamed, newTree, watching } from "./watched.ts";

/** Each change, and what an answer that is asked for at once has to show. */
describe.each(["git", "plain"] as const)("a watched tree (%s)", (kind) => {
  it("shows each save at once, however it is made", async () => {
    const { tree, files } = await watching(newTree(kind));
    expect(await files()).toEqual({ "a.ts": ["first"] });
    tree.write("a.ts", functionNamed("second"));
    expect(await files()).toEqual({ "a.ts": ["second"] });
    tree.write("a.ts.tmp", functionNamed("third"));
    renameSync(tree.at("a.ts.tmp"), tree.at("a.ts"));
    expect(await files()).toEqual({ "a.ts": ["third"] });
    renameSync(tree.at("a.ts"), tree.at("A.ts"));
    expect(await files()).toEqual({ "A.ts": ["third"] });
    tree.write("b.ts", functionNamed("other"));
    rmSync(tree.at("A.ts"));
    expect(await files()).toEqual({ "b.ts": ["other"] });
  });

  it("follows folders that come, go, move and come back", async () => {
    const { tree, files } = await watching(newTree(kind).write("d/e/b.ts", functionNamed("deep")));
    mkdirSync(tree.at("empty/in"), { recursive: true });
    await files();
    tree.write("empty/in/c.ts", functionNamed("late"));
    expect(await files()).toEqual({ "a.ts": ["first"], "d/e/b.ts": ["deep"], "empty/in/c.ts": ["late"] });
    rmSync(tree.at("empty"), { recursive: true });
    renameSync(tree.at("d"), tree.at("moved"));
    expect(await files()).toEqual({ "a.ts": ["first"], "moved/e/b.ts": ["deep"] });
    tree.write("moved/e/b.ts", functionNamed("again"));
    expect(await files()).toEqual({ "a.ts": ["first"], "moved/e/b.ts": ["again"] });
    // The folder under this name is another one each time.
    for (const name of ["one", "two", "three"]) {
      rmSync(tree.at("moved"), { recursive: true });
      tree.write(`moved/e/${name}.ts`, functionNamed(name));
      expect(await files()).toEqual({ "a.ts": ["first"], [`moved/e/${name}.ts`]: [name] });
      tree.write(`moved/e/${name}.ts`, functionNamed(`${name}2`));
      expect(await files()).toEqual({ "a.ts": ["first"], [`moved/e/${name}.ts`]: [`${name}2`] });
    }
    rmSync(tree.at("moved"), { recursive: true });
    tree.write("moved", "a file in the folder's place\n");
    expect(Object.keys(await files())).toEqual(["a.ts", "moved"]);
  });

  it("hears of changes by one watch for all of it, too", async () => {
    const batches: WatchBatch[] = [];
    const { tree, cache, files, watcher } = await watching(newTree(kind), { recursive: true, onBatch: (batch) => batches.push(batch) });
    tree.write("d/e/b.ts", functionNamed("deep"));
    await expect.poll(() => cache.peek("d/e/b.ts")?.functions.map(({ name }) => name)).toEqual(["deep"]);
    tree.write("d/e/b.ts", functionNamed("again"));
    await expect.poll(() => cache.peek("d/e/b.ts")?.functions.map(({ name }) => name)).toEqual(["again"]);
    tree.write(".gitignore", "d/\n");
    await expect.poll(() => cache.paths({})).toEqual([".gitignore", "a.ts"]);
    await expect.poll(() => batches.map(({ lookReason }) => lookReason)).toContainEqual(expect.stringContaining("rule"));
    // Linux has no such watches: what an answer needs is looked at then.
    if (process.platform === "linux")
      expect(watcher.status()).toMatchObject({ state: "looking", remedy: expect.stringContaining("recursive") });
    rmSync(tree.at(".gitignore"));
    expect(await files()).toEqual({ "a.ts": ["first"], "d/e/b.ts": ["again"] });
  });

  it("takes over what rules leave out and take in", async () => {
    const { tree, files, watcher } = await watching(newTree(kind).write("gen/b.ts", functionNamed("made")));
    const before = watcher.status().directories;
    tree.write(".gitignore", "gen/\n");
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
    await expect.poll(() => watcher.status().directories).toBe(before - 1);
    tree.write("gen/c.ts", functionNamed("unseen"));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
    tree.write(".gitignore", "# gen/\n");
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts", "gen/b.ts", "gen/c.ts"]);
    tree.write("gen/.gitignore", "b.ts\n");
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts", "gen/.gitignore", "gen/c.ts"]);
    rmSync(tree.at("gen/.gitignore"));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts", "gen/b.ts", "gen/c.ts"]);
  });

  it("keeps no rules of a folder that went, for one that comes in its place", async () => {
    const tree = newTree(kind).write(".gitignore", "out/\n").write("out/x.ts").write("d/.gitignore", "b.ts\n");
    const { files } = await watching(tree.write("d/b.ts", functionNamed("b")));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts", "d/.gitignore"]);
    tree.write("d/b.ts", functionNamed("c"));
    await files();
    // To where nobody looks.
    renameSync(tree.at("d"), tree.at("out/d"));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
    mkdirSync(tree.at("d"));
    await files();
    tree.write("d/b.ts", functionNamed("b"));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts", "d/b.ts"]);
  });

  it("knows content by more than size and time", async () => {
    const { tree, cache, files } = await watching(newTree(kind));
    const { atime, mtime } = statSync(tree.at("a.ts"));
    tree.write("a.ts", functionNamed("fIrst"));
    utimesSync(tree.at("a.ts"), atime, mtime);
    expect(await files()).toEqual({ "a.ts": ["fIrst"] });
    utimesSync(tree.at("a.ts"), 1_000, 2_000);
    expect((await cache.getMetadata("a.ts", { consistency: "tree" }))?.modifiedAt).toBe(2_000_000);
    chmodSync(tree.at("a.ts"), 0o755);
    expect(await files()).toEqual({ "a.ts": ["fIrst"] });
  });

  it("survives a storm of renames, and ends with what is there", async () => {
    const { tree, files } = await watching(newTree(kind));
    for (let round = 0; round < 300; round++) {
      tree.write(`s${round % 7}/x${round % 11}.ts`, functionNamed(`f${round}`));
      renameSync(tree.at(`s${round % 7}`), tree.at("t"));
      renameSync(tree.at("t"), tree.at(`s${round % 7}`));
    }
    const found = await files();
    expect(Object.keys(found)).toHaveLength(1 + 7 * 11);
    expect(found["s5/x2.ts"]).toEqual(["f299".replace("299", String(lastRound(5, 2)))]);
  });
});

function lastRound(folder: number, file: number): number {
  let last = 0;
  for (let round = 0; round < 300; round++) if (round % 7 === folder && round % 11 === file) last = round;
  return last;
}

describe("a watched work tree of git", () => {
  it("follows a switch of the branch, and a stash", async () => {
    const tree = newTree();
    const commit = (): unknown => [tree.git("add", "--all"), tree.git("commit", "--quiet", "--message", "x")];
    commit();
    tree.git("switch", "--quiet", "--create", "other");
    tree.write("a.ts", functionNamed("ofOther")).write("only/other.ts", functionNamed("only"));
    commit();
    const { files } = await watching(tree);
    tree.git("switch", "--quiet", "main");
    expect(await files()).toEqual({ "a.ts": ["first"] });
    tree.git("switch", "--quiet", "other");
    expect(await files()).toEqual({ "a.ts": ["ofOther"], "only/other.ts": ["only"] });
    tree.write("a.ts", functionNamed("stashed"));
    tree.git("stash", "--quiet");
    expect(await files()).toEqual({ "a.ts": ["ofOther"], "only/other.ts": ["only"] });
    tree.git("stash", "pop", "--quiet");
    expect(await files()).toEqual({ "a.ts": ["stashed"], "only/other.ts": ["only"] });
  });

  it("knows files that git tracks although a rule leaves them out", async () => {
    const { tree, files } = await watching(newTree().write(".gitignore", "build/\n").write("build/x.ts", functionNamed("x")));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
    tree.git("add", "--force", "build/x.ts");
    expect(await files()).toMatchObject({ "build/x.ts": ["x"] });
    tree.write("build/x.ts", functionNamed("y"));
    expect(await files()).toMatchObject({ "build/x.ts": ["y"] });
    rmSync(tree.at("build/x.ts"));
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
    tree.write("build/x.ts", functionNamed("back"));
    expect(await files()).toMatchObject({ "build/x.ts": ["back"] });
    tree.git("rm", "--quiet", "--force", "--cached", "build/x.ts");
    expect(Object.keys(await files())).toEqual([".gitignore", "a.ts"]);
  });

  it("misses no folder with tracked files in it that a rule leaves out, whatever becomes of it", async () => {
    const tree = newTree().write("kept/in/x.ts", functionNamed("x"));
    tree.git("add", "--all");
    const { files } = await watching(tree.write("kept/.gitignore", "*\n"));
    expect(Object.keys(await files())).toEqual(["a.ts", "kept/in/x.ts"]);
    renameSync(tree.at("kept/in"), tree.at("kept/away"));
    expect(Object.keys(await files())).toEqual(["a.ts"]);
    renameSync(tree.at("kept/away"), tree.at("kept/in"));
    expect(Object.keys(await files())).toEqual(["a.ts", "kept/in/x.ts"]);
    tree.write("kept/in/x.ts", functionNamed("y"));
    expect(await files()).toMatchObject({ "kept/in/x.ts": ["y"] });
    rmSync(tree.at("kept/in/x.ts"));
    expect(Object.keys(await files())).toEqual(["a.ts"]);
    for (const steps of [1, 2]) {
      rmSync(tree.at("kept/in"), { recursive: true });
      await files();
      mkdirSync(tree.at("kept/in"));
      if (steps === 2) await files();
      tree.write("kept/in/x.ts", functionNamed("again"));
      expect(Object.keys(await files())).toEqual(["a.ts", "kept/in/x.ts"]);
    }
  });

  it("watches what lies deep in a folder that a rule leaves out", async () => {
    const tree = newTree().write("out/one/two/x.ts", functionNamed("x"));
    tree.git("add", "--all");
    const { files } = await watching(tree.write(".git/info/exclude", "out/\n"));
    rmSync(tree.at("out/one"), { recursive: true });
    expect(Object.keys(await files())).toEqual(["a.ts"]);
    tree.write("out/one/two/x.ts", functionNamed("back"));
    expect(await files()).toEqual({ "a.ts": ["first"], "out/one/two/x.ts": ["back"] });
    rmSync(tree.at("out"), { recursive: true });
    expect(Object.keys(await files())).toEqual(["a.ts"]);
    mkdirSync(tree.at("out"));
    await files();
    mkdirSync(tree.at("out/one/two"), { recursive: true });
    await files();
    tree.write("out/one/two/x.ts", functionNamed("again"));
    expect(await files()).toEqual({ "a.ts": ["first"], "out/one/two/x.ts": ["again"] });
  });

  it("takes over rules that lie outside of the tree's folders", async () => {
    const tree = newTree();
    const { files } = await watching(tree);
    tree.write(".git/info/exclude", "a.ts\n");
    expect(await files()).toEqual({});
    tree.write(".git/info/exclude", "");
    expect(await files()).toEqual({ "a.ts": ["first"] });
  });

  it("watches a folder within a work tree by the rules above it", async () => {
    const outer = newTree().write("sub/b.ts", functionNamed("b")).write("sub/c.log", "");
    const { files } = await watching({ root: outer.at("sub") } as typeof outer);
    expect(Object.keys(await files())).toEqual(["b.ts", "c.log"]);
    outer.write(".gitignore", "*.log\n");
    expect(Object.keys(await files())).toEqual(["b.ts"]);
  });
});
