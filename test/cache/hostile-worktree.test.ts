import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { linkedWorktree } from "../../src/cache/opening/worktree.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

/** A folder that says of itself that it is a worktree, of a repository in it. */
function claimingTree(): TemporaryTree {
  const tree = new TemporaryTree();
  onTestFinished(() => tree[Symbol.dispose]());
  return tree.write(".git", "gitdir: own/worktrees/x\n").write("own/worktrees/x/commondir", "../..\n");
}

it("is a worktree if both sides say so", async () => {
  const tree = claimingTree().write("own/worktrees/x/gitdir", "../../../.git\n");
  expect(await linkedWorktree(tree.root)).toEqual({ home: tree.at("own") });
});

it.each([
  ["a pipe that nobody writes to", (file: string) => void execFileSync("mkfifo", [file])],
  ["a link to a device without an end", (file: string) => symlinkSync("/dev/zero", file)],
])("reads nothing of %s", async (_what, make) => {
  const tree = claimingTree();
  make(tree.at("own/worktrees/x/gitdir"));
  expect(await linkedWorktree(tree.root)).toBeUndefined();
});
