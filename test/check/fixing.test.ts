import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exactText } from "../../src/check/fixing/exact-text.ts";
import { type FixableFinding, mendText } from "../../src/check/fixing/mend-text.ts";
import { applyFixes } from "../../src/cli/commands/check/apply-fixes.ts";
import { metacacheIn, START } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

function tree(): string {
  const root = keptDirectory();
  mkdirSync(join(root, "docs/new"), { recursive: true });
  writeFileSync(join(root, "docs/Guide.md"), "# Guide\n\n## A part: of it\n");
  writeFileSync(join(root, "docs/new/special-plan.md"), "# Plan\n");
  return root;
}

function fixable(line: number, column: number | undefined, from: string, to: string): FixableFinding {
  const told = { code: "moved", severity: "error", problem: "", remedy: "" } as const;
  return { ...told, path: "a.ts", line, column, target: from, fix: { from, to } };
}

test("what has one right answer is mended in place, in whatever encoding and with whatever line ends; the rest stays", async () => {
  const root = tree();
  const before =
    "// ä: docs/guide.md and docs/guide.md\r\n// docs/special-plan.md \r// docs/absent-file.md\n// docs/Guide.md#a-part--of-it";
  const after = before
    .replaceAll("docs/guide.md", "docs/Guide.md")
    .replace("docs/special-plan", "docs/new/special-plan")
    .replace("--of", "-of");
  writeFileSync(join(root, "utf8.ts"), before);
  writeFileSync(join(root, "marked.ts"), `\uFEFF${before}`, { mode: 0o755 });
  writeFileSync(join(root, "utf16.ts"), Buffer.from(`\uFEFF${before}`, "utf16le"));
  writeFileSync(join(root, "docs/page.md"), "[a](guide.md) [b](../docs/special-plan.md) [c](./guide.md#x)\n");
  const latin = Buffer.from(before, "latin1");
  writeFileSync(join(root, "latin.ts"), latin);

  const tried = await metacacheIn(root, "check", "--fix", "--dry-run");
  expect(tried.stderr).toContain("would fix utf8.ts:1: docs/guide.md -> docs/Guide.md");
  expect(readFileSync(join(root, "utf8.ts"), "utf8")).toBe(before);

  const { code, stdout, stderr } = await metacacheIn(root, "check", "--fix");
  expect(readFileSync(join(root, "utf8.ts"), "utf8")).toBe(after);
  expect(readFileSync(join(root, "marked.ts"), "utf8")).toBe(`\uFEFF${after}`);
  expect(statSync(join(root, "marked.ts")).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(root, "utf16.ts")).equals(Buffer.from(`\uFEFF${after}`, "utf16le"))).toBe(true);
  expect(readFileSync(join(root, "docs/page.md"), "utf8")).toBe("[a](Guide.md) [b](new/special-plan.md) [c](./Guide.md#x)\n");
  expect(readFileSync(join(root, "latin.ts")).equals(latin)).toBe(true);
  expect(stderr).toContain("latin.ts:1 was left as it is");
  expect(stderr).toContain("fixed docs/page.md:1: guide.md -> Guide.md");
  expect(code).toBe(1);
  expect(stdout).toContain("docs/absent-file.md");
  expect(stdout).not.toContain("utf8.ts:1:");
});

describe("a text is mended", () => {
  test("only if its place says what was found, and only once if two overlap", () => {
    const text = "see docs/a.md\nsee docs/a.md docs/a.md\n";
    const [right, wrong, twice, over] = [
      fixable(1, 5, "docs/a.md", "b.md"),
      fixable(1, 4, "docs/a.md", "b.md"),
      fixable(2, undefined, "docs/a.md", "b.md"),
      fixable(1, 6, "ocs/a", "x"),
    ];
    expect(mendText(text, [right, wrong, twice, over])).toEqual({
      text: "see b.md\nsee docs/a.md docs/a.md\n",
      mended: [right],
      missed: [wrong, twice, over],
    });
  });

  test("only if it becomes the same bytes again", () => {
    for (const bytes of [
      Buffer.from("\uFEFFä\r\n"),
      Buffer.from("ä", "utf16le"),
      Buffer.from([0xff, 0xfe, 0x61, 0]),
      Buffer.from([0xfe, 0xff, 0, 0x61]),
    ]) {
      const exact = exactText(bytes);
      expect(exact === undefined || Buffer.from(exact.encode(exact.text)).equals(bytes)).toBe(true);
    }
    expect(exactText(Buffer.from("caf\xe9", "latin1"))).toBeUndefined();
    expect(exactText(Buffer.from([0xff, 0xfe, 0x61]))).toBeUndefined();
  });
});

