import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonIn, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

function tree(): string {
  const root = keptDirectory();
  mkdirSync(join(root, "docs"));
  writeFileSync(join(root, "docs/guide.md"), "# Guide\n");
  writeFileSync(join(root, "a.ts"), "// docs/first-fault.md\n// docs/first-fault.md\n// docs/second-fault.md\n");
  return root;
}

function entries(root: string): unknown {
  return (JSON.parse(readFileSync(join(root, ".metacache-baseline.json"), "utf8")) as { readonly entries: unknown }).entries;
}

const FIRST = { file: "a.ts", target: "docs/first-fault.md", kind: "file", count: 2 };
const SECOND = { file: "a.ts", target: "docs/second-fault.md", kind: "file", count: 1 };

test("a baseline takes in what is new only if that is said, and tells what is no longer needed", async () => {
  const root = tree();
  const first = await metacacheIn(root, "check", "--write-baseline");
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining("+3 and -0")]);
  expect(entries(root)).toEqual([FIRST, SECOND]);

  // A line above makes no new finding; one more of the same is one.
  writeFileSync(join(root, "a.ts"), "\n// docs/first-fault.md\n// docs/first-fault.md\n// docs/second-fault.md\n// docs/first-fault.md\n");
  const more = await metacacheIn(root, "check");
  expect([more.code, more.stdout]).toEqual([1, expect.stringContaining("1 dangling, 3 ignored")]);
  expect(more.stdout).toContain("a.ts:5:4");
  const refused = await metacacheIn(root, "check", "--write-baseline");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("+0 and -0; new findings were not added")]);
  expect(entries(root)).toEqual([FIRST, SECOND]);
  const accepted = await metacacheIn(root, "check", "--accept-new");
  expect([accepted.code, accepted.stderr]).toEqual([0, expect.stringContaining("+1 and -0")]);
  expect(entries(root)).toEqual([{ ...FIRST, count: 3 }, SECOND]);

  writeFileSync(join(root, "a.ts"), "// docs/first-fault.md\n");
  const stale = await metacacheIn(root, "check");
  expect([stale.code, stale.stdout]).toEqual([1, expect.stringContaining("stale-baseline  docs/second-fault.md")]);
  const pruned = await metacacheIn(root, "check", "--prune");
  expect([pruned.code, pruned.stderr]).toEqual([0, expect.stringContaining("+0 and -3")]);
  expect(entries(root)).toEqual([{ ...FIRST, count: 1 }]);
});

test.each([
  ["of a newer version", '{"version": 2, "entries": []}', "use a newer metacache"],
  ["that is cut off", '{"version": 1, "entr', "is not JSON"],
  ["with another shape", '{"version": 1, "entries": [{"file": "a.ts"}]}', "entries[0].target"],
  ["with merge marks", "<<<<<<< HEAD\n", "is not JSON"],
])("a baseline %s is trouble, and stays as it is", async (_, text, message) => {
  const root = tree();
  writeFileSync(join(root, ".metacache-baseline.json"), text);
  const { code, stderr } = await metacacheIn(root, "check", "--accept-new");
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(readFileSync(join(root, ".metacache-baseline.json"), "utf8")).toBe(text);
});

test("classes of files are left out by patterns, and a pattern that leaves out nothing is told", async () => {
  const root = tree();
  mkdirSync(join(root, "old"));
  writeFileSync(join(root, "old/b.ts"), "// docs/other-fault.md\n");
  writeFileSync(join(root, "CHANGELOG.md"), "[gone](docs/gone.md)\n");
  writeFileSync(join(root, "metacache.json"), '{\n  "check": {\n    "ignore": ["old/",\n      "nowhere/"]\n  }\n}\n');
  const { findings } = (await jsonIn(root, "check")) as {
    readonly findings: readonly { readonly path: string; readonly line: number; readonly target: string }[];
  };
  expect(findings.map(({ path, line, target }) => [path, line, target])).toEqual([
    ["a.ts", 1, "docs/first-fault.md"],
    ["a.ts", 2, "docs/first-fault.md"],
    ["a.ts", 3, "docs/second-fault.md"],
    ["metacache.json", 4, "nowhere/"],
  ]);
  writeFileSync(join(root, "metacache.json"), '{"check": {"ignored": []}}');
  const { code, stderr } = await metacacheIn(root, "check");
  expect([code, stderr]).toEqual([2, expect.stringContaining("check.ignored is unknown")]);
  expect(existsSync(join(root, ".metacache-baseline.json"))).toBe(false);
});
