import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/base/clock.ts";
import { listWithIgnoreRules } from "../../src/extraction/tree/ignore-source-tree.ts";
import { listSourceTree, resolveRoot } from "../../src/extraction/tree/source-tree.ts";
import { TemporaryTree } from "./temporary-tree.ts";

async function walkOf(root: string, top = root): Promise<readonly string[]> {
  return [...(await listWithIgnoreRules(root, top)).paths].sort();
}

describe("listing a source tree", () => {
  it("lists the same files with git and without it", async () => {
    using tree = awkwardTree();
    const walked = await listSourceTree(tree.root);
    expect(walked.method).toBe("walk");
    tree.git("init", "--quiet");
    tree.git("add", "src/kept.ts", "plain");
    const listed = await listSourceTree(tree.root);
    expect(listed.method).toBe("git");
    expect(listed.paths).toEqual(walked.paths);
    expect(listed.skipped).toEqual(walked.skipped);
    expect(listed.paths).toContain("new\nline");
    expect(listed.paths).toContain("src/deep/kept.log");
    expect(listed.paths).toContain("ünïcödé/文件");
    expect(listed.paths).not.toContain("src/a.log");
    expect(listed.paths).not.toContain(".metacache/metadata.db");
  });

  it("reads ignore rules as git does, whatever the rules", async () => {
    const name = fc.constantFrom("a", "b", "ab", "c d", "x.o", "#h", "!n", "[z]", "ä", "-f", "*s", "b\\");
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join("/"));
    const atom = fc.constantFrom(
      "a",
      "b",
      "*",
      "?",
      "**",
      "ab",
      "x.o",
      "*.o",
      "[ab]",
      "[!a]",
      "c\\ d",
      "\\#h",
      "\\!n",
      "ä",
      "\\*s",
      "[[]z]",
      "#h",
    );
    const body = fc.array(atom, { minLength: 1, maxLength: 3 }).map((atoms) => atoms.join("/"));
    const affix = fc.constantFrom("", "", "", "/", "!", "!", "!/");
    const suffix = fc.constantFrom("", "", "/", " ", "*");
    const pattern = fc.tuple(affix, body, suffix).map((parts) => parts.join(""));
    const rules = fc.array(pattern, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
    const layout = fc.record({
      files: fc.array(path, { minLength: 3, maxLength: 25 }),
      top: rules,
      nested: fc.array(fc.tuple(path, rules), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(layout, async ({ files, top, nested }) => {
        using tree = new TemporaryTree();
        tree.write(".gitignore", top);
        for (const file of files) writeUnlessTaken(tree, file, "");
        for (const [directory, text] of nested) writeUnlessTaken(tree, `${directory}/.gitignore`, text);
        tree.git("init", "--quiet");
        expect(await walkOf(tree.root)).toEqual([...(await listSourceTree(tree.root)).paths].sort());
      }),
      { numRuns: Number(process.env["FC_RUNS"] ?? 150) },
    );
  });

  it("applies the rules above a root that lies within a work tree", async () => {
    using tree = new TemporaryTree();
    tree.write(".gitignore", "*.log\n/project/out/\n").write("project/a.log").write("project/out/b").write("project/c");
    tree.git("init", "--quiet");
    tree.write(".git/info/exclude", "secret\n").write("project/secret");
    expect((await listSourceTree(tree.at("project"))).paths).toEqual(["c"]);
    expect(await walkOf(tree.at("project"), tree.root)).toEqual(["c"]);
  });

  it("takes a root that the repository around it ignores as a project of its own", async () => {
    using tree = new TemporaryTree();
    tree.write(".gitignore", "*\n").write("project/.gitignore", "out\n").write("project/a").write("project/out");
    tree.git("init", "--quiet");
    const { method, paths, warnings } = await listSourceTree(tree.at("project"));
    expect({ method, paths, warnings }).toEqual({
      method: "walk",
      paths: [".gitignore", "a"],
      warnings: [expect.stringContaining("ignores it")],
    });
  });

  it("lists without git, and says so, where git does not answer", async () => {
    using tree = new TemporaryTree();
    tree.write("a").write("b.log").write(".gitignore", "*.log").write(".git/HEAD", "nonsense");
    const { method, paths, warnings } = await listSourceTree(tree.root);
    expect({ method, paths, warnings }).toEqual({
      method: "walk",
      paths: [".gitignore", "a"],
      warnings: [expect.stringContaining("git could not list")],
    });
  });

  it("heeds the root, not the repository that a git hook's environment names", async () => {
    using tree = new TemporaryTree();
    using other = new TemporaryTree();
    other.write("tracked elsewhere").git("init", "--quiet");
    other.git("add", ".");
    tree.write("a").git("init", "--quiet");
    process.env["GIT_DIR"] = other.at(".git");
    try {
      expect((await listSourceTree(tree.root)).paths).toEqual(["a"]);
    } finally {
      delete process.env["GIT_DIR"];
    }
  });

  it("does not run the file system monitor that a repository configures", async () => {
    using tree = new TemporaryTree();
    tree.write("a").git("init", "--quiet");
    tree.write("monitor", `#!/bin/sh\ntouch ${tree.at("ran")}\n`);
    chmodSync(tree.at("monitor"), 0o755);
    tree.git("config", "core.fsmonitor", tree.at("monitor"));
    expect((await listSourceTree(tree.root)).paths).not.toContain("ran");
    expect((await listSourceTree(tree.root)).paths).not.toContain("ran");
  });

  it("reports submodules and nested repositories instead of entering them", async () => {
    using library = new TemporaryTree();
    library.write("f", "x").git("init", "--quiet");
    library.git("add", ".");
    library.git("commit", "--quiet", "--message=x");
    using tree = new TemporaryTree();
    tree.write("a").git("init", "--quiet");
    tree.git("submodule", "--quiet", "add", library.root, "sub");
    mkdirSync(tree.at("nested"));
    execFileSync("git", ["init", "--quiet"], { cwd: tree.at("nested") });
    tree.write("nested/f").write("plain/.git/f").write("plain/g");
    const listed = await listSourceTree(tree.root);
    expect(listed.paths).toEqual([".gitmodules", "a", "plain/g"]);
    expect(listed.skipped).toEqual([
      { path: "nested", reason: "nested-repository" },
      { path: "sub", reason: "submodule" },
    ]);
    const walked = await listWithIgnoreRules(tree.root, tree.root);
    expect([...walked.paths].sort()).toEqual(listed.paths);
    expect(walked.skipped.map(({ path, reason }) => `${path}: ${reason}`).sort()).toEqual([
      "nested: nested-repository",
      "sub: nested-repository",
    ]);
  });

  it("does not follow a link that took the place of a tracked directory", async () => {
    using outside = new TemporaryTree();
    outside.write("secret");
    using tree = new TemporaryTree();
    tree.write("d/secret").write("a").git("init", "--quiet");
    tree.git("add", ".");
    renameSync(tree.at("d"), outside.at("moved"));
    symlinkSync(outside.root, tree.at("d"));
    expect((await listSourceTree(tree.root)).paths).toEqual(["a", "d"]);
    expect(await walkOf(tree.root)).toEqual(["a", "d"]);
  });

  it("skips names that are not UTF-8, saying which", async () => {
    using tree = new TemporaryTree();
    tree.write("a");
    const bad = Buffer.concat([Buffer.from(`${tree.root}/bad`), Buffer.from([0xff])]);
    writeFileSync(bad, "x");
    const expected = { paths: ["a"], skipped: [{ path: "bad\ufffd", reason: "not-utf8-name" }] };
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "walk", ...expected });
    tree.git("init", "--quiet");
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "git", ...expected });
  });

  it("leaves out a pattern that would take too long to match, and says which", async () => {
    using tree = new TemporaryTree();
    tree
      .write(".gitignore", `${"**/a/".repeat(12)}b\nc\n`)
      .write(`${"a/".repeat(100)}x`)
      .write("c");
    const { paths, warnings } = await listSourceTree(tree.root);
    expect(paths).toEqual([".gitignore", `${"a/".repeat(100)}x`]);
    expect(warnings).toEqual([expect.stringContaining("too costly to match: **/a/")]);
  });

  it("does not wait for a pipe named .gitignore", async () => {
    using tree = new TemporaryTree();
    tree.write("a");
    execFileSync("mkfifo", [tree.at(".gitignore")]);
    expect((await listSourceTree(tree.root)).paths).toEqual([".gitignore", "a"]);
  });

  it("stops when it is told to", async () => {
    using tree = new TemporaryTree();
    tree.write("a").git("init", "--quiet");
    await expect(listSourceTree(tree.root, { clock: systemClock, signal: AbortSignal.abort(new RangeError("enough")) })).rejects.toThrow(
      "enough",
    );
  });
});