test("a file that has changed since it was looked at is left alone where it does not say the same any more", () => {
  const root = keptDirectory();
  writeFileSync(join(root, "a.ts"), "// a new line\n// docs/a.md\n");
  const { fixes } = applyFixes(root, [fixable(1, 4, "docs/a.md", "docs/b.md")], false);
  expect(fixes[0]?.problem).toContain("the reference is no longer at its place");
  expect(readFileSync(join(root, "a.ts"), "utf8")).toBe("// a new line\n// docs/a.md\n");
});

test("a file behind a link is left alone: it may lie outside of the project", () => {
  const [root, outside] = [keptDirectory(), keptDirectory()];
  writeFileSync(join(outside, "a.ts"), "// docs/a.md\n");
  symlinkSync(outside, join(root, "src"));
  const { fixes, isRefused } = applyFixes(root, [{ ...fixable(1, 4, "docs/a.md", "docs/b.md"), path: "src/a.ts" }], false);
  expect([fixes[0]?.problem, isRefused]).toEqual(["a folder of its path is a symbolic link", false]);
  expect(readFileSync(join(outside, "a.ts"), "utf8")).toBe("// docs/a.md\n");
});

test("a file with the longest of names is mended, keeps its rights and leaves nothing beside it", () => {
  const root = keptDirectory();
  const name = `${"語".repeat(84)}.ts`;
  writeFileSync(join(root, name), "// docs/a.md\n", { mode: 0o640 });
  expect(applyFixes(root, [{ ...fixable(1, 4, "docs/a.md", "docs/b.md"), path: name }], false).fixes[0]).not.toHaveProperty("problem");
  expect(readFileSync(join(root, name), "utf8")).toBe("// docs/b.md\n");
  expect([statSync(join(root, name)).mode & 0o777, readdirSync(root)]).toEqual([0o640, [name]]);
});

test.skipIf(process.getuid?.() !== 0)("a file that root mends still belongs to whom it belonged", () => {
  const root = keptDirectory();
  writeFileSync(join(root, "a.ts"), "// docs/a.md\n");
  chownSync(join(root, "a.ts"), 12_345, 12_346);
  applyFixes(root, [fixable(1, 4, "docs/a.md", "docs/b.md")], false);
  const { uid, gid } = statSync(join(root, "a.ts"));
  expect([uid, gid, readFileSync(join(root, "a.ts"), "utf8")]).toEqual([12_345, 12_346, "// docs/b.md\n"]);
});

test("a tree that may not be written is told, and the check could not be done; nothing of it changes", () => {
  const root = tree();
  writeFileSync(join(root, "docs/page.md"), "[a](guide.md)\n");
  for (const folder of [root, join(root, "docs")]) chmodSync(folder, 0o555);
  // To root, rights mean nothing: then somebody else runs it.
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  try {
    const { status, stderr, stdout } = spawnSync(process.execPath, [START, "check", "--fix"], { cwd: root, encoding: "utf8", ...user });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining("docs/page.md:1 was left as it is (guide.md -> Guide.md): it cannot be written"),
    ]);
    expect(stdout).toContain("case  guide.md");
    expect([readFileSync(join(root, "docs/page.md"), "utf8"), readdirSync(join(root, "docs")).length]).toEqual(["[a](guide.md)\n", 3]);
  } finally {
    for (const folder of [root, join(root, "docs")]) chmodSync(folder, 0o755);
  }
});

const NOBODY = 65_534;

test("after a run that mends is killed, each file is as it was or as it shall be", async () => {
  const root = tree();
  const lines = Array.from({ length: 300 }, () => "// docs/guide.md\n").join("");
  for (let at = 0; at < 60; at++) writeFileSync(join(root, `file-${at}.ts`), lines);
  const child = spawn(process.execPath, [START, "check", "--fix", "-q"], { cwd: root, stdio: "ignore" });
  const ended = once(child, "exit");
  // The first file that was mended tells that it is in the midst of it.
  while (
    child.exitCode === null &&
    !readdirSync(root).some((name) => name.endsWith(".ts") && readFileSync(join(root, name), "utf8").includes("Guide"))
  ) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill("SIGKILL");
  await ended;
  const after = lines.replaceAll("guide", "Guide");
  for (let at = 0; at < 60; at++) expect([lines, after]).toContain(readFileSync(join(root, `file-${at}.ts`), "utf8"));
});
