import { mkdirSync, renameSync, rmSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { DirectoryRules } from "../../src/watch/thread/directory-rules.ts";
import { DirectoryWatches } from "../../src/watch/thread/directory-watches.ts";
import { EventQueue } from "../../src/watch/thread/event-queue.ts";
import { newTree } from "./watched.ts";

it("after events were lost, a folder that was made again under its name is watched, and so is one whose event was lost", async () => {
  const tree = newTree("plain").write("again/a.ts");
  const task = {
    root: tree.root,
    top: tree.root,
    leavesOutInstalled: true,
    exclude: [],
    git: undefined,
    cookies: undefined,
    recursive: false,
    maxWatches: 100,
    overflowAt: 100,
  };
  const rules = new DirectoryRules(task);
  const queue = new EventQueue(task, rules);
  const seen = new Set<string>();
  // The queue hears nothing of these events: they are lost.
  const watches = new DirectoryWatches(task, rules, (directory, name) => seen.add(`${directory}/${name}`));
  onTestFinished(() => watches.leave(""));
  watches.enter("");
  renameSync(tree.at("again"), tree.at("new"));
  rmSync(tree.at("new"), { recursive: true });
  mkdirSync(tree.at("again"));
  mkdirSync(tree.at("new"));
  queue.noteInTree("", null, true);
  expect(queue.take(watches)).toMatchObject({ overflow: true, directories: 3 });
  tree.write("again/b.ts").write("new/c.ts");
  await expect.poll(() => [...seen]).toEqual(expect.arrayContaining(["again/b.ts", "new/c.ts"]));
});
