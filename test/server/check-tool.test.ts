import { appendFileSync, chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { describe, expect, it, onTestFinished } from "vitest";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { jsonIn } from "../support/command.ts";
import { sampleTree, type ServedTree, serve } from "./served-tree.ts";

/** A tree whose last commit has no fault. */
function committedTree(): TemporaryTree {
  const tree = sampleTree();
  onTestFinished(() => tree[Symbol.dispose]());
  tree.write("docs/logo.png", "\x89PNG\0\0").write("docs/with-logo.md", "# Logo\n\n![logo](logo.png)\n");
  tree.write("docs/old.md", "# Old\n\nSome lines of text.\n").write("src/old.ts", "// See docs/old.md for more.\n");
  tree
    .write("src/headed.ts", "// docs/headed.md §2 and docs/design.md#goal\n")
    .write("docs/headed.md", "# Headed\n\n## 1. One\n\n## 2. Two\n");
  commit(tree);
  return tree;
}

function commit(tree: TemporaryTree): void {
  tree.git("add", "--all");
  tree.git("commit", "--quiet", "--message=x");
}

async function served(tree: TemporaryTree): Promise<ServedTree> {
  const server = await serve("modern", [tree.root]);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return server;
}

/** `path:line code` of each finding that an answer lists. */
async function placesOf(server: ServedTree, args: Record<string, unknown> = {}): Promise<readonly string[]> {
  const { structure, text } = await server.call("check", args);
  expect(text).toMatch(/^@r\d+ fresh\n/);
  return structure!.lines.flatMap((line) => {
    const [, path, at, code] = /^(\S+?):(\d+)(?::\d+)?  (\S+)/.exec(line) ?? [];
    return path === undefined ? [] : [`${path}:${at} ${code}`];
  });
}

async function commandPlaces(tree: TemporaryTree, ...args: readonly string[]): Promise<readonly string[]> {
  const { findings } = (await jsonIn(tree.root, "check", ...args)) as {
    readonly findings: readonly { readonly path: string; readonly line: number; readonly code: string }[];
  };
  return findings.map(({ path, line, code }) => `${path}:${line} ${code}`);
}

describe("check", () => {
  it("finds what given files break: their own references, and those to them, from files that did not change", async () => {
    const tree = committedTree();
    const server = await served(tree);
    expect(await placesOf(server, { files: ["docs/old.md", "src"] })).toEqual([]);
    renameSync(tree.at("docs/old.md"), tree.at("src/old.md"));
    tree.write("docs/headed.md", "# Headed\n\n## 1. One\n").write("src/own.ts", "// docs/nowhere.md\n");
    expect(await placesOf(server, { files: ["docs/old.md"] })).toEqual(["src/old.ts:1 moved"]);
    expect(await placesOf(server, { files: "docs/headed.md" })).toEqual(["src/headed.ts:1 no-such-section"]);
    expect(await placesOf(server, { files: [tree.at("src/own.ts")] })).toEqual(["src/own.ts:1 never-existed"]);
    expect(await placesOf(server, { files: ["docs/design.md"] })).toEqual([]);
    const all = ["src/headed.ts:1 no-such-section", "src/old.ts:1 moved", "src/own.ts:1 never-existed"];
    expect(await placesOf(server, { files: ["./src/"] })).toEqual(all);
    expect(await placesOf(server, { files: ["."] })).toEqual(all);
    expect(await commandPlaces(tree)).toEqual(all);
  });

  it("finds links to the bare name of a file that moved to another folder, as the command does", async () => {
    const tree = committedTree();
    tree.write("docs/links.md", "# Links\n\n[beside](old.md) [code](code.ts)\n").write("docs/code.ts", "export const a = 1;\n");
    commit(tree);
    const server = await served(tree);
    expect(await placesOf(server)).toEqual([]);
    renameSync(tree.at("docs/code.ts"), tree.at("src/code.ts"));
    renameSync(tree.at("docs/old.md"), tree.at("src/old.md"));
    const found = ["docs/links.md:3 moved", "docs/links.md:3 moved", "src/old.ts:1 moved"];
    expect(await placesOf(server, { files: ["docs/code.ts", "docs/old.md"] })).toEqual(found);
    expect(await placesOf(server)).toEqual(found);
    expect(await commandPlaces(tree, "--since", "HEAD")).toEqual(found);
  });

  it("of no files looks at what changed since the last commit, then since the last check, and at what it found until that is mended", async () => {
    const tree = committedTree();
    tree.write("src/older.ts", "// docs/older-fault.md\n");
    commit(tree);
    rmSync(tree.at("docs/old.md"));
    const server = await served(tree);
    const gone = ["src/old.ts:1 deleted"];
    expect(await placesOf(server)).toEqual(gone);
    expect(await commandPlaces(tree, "--since", "HEAD")).toEqual(gone);
    // A given file is no look at everything.
    expect(await placesOf(server, { files: ["src/older.ts"] })).toEqual(["src/older.ts:1 never-existed"]);
    expect(await placesOf(server)).toEqual(gone);
    tree.write("src/own.ts", "// docs/nowhere.md\n");
    expect(await placesOf(server)).toEqual([...gone, "src/own.ts:1 never-existed"]);
    tree.write("src/old.ts", "// Nothing.\n").write("src/own.ts", "// docs/design.md\n");
    expect(await placesOf(server)).toEqual([]);
    // The database has no record of it, and tells of no change.
    rmSync(tree.at("docs/logo.png"));
    expect(await placesOf(server)).toEqual(["docs/with-logo.md:3 deleted"]);
    commit(tree);
    expect(await placesOf(server)).toEqual(["docs/with-logo.md:3 deleted"]);
  });

  it("heeds marks, the baseline and what the project leaves out", async () => {
    const tree = committedTree();
    tree.write("src/marked.ts", "// docs/none.md metacache-ignore: an example\n").write("src/known.ts", "// docs/known.md\n");
    tree.write("left/out.ts", "// docs/left.md\n").write("metacache.json", '{"check":{"ignore":["left/"]}}');
    const entries = [{ file: "src/known.ts", target: "docs/known.md", kind: "file", count: 1 }];
    tree.write(".metacache-baseline.json", JSON.stringify({ version: 1, entries }));
    const server = await served(tree);
    const { text } = await server.call("check");
    expect(text).toMatch(/checked \d+ references in \d+ files, 0 dangling, 2 ignored$/);
    tree.write(".metacache-baseline.json", "{");
    const damaged = await server.call("check");
    expect(damaged.isError).toBe(true);
    expect(damaged.text).toContain("it is not JSON");
  });

  it("looks at everything once if there is no commit, and then at what changed", async () => {
    const tree = new TemporaryTree();
    onTestFinished(() => tree[Symbol.dispose]());
    tree.write("docs/first.md", "# A\n\n[b](second.md)\n").write("src/a.ts", "// docs/first.md\n");
    const server = await served(tree);
    expect(await placesOf(server)).toEqual(["docs/first.md:3 missing"]);
    tree.write("docs/second.md", "# B\n");
    expect(await placesOf(server)).toEqual([]);
    rmSync(tree.at("docs/first.md"));
    expect(await placesOf(server)).toEqual(["src/a.ts:1 missing"]);
  });

  it("goes on by cursors to its end although findings are mended meanwhile, and refuses the cursor of another tool", async () => {
    const tree = committedTree();
    for (let file = 0; file < 40; file++) tree.write(`many/f${file}.md`, `[x](gone${file}.md) [y](../gone/y${file}.md)\n`);
    const server = await served(tree);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { structure } = await server.call("check", { budget: 600, ...(cursor !== undefined && { cursor }) });
      const paths = structure!.lines.flatMap((line) => /^(many\/f\d+\.md):1:\d+/.exec(line)?.[0] ?? []);
      seen.push(...paths);
      const [first] = paths;
      if (first !== undefined) tree.write(first.split(":")[0]!, "mended\n");
      ({ cursor } = structure!);
      expect(cursor === undefined).toBe((structure!.left ?? 0) === 0);
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(60);
    const refused = await server.call("check", { cursor: "3.1" });
    expect([refused.isError, refused.text.includes("does not come from a check of this session, or is too old")]).toEqual([true, true]);
  });

  it("writes nothing to the tree or to git, and runs no program that the repository names", async () => {
    const tree = committedTree();
    using outside = new TemporaryTree();
    outside.write("program", `#!/bin/sh\necho run >> '${outside.at("mark")}'\ncat\n`);
    chmodSync(outside.at("program"), 0o755);
    tree.write(".gitattributes", "* filter=x diff=x\n");
    commit(tree);
    const program = outside.at("program");
    appendFileSync(
      tree.at(".git/config"),
      `[filter "x"]\nclean = ${program}\nsmudge = ${program}\nprocess = ${program}\nrequired = true\n[diff]\nexternal = ${program}\n[diff "x"]\ncommand = ${program}\ntextconv = ${program}\n[core]\nfsmonitor = ${program}\n`,
    );
    rmSync(tree.at("docs/old.md"));
    tree.write("docs/design.md", "# Design\n");
    const server = await served(tree);
    expect(await placesOf(server)).toEqual(["README.md:3 no-such-section", "src/headed.ts:1 no-such-section", "src/old.ts:1 deleted"]);
    expect(await placesOf(server, { files: ["."] })).toHaveLength(3);
    expect(existsSync(outside.at("mark"))).toBe(false);
  });
});
