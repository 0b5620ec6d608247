import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

test("a heading of ten kilobytes is a heading, and a section that is as long is no trouble", async () => {
  const root = keptDirectory();
  const long = "word ".repeat(2_000).trim();
  writeFileSync(join(root, "a.md"), `# ${long}\n\n## Short\n\n[b](a.md#short) [c](a.md#shorts) [d](#${long.replaceAll(" ", "-")})\n`);
  const { findings } = await jsonIn(root, "check");
  expect(findings).toMatchObject([{ code: "no-such-section", section: "#shorts", remedy: 'the nearest is "#short"' }]);
});

test("of a hundred thousand findings every format tells what it can, and the exit code is that of findings", async () => {
  const root = keptDirectory();
  mkdirSync(join(root, "docs"));
  const lines = Array.from({ length: 5_000 }, (_, at) => `[x](gone-${at}.md)\n`).join("");
  for (let at = 0; at < 20; at++) writeFileSync(join(root, `docs/${at}.md`), lines);
  const [text, json, sarif, github, junit] = await metacacheAll(
    root,
    ["check"],
    ["check", "--json"],
    ["check", "--format", "sarif"],
    ["check", "--format", "github"],
    ["check", "--format", "junit"],
  );
  expect([text, json, sarif, github, junit].map((outcome) => outcome?.code)).toEqual([1, 1, 1, 1, 1]);
  expect(text?.stdout).toMatch(
    /99,000 more findings: --format json lists all\.\nchecked 100,000 references in 20 files, 100,000 dangling\n$/,
  );
  expect((JSON.parse(json?.stdout ?? "") as { readonly findings: readonly unknown[] }).findings).toHaveLength(100_000);
  expect(sarif?.stdout.match(/"primaryLocationLineHash"/g)).toHaveLength(25_000);
  expect(github?.stdout.match(/^::error /gm)).toHaveLength(10);
  expect(junit?.stdout.match(/<failure /g)).toHaveLength(100_000);
});

test("in a repository without a commit there is nothing to compare with, and that is told as it is", async () => {
  const root = keptDirectory();
  execFileSync("git", ["init", "-q"], { cwd: root });
  writeFileSync(join(root, "a.md"), "[gone](gone.md)\n");
  const [whole, since, staged] = await metacacheAll(root, ["check"], ["check", "--since", "HEAD"], ["check", "--staged"]);
  expect([whole?.code, whole?.stdout]).toEqual([1, expect.stringContaining("missing  gone.md")]);
  expect([since?.code, since?.stderr]).toEqual([2, expect.stringContaining('there is no revision "HEAD"')]);
  expect([staged?.code, staged?.stdout]).toEqual([
    0,
    expect.stringContaining("compared what is staged with nothing: there is no commit yet"),
  ]);
});

test("a shallow clone says what it lacks to tell what has changed since a branch left another one", async () => {
  const origin = keptDirectory();
  const git = (cwd: string, ...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
      cwd,
      stdio: "ignore",
    });
  git(origin, "init", "-q", "-b", "main");
  for (const text of ["one", "two"]) {
    writeFileSync(join(origin, "a.md"), `# ${text}\n`);
    git(origin, "add", "-A");
    git(origin, "commit", "-qm", text);
  }
  git(origin, "checkout", "-qb", "work", "HEAD^");
  git(origin, "commit", "-qm", "three", "--allow-empty");
  const clone = join(keptDirectory(), "clone");
  git(origin, "clone", "-q", "--depth", "1", "--no-single-branch", `file://${origin}`, clone);
  const { code, stderr } = await metacacheIn(clone, "check", "--since", "origin/main");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/git finds no merge base of HEAD and "origin\/main".*--unshallow/)]);
});

test("--staged without git, and without a folder, says what it needs", async () => {
  const root = keptDirectory();
  writeFileSync(join(root, "a.md"), "# A\n");
  const [bare, named] = await metacacheAll(root, ["check", "--staged"], ["check", "--staged", "--project", "some-name"]);
  expect([bare?.code, bare?.stderr]).toEqual([2, expect.stringContaining("--staged needs a git repository")]);
  expect([named?.code, named?.stdout]).toEqual([2, ""]);
});
