import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

function git(...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], { cwd: root, stdio: "ignore" });
}

async function placesOf(...args: readonly string[]): Promise<readonly string[]> {
  const { findings } = (await jsonIn(root, "check", ...args)) as {
    readonly findings: readonly { readonly path: string; readonly line: number; readonly code: string }[];
  };
  return findings.map(({ path, line, code }) => `${path}:${line} ${code}`);
}

beforeAll(() => {
  git("init", "-q", "-b", "main");
  mkdirSync(join(root, "docs"));
  mkdirSync(join(root, "src"));
  for (const name of ["removed", "renamed", "kept"])
    writeFileSync(join(root, `docs/${name}.md`), `# ${name}\n\nSome lines of text about ${name}, long enough.\n`);
  writeFileSync(join(root, "docs/headed.md"), "# Headed\n\n## 1. First\n\n## 2. Second\n");
  writeFileSync(
    join(root, "src/citing.ts"),
    "// docs/removed.md\n// docs/renamed.md\n// docs/headed.md §2\n// docs/headed.md §7\n// docs/older-fault.md\n// docs/kept.md\n",
  );
  git("add", "-A");
  git("commit", "-qm", "begin");
  git("checkout", "-q", "-b", "work");
  rmSync(join(root, "docs/removed.md"));
  renameSync(join(root, "docs/renamed.md"), join(root, "docs/other.md"));
  writeFileSync(join(root, "docs/headed.md"), "# Headed\n\n## 1. First\n");
  writeFileSync(join(root, "src/changed.ts"), "// docs/new-fault.md\n");
  git("add", "-A");
});

describe("what a change breaks is found in files that it does not touch, and older faults are left out", () => {
  const expected = [
    "src/changed.ts:1 never-existed",
    "src/citing.ts:1 deleted",
    "src/citing.ts:2 moved",
    "src/citing.ts:3 no-such-section",
  ];

  test("of what is staged, and of all since a revision, committed or not", async () => {
    expect(await placesOf("--staged")).toEqual(expected);
    expect(await placesOf("--since", "main")).toEqual(expected);
    git("commit", "-qm", "change");
    expect(await placesOf("--since", "main")).toEqual(expected);
    expect(await placesOf("--staged")).toEqual([]);
    expect(await placesOf("--since", "HEAD")).toEqual([]);
    writeFileSync(join(root, "src/untracked.ts"), "// docs/other-fault.md\n");
    expect(await placesOf("--since", "HEAD")).toEqual(["src/untracked.ts:1 never-existed"]);
  });

  test("a file that is removed and not staged counts as removed, with an index or without", async () => {
    rmSync(join(root, "docs/kept.md"));
    expect(await placesOf("--since", "HEAD")).toContain("src/citing.ts:6 deleted");
    expect(await placesOf()).toContain("src/citing.ts:6 deleted");
    await metacacheIn(root, "index");
    expect(await placesOf()).toContain("src/citing.ts:6 deleted");
    git("checkout", "docs/kept.md");
    expect(await placesOf()).not.toContain("src/citing.ts:6 deleted");
    // Outside of a sparse checkout, files are not on disk, and are there all the same.
    git("update-index", "--skip-worktree", "docs/kept.md");
    rmSync(join(root, "docs/kept.md"));
    expect(await placesOf()).not.toContain("src/citing.ts:6 deleted");
    git("update-index", "--no-skip-worktree", "docs/kept.md");
    git("checkout", "docs/kept.md");
  });

  test("a revision that does not exist, two ways at once and a folder without git are trouble", async () => {
    const [none, option, both] = await metacacheAll(
      root,
      ["check", "--since", "nowhere"],
      ["check", "--since=--output=x"],
      ["check", "--since", "main", "--staged"],
    );
    expect([none?.code, option?.code, both?.code]).toEqual([2, 2, 2]);
    expect(none?.stderr).toContain('there is no revision "nowhere"');
    const bare = keptDirectory();
    writeFileSync(join(bare, "a.ts"), "// docs/x.md\n");
    const { code, stderr } = await metacacheIn(bare, "check", "--since", "main");
    expect([code, stderr.includes("needs a git repository")]).toEqual([2, true]);
  });
});

test("a document that was removed is missing, whether somebody has staged that or not, with an index and without", async () => {
  const folder = keptDirectory();
  const inFolder = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", ...args], {
      cwd: folder,
      stdio: "ignore",
    });
  inFolder("init", "-q");
  mkdirSync(join(folder, "docs"));
  for (const name of ["gone", "left-out"]) writeFileSync(join(folder, `docs/${name}.md`), "# Text\n");
  writeFileSync(join(folder, "a.ts"), "// docs/gone.md docs/left-out.md docs/left-out-too.md\n");
  writeFileSync(join(folder, "docs/left-out-too.md"), "# Text\n");
  writeFileSync(join(folder, "metacache.json"), '{ "exclude": ["left-out*"] }');
  inFolder("add", "-A");
  inFolder("commit", "-qm", "begin");
  await metacacheIn(folder, "index");
  for (const name of ["gone", "left-out"]) rmSync(join(folder, `docs/${name}.md`));
  for (const args of [[], ["--since", "HEAD"], ["--database", `sqlite:${join(keptDirectory(), "none.db")}`]]) {
    const { stdout } = await metacacheIn(folder, "check", ...args);
    expect(stdout.match(/deleted {2}\S+/g)).toEqual(["deleted  docs/gone.md", "deleted  docs/left-out.md"]);
  }
});
