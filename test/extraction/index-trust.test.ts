import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { IndexProgress } from "../../src/extraction/run/index-run.ts";
import { listSourceTree } from "../../src/extraction/tree/source-tree.ts";
import { NotingSink } from "./noting-sink.ts";
import { runIndex } from "./run-index.ts";
import { TemporaryTree } from "./temporary-tree.ts";

/** A repository with a file that is tracked although a rule ignores it. */
function repository(): TemporaryTree {
  const tree = new TemporaryTree();
  tree.write(".gitignore", "gen/\n").write("a.ts", "a").write("gen/g.ts", "g").git("init", "--quiet");
  tree.git("add", "--force", ".");
  tree.git("commit", "--quiet", "--message=x");
  return tree;
}

function setEnvironment(name: string, value: string): void {
  const before = process.env[name];
  onTestFinished(() => (before === undefined ? void delete process.env[name] : void (process.env[name] = before)));
  process.env[name] = value;
}

const ALL = [".gitignore", "a.ts", "gen/g.ts"];

/** Puts something else where the repository was. */
function replaceGit(tree: TemporaryTree, content?: string): void {
  rmSync(tree.at(".git"), { recursive: true });
  if (content === undefined) mkdirSync(tree.at(".git"));
  else writeFileSync(tree.at(".git"), content);
}

describe("a list of files that cannot be trusted", () => {
  test.for<[string, (tree: TemporaryTree) => void]>([
    ["git is not installed", (tree) => setEnvironment("PATH", tree.at("nowhere"))],
    ["a configuration is broken", (tree) => appendFileSync(tree.at(".git/config"), "\n[")],
    ["the environment's configuration is broken", () => setEnvironment("GIT_CONFIG_COUNT", "many")],
    ["the index is damaged", (tree) => writeFileSync(tree.at(".git/index"), "nonsense")],
    ["the index is gone", (tree) => rmSync(tree.at(".git/index"))],
    [
      "the work tree is said to be elsewhere",
      (tree) => appendFileSync(tree.at(".git/config"), `[core]\nworktree = ${tree.at(".git/hooks")}\n`),
    ],
    ["the repository is said to be bare", (tree) => tree.git("config", "core.bare", "true")],
    ["the folder .git is empty", (tree) => replaceGit(tree)],
    ["the file .git is empty", (tree) => replaceGit(tree, "")],
    ["the file .git leads nowhere", (tree) => replaceGit(tree, "gitdir: ../x\n")],
  ])("removes no record of a file that exists, and says so: %s", async ([, damage]) => {
    using tree = repository();
    const sink = new NotingSink();
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ method: "git", isTrusted: true, added: 3, warnings: [] });
    damage(tree);
    const { report } = await runIndex(tree.root, sink);
    expect(sink.paths).toEqual(ALL);
    expect(report).toMatchObject({ isTrusted: false, removed: 0 });
    expect(report.warnings).toEqual([expect.stringContaining("git could not list"), expect.stringContaining("gen/g.ts")]);
    expect(sink.finished.at(-1)?.run).toMatchObject({ isTrusted: false, lister: "walk" });
  });

  test("is made again if git had no index when it began, even if it has one afterwards", async () => {
    using tree = repository();
    using programs = new TemporaryTree();
    const git = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
    const list = `mkdir ${programs.at("seen")} && export GIT_INDEX_FILE=${programs.at("nowhere")}`;
    programs.write("git", `#!/bin/sh\ncase "$*" in *ls-files*) ${list} ;; esac\nexec ${git} "$@"\n`);
    chmodSync(programs.at("git"), 0o755);
    setEnvironment("PATH", `${programs.root}${delimiter}${process.env["PATH"] ?? ""}`);
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "git", paths: ALL, isTrusted: true });
    expect(readdirSync(programs.root)).toContain("seen");
  });

  test("still lets go of a file that is gone itself", async () => {
    using tree = repository();
    const sink = new NotingSink();
    await runIndex(tree.root, sink);
    appendFileSync(tree.at(".git/config"), "\n[");
    rmSync(tree.at("a.ts"));
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ removed: 1 });
    expect(sink.paths).toEqual([".gitignore", "gen/g.ts"]);
  });

  test("is one of an empty root: a disk may be missing there", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts", "a").write("b/c.ts", "c");
    const sink = new NotingSink();
    await runIndex(tree.root, sink);
    for (const name of readdirSync(tree.root)) rmSync(tree.at(name), { recursive: true });
    const { report } = await runIndex(tree.root, sink);
    expect(report).toMatchObject({ removed: 0, warnings: [expect.stringContaining("is empty: nothing was removed")] });
    expect(sink.paths).toEqual(["a.ts", "b/c.ts"]);
  });
});

describe("a work tree", () => {
  test("is asked of git, not guessed: a root with an empty .git in another repository belongs to that one", async () => {
    using tree = repository();
    tree.write("p/b.ts", "b").write("p/c.log", "c").write(".gitignore", "*.log\n");
    mkdirSync(tree.at("p/.git"));
    const { method, paths, isTrusted } = await listSourceTree(tree.at("p"));
    expect({ method, paths, isTrusted }).toEqual({ method: "git", paths: ["b.ts"], isTrusted: true });
  });

  test("may be one of a bare repository", async () => {
    using tree = repository();
    using other = new TemporaryTree();
    tree.git("clone", "--quiet", "--bare", tree.root, other.at("bare.git"));
    tree.git("--git-dir", other.at("bare.git"), "worktree", "add", "--quiet", other.at("w"));
    expect(await listSourceTree(other.at("w"))).toMatchObject({ method: "git", paths: ALL, isTrusted: true });
  });

  test("may be a linked one or a submodule", async () => {
    using tree = repository();
    using other = new TemporaryTree();
    tree.git("worktree", "add", "--quiet", other.at("linked"));
    expect(await listSourceTree(other.at("linked"))).toMatchObject({ method: "git", paths: ALL, isTrusted: true });
    tree.git("submodule", "--quiet", "add", tree.root, "sub");
    expect(await listSourceTree(tree.at("sub"))).toMatchObject({ method: "git", paths: ALL, isTrusted: true });
  });
});

