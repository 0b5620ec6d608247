import { renameSync, symlinkSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { fileText } from "../../src/server/show/file-text.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";

it("reads a file of the tree, and none that a link leads to, in any part of its path", () => {
  const [tree, outside] = [new TemporaryTree(), new TemporaryTree()];
  onTestFinished(() => {
    for (const each of [tree, outside]) each[Symbol.dispose]();
  });
  tree.write("a/b/file.txt", "inside\n");
  outside.write("b/file.txt", "secret\n");
  expect(fileText(tree.root, "a/b/file.txt", undefined)).toBe("inside\n");
  renameSync(tree.at("a"), tree.at("old"));
  symlinkSync(outside.root, tree.at("a"));
  expect(() => fileText(tree.root, "a/b/file.txt", undefined)).toThrow("its path contains a symbolic link");
  symlinkSync(outside.at("b/file.txt"), tree.at("link.txt"));
  expect(() => fileText(tree.root, "link.txt", undefined)).toThrow("its path contains a symbolic link");
});
