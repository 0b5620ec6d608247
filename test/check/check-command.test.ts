import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn, type Outcome } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

interface Found {
  readonly code: string;
  readonly severity: string;
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly target: string;
  readonly problem: string;
  readonly remedy: string;
  readonly fix?: { readonly from: string; readonly to: string };
}

function write(root: string, path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function git(root: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function commit(root: string, message: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-q", "-m", message);
}

async function findingsIn(root: string, ...args: readonly string[]): Promise<readonly Found[]> {
  return (await jsonIn(root, "check", ...args))["findings"] as readonly Found[];
}

const root = keptDirectory();
let findings: readonly Found[];
let outcome: Outcome;

beforeAll(async () => {
  git(root, "init", "-q");
  write(root, "docs/guide.md", "# Guide\n\n## 1. Start\n\n### 1.2 Install it\n\n## Über die Welt: ja!\n");
  write(root, "docs/old/plan-of-work.md", "# Plan\n\nA text that is long enough to be recognized after it was renamed.\n");
  write(root, "docs/gone.md", "# Gone\n");
  write(root, "docs/Case.md", "# Case\n");
  write(root, "docs/page.mdx", "# Page\n");
  write(root, "docs/handbook.md", "# Handbook\n");
  write(root, "docs/notes/unique-notes-file.md", "# Unique\n");
  commit(root, "begin");
  mkdirSync(join(root, "docs/new"));
  renameSync(join(root, "docs/old/plan-of-work.md"), join(root, "docs/new/work.md"));
  rmSync(join(root, "docs/gone.md"));
  write(root, ".gitignore", "/docs/built/\n");
  write(
    root,
    "src/a.ts",
    `// moved: see docs/old/plan-of-work.md
// gone: see docs/gone.md
// case: see docs/case.md
// extension: see docs/page.md
// slip: see docs/handbok.md
// never: see docs/never-there.md
// section: docs/guide.md §1.3 and docs/guide.md §1.2
// anchor: docs/guide.md#uber-die-welt and docs/guide.md#über-die-welt-ja
// likely: resources/unique-notes-file.md
// bare: SKILL.md; absolute: /opt/data/SETTINGS.md; left out: .../x.md; example: docs/x.md; built: docs/built/api-of-it.md
// code: src/nothing.ts; pinned: docs/at-that-time.md @ 6ee3d4a
// ignored: docs/not-here.md metacache-ignore: written by the release
export const a = 1;
`,
  );
  write(root, "README.md", "# Read me\n\n[there](docs/guide.md) [not there](docs/nowhere.md) [section](docs/guide.md#start)\n");
  commit(root, "change");
  findings = await findingsIn(root);
  outcome = await metacacheIn(root, "check");
});

function at(path: string, line: number): Found | undefined {
  return findings.find((each) => each.path === path && each.line === line);
}

describe("a reference that names nothing is told with its place and its remedy", () => {
  test.each([
    [1, "moved", "error", "docs/new/work.md"],
    [3, "case", "error", "docs/Case.md"],
    [4, "extension", "error", "docs/page.mdx"],
    [9, "moved", "warning", undefined],
  ])("line %i is %s", (line, code, severity, to) => {
    const finding = at("src/a.ts", line);
    expect(finding).toMatchObject({ code, severity });
    expect(finding?.fix?.to).toBe(to);
  });

  test("a deleted file is told with the commit, one that never existed as that, a slip with what is meant", () => {
    const head = git(root, "rev-parse", "--short", "HEAD").trim();
    expect(at("src/a.ts", 2)).toMatchObject({ code: "deleted", problem: `the file was deleted in ${head}`, column: 14 });
    expect(at("src/a.ts", 6)).toMatchObject({ code: "never-existed" });
    expect(at("src/a.ts", 5)).toMatchObject({ code: "did-you-mean", remedy: "did you mean docs/handbook.md?" });
  });

  test("a section is looked for by the document's own numbers, and by its anchors", () => {
    expect(findings.filter(({ code }) => code === "no-such-section").map(({ path, line, remedy }) => [path, line, remedy])).toEqual([
      ["README.md", 3, 'the nearest is "#1-start"'],
      ["src/a.ts", 7, 'the nearest is "1. Start"'],
      ["src/a.ts", 8, 'the nearest is "#über-die-welt-ja"'],
    ]);
  });

  test("nothing else is found: bare names, absolute and elided paths, examples, what builds make, pinned and ignored ones", () => {
    expect(findings.map(({ path, line }) => `${path}:${line}`)).toEqual([
      "README.md:3",
      "README.md:3",
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((line) => `src/a.ts:${line}`),
    ]);
  });

  test("people see the place, the line, the remedy, and in the end what was looked at", () => {
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toContain(
      "README.md:3:36  error  never-existed  docs/nowhere.md\n    [there](docs/guide.md) [not there](docs/nowhere.md)",
    );
    expect(outcome.stdout).toMatch(/\nchecked \d+ references in 2 files, 10 dangling, 1 warning, 1 ignored\n$/);
  });
});

test("too few references fail as trouble, and a floor that is no number is refused", async () => {
  const [low, high, wrong] = await metacacheAll(
    root,
    ["check", "--at-least", "5"],
    ["check", "--at-least", "5000"],
    ["check", "--at-least", "x"],
  );
  expect([low?.code, high?.code, wrong?.code]).toEqual([1, 2, 2]);
  expect(high?.stderr).toContain("--at-least is 5000");
});

test("options that contradict each other, or say nothing alone, are refused in the words that were typed, before anything is read", async () => {
  const outcomes = await metacacheAll(
    root,
    ["check", "--json", "--format", "sarif"],
    ["check", "--dry-run"],
    ["check", "--since", "HEAD", "--staged"],
    ["check", "--format", "xml"],
  );
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual([
    [2, "metacache: --json and --format sarif contradict each other: give one of them\n"],
    [2, "metacache: --dry-run is given without --fix: add --fix, or remove --dry-run\n"],
    [2, "metacache: --since and --staged contradict each other: give one of them\n"],
    [2, 'metacache: --format must be one of text, json, jsonl, github, sarif, junit, not "xml"\n'],
  ]);
});

test("an index that is there answers the same, and a change since then is seen; nothing is written", async () => {
  await metacacheIn(root, "index");
  expect(await findingsIn(root)).toEqual(findings);
  write(root, "docs/never-there.md", "# There\n");
  const before = git(root, "status", "--porcelain");
  expect((await findingsIn(root)).filter(({ target }) => target === "docs/never-there.md")).toEqual([]);
  expect(git(root, "status", "--porcelain")).toBe(before);
  rmSync(join(root, "docs/never-there.md"));
});

test("git's own index is not written either, although the times of files have changed", async () => {
  const index = join(root, ".git/index");
  for (const path of ["docs/guide.md", "docs/Case.md"]) utimesSync(join(root, path), 1, 1);
  const before = readFileSync(index);
  expect(await findingsIn(root)).toEqual(findings);
  expect(readFileSync(index).equals(before)).toBe(true);
});

test("without git, a file that is missing is only missing, and two of one name are both told", async () => {
  const folder = keptDirectory();
  write(folder, "docs/guide.md", "# Guide\n");
  write(folder, "one/special-plan.md", "# One\n");
  write(folder, "two/special-plan.md", "# Two\n");
  write(folder, "src/a.ts", "// see docs/special-plan.md and docs/absent-file.md\n");
  const found = await findingsIn(folder);
  expect(found.map(({ code }) => code)).toEqual(["missing", "missing"]);
  expect(found[0]?.remedy).toContain("one/special-plan.md, two/special-plan.md");
});

test("a shallow clone does not claim that a file never existed, and says why", async () => {
  const clone = join(keptDirectory(), "clone");
  execFileSync("git", ["clone", "-q", "--depth", "1", `file://${root}`, clone], { stdio: "ignore" });
  const { stdout, stderr } = await metacacheIn(clone, "check");
  expect(stderr).toContain("shallow clone");
  expect(stdout).toContain("missing  docs/never-there.md");
  expect(stdout).not.toContain("never-existed");
});

test("what lies in a submodule is not called missing", async () => {
  const outer = keptDirectory();
  git(outer, "init", "-q");
  git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", root, "parts");
  rmSync(join(outer, "parts"), { recursive: true });
  write(outer, "README.md", "[in it](parts/docs/whatever.md) [not in it](part/docs/whatever.md)\n");
  expect((await findingsIn(outer)).map(({ target }) => target)).toEqual(["part/docs/whatever.md"]);
});

test("a mark without a reason, and one that has nothing to ignore, are told", async () => {
  const folder = keptDirectory();
  write(folder, "docs/a.md", "# A\n");
  write(folder, "b.ts", "// docs/absent-one.md docs/absent-two.md metacache-ignore: made later\n// docs/absent-one.md metacache-ignore\n");
  write(folder, "c.ts", "// docs/a.md metacache-ignore: no need\n// docs/absent-one.md\n");
  expect((await findingsIn(folder)).map(({ path, line, code, target }) => [path, line, code, target])).toEqual([
    ["b.ts", 1, "missing", "docs/absent-one.md"],
    ["b.ts", 2, "missing", "docs/absent-one.md"],
    ["b.ts", 2, "ignore-without-reason", "metacache-ignore"],
    ["c.ts", 1, "unused-ignore", "metacache-ignore"],
    ["c.ts", 2, "missing", "docs/absent-one.md"],
  ]);
});