describe("the root of a source tree", () => {
  it("must be there", async () => {
    await expect(resolveRoot("/nowhere/at all")).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("/nowhere/at all"),
    });
  });

  it("must be a directory", async () => {
    using tree = new TemporaryTree();
    tree.write("file");
    await expect(resolveRoot(tree.at("file"))).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringContaining("not a directory"),
    });
  });

  it("may be empty, and may be reached by a link", async () => {
    using tree = new TemporaryTree();
    mkdirSync(tree.at("real"));
    symlinkSync("real", tree.at("link"));
    const root = await resolveRoot(tree.at("link"));
    expect(root).toBe(tree.at("real"));
    expect(await listSourceTree(root)).toEqual({ method: "walk", paths: [], skipped: [], warnings: [], isTrusted: true });
  });
});

/** Names and rules that tools get wrong. */
function awkwardTree(): TemporaryTree {
  const tree = new TemporaryTree();
  tree
    .write(
      ".gitignore",
      "\ufeff# comment\n*.log\r\n!kept.log\n/anchored\nbuild/\nsrc/*/generated\n**/tmp/**\n\\#hash\ntrailing \nspaced\\ \n[xy].bin\n\n",
    )
    .write("src/.gitignore", "!special.log\n/only-here\n*.gen\n")
    .write("src/deep/.gitignore", "*\n!.gitignore\n!kept*\n")
    .write("weird [dir]*/.gitignore", "/inner\nname\n")
    .write(".metacache/.gitignore", "*\n")
    .write(".metacache/metadata.db");
  const files = [
    ..."plain|src/kept.ts|src/a.log|src/special.log|special.log|src/deep/kept.log|src/deep/other|src/deep/a/kept".split("|"),
    ..."anchored|src/anchored|build/x|src/build/x|a/build|src/x/generated/f|src/x/y/generated/f|a/tmp/b|tmp/b".split("|"),
    ..."#hash|trailing|spaced |spaced|x.bin|z.bin|only-here|src/only-here|f.gen|src/g/f.gen".split("|"),
    ..."with space/a b|new\nline|-dash|--all|ünïcödé/文件|tab\tname|quote\"'name|back\\slash|:(glob)x|emoji 🎉".split("|"),
    ..."weird [dir]*/inner|weird [dir]*/a/inner|weird [dir]*/a/name|a/name|.hidden|...|sub/.metacache/db".split("|"),
  ];
  for (const file of files) tree.write(file);
  return tree;
}

function writeUnlessTaken(tree: TemporaryTree, path: string, content: string): void {
  try {
    tree.write(join(path), content);
  } catch {
    // The same name is a directory already: either layout is fine.
  }
}