describe("a file that is not in the list", () => {
  test("keeps the record that another run has stored of it since the list was made", async () => {
    using tree = repository();
    const sink = new NotingSink();
    await runIndex(tree.root, sink);
    const onProgress = ({ phase }: IndexProgress): void => {
      if (phase === "comparing") tree.write("fresh.ts", "f");
    };
    // Known from before: the file was gone when the list was made, and is back.
    tree.write("fresh.ts", "f");
    await runIndex(tree.root, sink);
    rmSync(tree.at("fresh.ts"));
    const { report } = await runIndex(tree.root, sink, { onProgress });
    expect(report).toMatchObject({ removed: 0, isTrusted: true });
    expect(sink.paths).toEqual([".gitignore", "a.ts", "fresh.ts", "gen/g.ts"]);
  });

  test("loses its record if the tree's rules leave it out now", async () => {
    using tree = repository();
    const sink = new NotingSink();
    await runIndex(tree.root, sink);
    tree.git("rm", "--cached", "--quiet", "gen/g.ts");
    expect((await runIndex(tree.root, sink)).report).toMatchObject({ removed: 1, warnings: [] });
    expect((await runIndex(tree.root, sink, { exclude: ["a.*"] })).report).toMatchObject({ removed: 1, files: 1 });
    expect(sink.paths).toEqual([".gitignore"]);
  });
});

describe("the notes of a run", () => {
  test("tell its end only if it read the whole tree", async () => {
    using tree = repository();
    const sink = new NotingSink();
    const controller = new AbortController();
    const stop = ({ phase }: IndexProgress): void => {
      if (phase === "comparing") controller.abort();
    };
    await runIndex(tree.root, sink, { signal: controller.signal, onProgress: stop });
    expect(sink.begun).toMatchObject([{ root: tree.root }]);
    expect(sink.finished).toEqual([]);
    tree.write("b", "\0");
    await runIndex(tree.root, sink);
    expect(sink.begun).toHaveLength(2);
    const expected = { root: tree.root, lister: "git", isTrusted: true, files: 3, skipped: 1, begunAt: sink.begun[1]?.begunAt };
    expect(sink.finished).toMatchObject([{ run: expected, skipped: [{ path: "b", reason: "binary" }] }]);
  });
});

describe("the rules, without git", () => {
  test("are those of the repository that a linked work tree belongs to, and the user's own", async () => {
    using tree = repository();
    using other = new TemporaryTree();
    tree.git("worktree", "add", "--quiet", other.at("w"));
    tree.write(".git/info/exclude", "secret.ts\n");
    other.write("mine", "own.ts\n").write("w/secret.ts", "s").write("w/own.ts", "o").write("w/b.ts", "b");
    setEnvironment("GIT_CONFIG_GLOBAL", other.at("config"));
    other.write(
      "config",
      `[user]\nname = x\n[Core] ; a comment\n\texcludesFile = "${other.at("mine")}" # another\n[core "x"]\nexcludesFile = nowhere\n`,
    );
    const listed = await listSourceTree(other.at("w"));
    expect(listed.paths).toEqual([".gitignore", "a.ts", "b.ts", "gen/g.ts"]);
    setEnvironment("PATH", other.at("nowhere"));
    const walked = await listSourceTree(other.at("w"));
    expect({ method: walked.method, paths: walked.paths }).toEqual({ method: "walk", paths: [".gitignore", "a.ts", "b.ts"] });
  });

  test("leave out what tools install, unless a rule takes it in, and that is said", async () => {
    using tree = new TemporaryTree();
    tree.write("a.ts").write("node_modules/x/i.js").write("p/.venv/lib.py").write("p/__pycache__/x").write("node_modules.ts");
    const { paths, warnings } = await listSourceTree(tree.root);
    expect(paths).toEqual(["a.ts", "node_modules.ts"]);
    expect(warnings).toEqual([expect.stringMatching(/^without git, .*node_modules\/.*left out; .*!node_modules\//)]);
    tree.write(".gitignore", "!node_modules/\n!.venv/\n!__pycache__/\n");
    const taken = await listSourceTree(tree.root);
    expect(taken.paths).toContain("node_modules/x/i.js");
    expect(taken.warnings).toEqual([]);
    renameSync(tree.at(".gitignore"), tree.at("x"));
    tree.git("init", "--quiet");
    expect((await listSourceTree(tree.root)).paths).toContain("node_modules/x/i.js");
  });

  test("and with it, are named if they leave out everything", async () => {
    using tree = new TemporaryTree();
    tree.write(".gitignore", "# all\n\n/*\n").write("a.ts").write("d/b.ts").write("d/e/c.ts").write(".metacache/metadata.db");
    const said = "0 files: all 4 are ignored, .gitignore:3 `/*`";
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "walk", paths: [], warnings: [said] });
    tree.git("init", "--quiet");
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "git", paths: [], warnings: [said] });
    writeFileSync(join(tree.root, ".gitignore"), "*.ts\n.*\n");
    const { warnings } = await listSourceTree(tree.root);
    expect(warnings).toEqual(["0 files: all 4 are ignored, most of them by .gitignore:1 `*.ts`"]);
  });
});
