import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { metacacheAll, metacacheIn, metacacheMany, metacacheWith, type Outcome } from "../support/command.ts";
import { recordOf } from "../support/small-records.ts";
import { functionNamed, newTree } from "../watch/watched.ts";

async function indexed(kind: "git" | "plain" = "git"): Promise<TemporaryTree> {
  const tree = newTree(kind);
  await metacacheIn(tree.root, "index");
  return tree;
}

const LOOKED_AT_ONE = "metacache: updated the index: 1 file had changed\n";

/** In whole seconds: a time that is put back must be the same. */
const LONG_AGO = 1_000_000_000;

/** What happens to a tree, and the files that an answer has afterwards. */
const CHANGES: Readonly<
  Record<string, { readonly change: (tree: TemporaryTree) => void; readonly files: readonly string[]; readonly taken: number }>
> = {
  "a new file": { change: (tree) => tree.write("b.ts", functionNamed("b")), files: ["a.ts", "b.ts", "in/c.ts"], taken: 1 },
  "a changed file": { change: (tree) => tree.write("a.ts", functionNamed("other")), files: ["a.ts", "in/c.ts"], taken: 1 },
  "a change of the same size and time": {
    change: (tree) => {
      tree.write("a.ts", functionNamed("other"));
      utimesSync(join(tree.root, "a.ts"), LONG_AGO, LONG_AGO);
    },
    files: ["a.ts", "in/c.ts"],
    taken: 1,
  },
  "a file that is gone": { change: (tree) => rmSync(join(tree.root, "a.ts")), files: ["in/c.ts"], taken: 1 },
  "a renamed file": {
    change: (tree) => renameSync(join(tree.root, "a.ts"), join(tree.root, "z.ts")),
    files: ["in/c.ts", "z.ts"],
    taken: 2,
  },
  "a folder under a file's name": {
    change: (tree) => {
      rmSync(join(tree.root, "a.ts"));
      tree.write("a.ts/x.ts", functionNamed("x"));
    },
    files: ["a.ts/x.ts", "in/c.ts"],
    taken: 2,
  },
  "a link in place of a file": {
    change: (tree) => {
      rmSync(join(tree.root, "a.ts"));
      symlinkSync("in/c.ts", join(tree.root, "a.ts"));
    },
    files: ["in/c.ts"],
    taken: 1,
  },
  "a folder that was moved in": {
    change: (tree) => renameSync(`${tree.root}-outside`, join(tree.root, "moved")),
    files: ["a.ts", "in/c.ts", "moved/deep/m.ts"],
    taken: 1,
  },
  "a rule that leaves a file out": { change: (tree) => tree.write("in/.gitignore", "*.ts\n"), files: ["a.ts", "in/.gitignore"], taken: 2 },
  "a rule that no longer leaves a file out": {
    change: (tree) => tree.write(".gitignore", "# nothing\n"),
    files: [".gitignore", "a.ts", "in/c.ts", "left-out.ts"],
    taken: 2,
  },
};

