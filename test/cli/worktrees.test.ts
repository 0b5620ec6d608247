import { mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { resolveProject } from "../../src/cache/opening/resolve-project.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { jsonIn, metacacheIn } from "../support/command.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const FILES = 30;

/** A repository of some scripts, committed and indexed. */
async function indexedRepository(tree: TemporaryTree, folder: string): Promise<string> {
  for (let file = 0; file < FILES; file++) tree.write(`${folder}/f${file}.js`, `/** Does ${file}. */\nfunction f${file}() {}\n`);
  tree.git("init", "-q", folder);
  tree.git("-C", folder, "add", ".");
  tree.git("-C", folder, "commit", "-qm", "all");
  await metacacheIn(tree.at(folder), "index");
  return tree.at(folder);
}

test("a second worktree parses nothing, has no database of its own, and never answers for its sibling", async () => {
  using tree = new TemporaryTree();
  const main = await indexedRepository(tree, "main");
  tree.git("-C", "main", "worktree", "add", "-q", "../second");
  const second = tree.at("second");
  const before = await metacacheIn(second, "get", "f1.js");
  expect(before).toMatchObject({ code: 2 });
  expect(before.stderr).toContain("has no index yet");

  expect(await jsonIn(second, "index")).toMatchObject({ added: FILES, takenOver: FILES, files: FILES });
  expect((await resolveProject({ project: second, environment: {} })).database).toEqual({
    kind: "sqlite",
    file: join(main, ".metacache/metadata.db"),
  });
  writeFileSync(join(second, "f1.js"), "function changedInSecond() {}\n");
  writeFileSync(join(second, "only.js"), "function onlyInSecond() {}\n");
  expect(await jsonIn(second, "index")).toMatchObject({ added: 1, changed: 1, takenOver: 0 });
  expect((await metacacheIn(second, "get", "f1.js")).stdout).toContain("changedInSecond");
  expect((await metacacheIn(main, "get", "f1.js")).stdout).not.toContain("changedInSecond");
  expect(await metacacheIn(main, "get", "only.js")).toMatchObject({ code: 1 });
  expect((await metacacheIn(join(second), "query", "--function", "onlyInSecond")).stdout).toContain("only.js");
  const { projects } = (await jsonIn(main, "projects")) as { projects: { label: string; files: number }[] };
  expect(projects.map(({ label, files }) => [label, files])).toEqual([
    [main, FILES],
    [second, FILES + 1],
  ]);
  // As in a database that had every row from the start.
  expect(await metacacheIn(second, "verify")).toMatchObject({ code: 0 });
});

test("the worktree of a repository without a main one shares a database in the repository", async () => {
  using tree = new TemporaryTree();
  await indexedRepository(tree, "origin");
  tree.git("clone", "-q", "--bare", "origin", "bare.git");
  for (const name of ["one", "two"]) tree.git("-C", "bare.git", "worktree", "add", "-q", "-b", name, `../${name}`);
  await metacacheIn(tree.at("one"), "index");
  expect(await jsonIn(tree.at("two"), "index")).toMatchObject({ takenOver: FILES });
  expect((await resolveProject({ project: tree.at("two"), environment: {} })).database).toMatchObject({
    file: join(realpathSync(tree.at("bare.git")), ".metacache/metadata.db"),
  });
});

test("two worktrees with the same project file have projects of their own", async () => {
  using tree = new TemporaryTree();
  tree.write("main/metacache.json", '{ "name": "shop" }');
  const main = await indexedRepository(tree, "main");
  tree.git("-C", "main", "worktree", "add", "-q", "../second");
  const names = await Promise.all(
    [main, tree.at("second")].map(async (project) => (await resolveProject({ project, environment: {} })).name),
  );
  expect(names).toEqual(["shop", `shop@${tree.at("second")}`]);
  const given = await resolveProject({ project: tree.at("second"), environment: {}, flags: { name: "mine" } });
  expect(given.name).toBe("mine");
});

test("a folder that only says that it is a worktree is none", async () => {
  using tree = new TemporaryTree();
  await indexedRepository(tree, "main");
  tree.git("-C", "main", "worktree", "add", "-q", "../second");
  const stranger = temporaryDirectory();
  writeFileSync(join(stranger, ".git"), `gitdir: ${tree.at("main/.git/worktrees/second")}\n`);
  expect((await resolveProject({ project: stranger, environment: {} })).database).toMatchObject({
    file: join(realpathSync(stranger), ".metacache/metadata.db"),
  });
  // A submodule's `.git` is a file, too.
  const submodule = tree.at("sub");
  mkdirSync(submodule);
  writeFileSync(join(submodule, ".git"), "gitdir: ../main/.git\n");
  expect((await resolveProject({ project: submodule, environment: {} })).database).toMatchObject({
    file: join(submodule, ".metacache/metadata.db"),
  });
});

test("a branch that is checked out again, and a file that is renamed, are not parsed again", async () => {
  using tree = new TemporaryTree();
  const main = await indexedRepository(tree, "main");
  tree.git("-C", "main", "checkout", "-q", "-b", "other");
  for (let file = 0; file < 10; file++) tree.write(`main/f${file}.js`, `function other${file}() {}\n`);
  tree.git("-C", "main", "commit", "-qam", "other");
  expect(await jsonIn(main, "index")).toMatchObject({ changed: 10, takenOver: 0 });
  tree.git("-C", "main", "checkout", "-q", "-");
  expect(await jsonIn(main, "index")).toMatchObject({ changed: 10, takenOver: 10 });
  tree.git("-C", "main", "checkout", "-q", "other");
  expect(await jsonIn(main, "index")).toMatchObject({ changed: 10, takenOver: 10 });
  expect((await metacacheIn(main, "get", "f3.js")).stdout).toContain("other3");
  mkdirSync(join(main, "moved"));
  renameSync(join(main, "f3.js"), join(main, "moved/g.js"));
  expect(await jsonIn(main, "index")).toMatchObject({ added: 1, removed: 1, takenOver: 1 });
  expect((await metacacheIn(main, "get", "moved/g.js")).stdout).toContain("other3");
  expect(await jsonIn(main, "index", "--force")).toMatchObject({ takenOver: 0 });
});

test("`projects --prune` removes the worktrees whose folder is gone, and nothing else", async () => {
  using tree = new TemporaryTree();
  const main = await indexedRepository(tree, "main");
  for (const name of ["one", "two"]) {
    tree.git("-C", "main", "worktree", "add", "-q", `../${name}`);
    await metacacheIn(tree.at(name), "index");
  }
  rmSync(tree.at("one"), { recursive: true });
  expect((await metacacheIn(main, "projects")).stdout).toMatch(/one.*its folder no longer exists/);
  expect(await jsonIn(main, "projects", "--prune", "--yes")).toMatchObject({ pruned: [{ name: tree.at("one"), files: FILES }] });
  const { projects } = (await jsonIn(main, "projects")) as { projects: { label: string }[] };
  expect(projects.map(({ label }) => label)).toEqual([main, tree.at("two")]);
  expect(await jsonIn(main, "projects", "--prune", "--yes")).toMatchObject({ pruned: [] });
  expect(dirname(main)).toBe(dirname(tree.at("two")));
});