describe.each(["git", "plain"] as const)("without a watcher, a command looks itself at a tree (%s)", (kind) => {
  const outcomes = new Map<string, Outcome[]>();
  const names = Object.keys(CHANGES);

  beforeAll(async () => {
    const trees = names.map(() => new TemporaryTree());
    try {
      for (const tree of trees) {
        if (kind === "git") tree.git("init", "--quiet", "--initial-branch=main");
        tree.write("a.ts", functionNamed("first")).write("in/c.ts", functionNamed("c"));
        utimesSync(join(tree.root, "a.ts"), LONG_AGO, LONG_AGO);
        mkdirSync(`${tree.root}-outside/deep`, { recursive: true });
        writeFileSync(join(`${tree.root}-outside/deep`, "m.ts"), functionNamed("m"));
      }
      const rule = trees[names.indexOf("a rule that no longer leaves a file out")];
      rule?.write(".gitignore", "left-out.ts\n").write("left-out.ts", functionNamed("out"));
      await metacacheMany(trees.map(({ root }) => ({ cwd: root, args: ["index"] })));
      for (const [at, tree] of trees.entries()) CHANGES[names[at] ?? ""]?.change(tree);
      const query = ["query", "--paths"];
      const twice = trees.flatMap(({ root }) => [query, query].map((args) => ({ cwd: root, args })));
      const all = await metacacheMany(twice);
      for (const [at, name] of names.entries()) outcomes.set(name, all.slice(at * 2, at * 2 + 2));
    } finally {
      for (const tree of trees) {
        rmSync(`${tree.root}-outside`, { recursive: true, force: true });
        tree[Symbol.dispose]();
      }
    }
  }, 600_000);

  it.each(names)("and takes over %s, once, and says so", (name) => {
    const { files, taken } = CHANGES[name] ?? { files: [], taken: 0 };
    const stdout = files.map((file) => `${file}\n`).join("");
    const note = `metacache: updated the index: ${taken} file${taken === 1 ? "" : "s"} had changed\n`;
    expect(outcomes.get(name)).toEqual([
      { code: 0, stdout, stderr: note },
      { code: 0, stdout, stderr: "" },
    ]);
  });
});

describe("the look of a command", () => {
  it("is made by query, find and refs", async () => {
    const tree = await indexed();
    tree.write("D.md", "# D\n");
    const lines = [
      ["query", "--function", "two"],
      ["find", "three"],
      ["refs", "D.md"],
    ];
    for (const [at, line] of lines.entries()) {
      tree.write(
        "a.ts",
        `// See D.md, ${at}\n/**\n * [Reference documentation]\n * - D.md\n */\n${functionNamed(at === 0 ? "two" : "three")}`,
      );
      expect(await metacacheIn(tree.root, ...line), line[0]).toMatchObject({
        code: 0,
        stderr: expect.stringContaining("updated the index: ") as string,
      });
    }
  });

  it("is left out by --no-look, by the project's file and by the environment", async () => {
    const tree = await indexed();
    tree.write("b.ts", functionNamed("b"));
    const [left] = await metacacheAll(tree.root, ["query", "--count", "--no-look"]);
    expect(left).toEqual({ code: 0, stdout: "1\n", stderr: "" });
    tree.write("metacache.json", '{ "look": false }');
    const [file] = await metacacheAll(tree.root, ["query", "--count"]);
    expect(file).toEqual({ code: 0, stdout: "1\n", stderr: "" });
    expect(await metacacheWith({ METACACHE_LOOK: "false" }, tree.root, "query", "--count")).toMatchObject({ stdout: "1\n" });
    tree.write("metacache.json", '{ "look": true }');
    const [looked] = await metacacheAll(tree.root, ["query", "--count"]);
    expect(looked).toEqual({ code: 0, stdout: "3\n", stderr: "metacache: updated the index: 2 files had changed\n" });
  });

  it("does not bring back what an indexing run left out by an option of its own", async () => {
    const tree = newTree().write("vendor/v.ts", functionNamed("v"));
    await metacacheIn(tree.root, "index", "--exclude", "vendor/");
    tree.write("b.ts", functionNamed("b"));
    const [query] = await metacacheAll(tree.root, ["query", "--paths"]);
    expect(query).toEqual({ code: 0, stdout: "a.ts\nb.ts\n", stderr: LOOKED_AT_ONE });
  });

  it("touches no record that no indexing run has made: it may be of no file", async () => {
    const tree = newTree();
    {
      await using cache = await openMetadataCache({ project: tree.root, environment: {} });
      await cache.update(recordOf({ path: "elsewhere.py" }));
    }
    const [query] = await metacacheAll(tree.root, ["query", "--count"]);
    expect(query).toEqual({ code: 0, stdout: "1\n", stderr: "" });
  });

  it("leaves a great change to an indexing run, and says so", async () => {
    const tree = await indexed();
    for (let file = 0; file < 501; file++) tree.write(`n${file}.ts`, functionNamed(`n${file}`));
    const [query] = await metacacheAll(tree.root, ["query", "--count"]);
    expect(query).toMatchObject({
      stdout: "1\n",
      stderr: expect.stringMatching(/^metacache: 501 files .* run `metacache index`\n$/) as string,
    });
  });

  it("does not end the command if the database cannot be written: the answer says which files are out of date", async () => {
    const tree = await indexed();
    tree.write("a.ts", functionNamed("other"));
    const folder = join(tree.root, ".metacache");
    for (const name of ["metadata.db-wal", "metadata.db-shm"]) expect(existsSync(join(folder, name))).toBe(false);
    chmodSync(join(folder, "metadata.db"), 0o444);
    chmodSync(folder, 0o555);
    try {
      const [query] = await metacacheAll(tree.root, ["query", "--paths"]);
      expect(query).toMatchObject({ code: 0, stdout: "a.ts\n" });
      // Root may write whatever the rights say.
      expect(query?.stderr).toMatch(
        process.getuid?.() === 0 ? /updated the index: / : /could not update the index .*a\.ts has changed since/s,
      );
    } finally {
      chmodSync(folder, 0o755);
    }
  });
});

describe.each(["git", "plain"] as const)("get looks at its one file (%s)", (kind) => {
  it("and shows it as it is, once it has taken it over", async () => {
    const tree = await indexed(kind);
    const get = async (...args: readonly string[]): Promise<Outcome> => metacacheIn(tree.root, "get", ...args);
    tree.write("a.ts", functionNamed("second"));
    expect(await get("a.ts", "--no-look")).toMatchObject({ code: 0, stderr: expect.stringContaining("out of date") as string });
    const changed = await get("a.ts");
    expect(changed).toMatchObject({ code: 0, stderr: LOOKED_AT_ONE, stdout: expect.stringContaining("second") as string });
    expect(await get("a.ts")).toEqual({ ...changed, stderr: "" });
    const { atime, mtime } = statSync(tree.at("a.ts"));
    tree.write("a.ts", functionNamed("seconD"));
    utimesSync(tree.at("a.ts"), atime, mtime);
    expect(await get("a.ts")).toMatchObject({ code: 0, stderr: LOOKED_AT_ONE, stdout: expect.stringContaining("seconD") as string });
    rmSync(tree.at("a.ts"));
    expect(await get("a.ts")).toMatchObject({ code: 1, stderr: LOOKED_AT_ONE, stdout: expect.stringContaining("no such file") as string });
    expect(await metacacheIn(tree.root, "query", "--count", "--no-look")).toMatchObject({ stdout: "0\n" });
  });

  it("unless it is told not to by the project's file", async () => {
    const tree = newTree(kind).write("metacache.json", '{ "look": false }');
    await metacacheIn(tree.root, "index");
    tree.write("a.ts", functionNamed("second"));
    expect(await metacacheIn(tree.root, "get", "a.ts")).toMatchObject({
      stderr: expect.stringContaining("out of date") as string,
      stdout: expect.stringContaining("first") as string,
    });
  });
});

describe("get looks at a file without a record", () => {
  it("and takes it over if it is new in the tree, and only then", async () => {
    const tree = newTree().write("vendor/v.ts", functionNamed("v")).write(".gitignore", "out/\n");
    await metacacheIn(tree.root, "index", "--exclude", "vendor/");
    tree.write("b.ts", functionNamed("b")).write("out/o.ts", functionNamed("o"));
    expect(await metacacheIn(tree.root, "get", "b.ts")).toMatchObject({ code: 0, stderr: LOOKED_AT_ONE });
    for (const path of ["vendor/v.ts", "out/o.ts"])
      expect(await metacacheIn(tree.root, "get", path), path).toMatchObject({ code: 1, stderr: "" });
    expect(await metacacheIn(tree.root, "query", "--paths", "--no-look")).toMatchObject({ stdout: ".gitignore\na.ts\nb.ts\n" });
  });
});
