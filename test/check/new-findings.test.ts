import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonIn, metacacheIn } from "../support/command.ts";
import { GitRepository } from "../support/git-repository.ts";

const NEW = ["--since", "HEAD", "--new"];

describe("with --new, only what the change itself has broken is a finding", () => {
  test("a fault that a changed file had before is older, however often its line moves, and one more of its kind is new", async () => {
    const repository = new GitRepository({
      "docs/x.md": "# X\n",
      "a.ts": "// docs/older.md\n// docs/x.md#older-section\n// docs/mended.md\n",
    });
    repository.write("a.ts", "//\n//\n// docs/x.md#older-section\n// docs/older.md\n");
    expect(await repository.findings("--since", "HEAD")).toHaveLength(2);
    expect(await repository.findings(...NEW)).toEqual([]);
    repository.write("a.ts", "// docs/older.md, docs/older.md\n// docs/x.md#older-section docs/x.md#new-section\n// docs/new.md\n");
    const found = ["a.ts:1 never-existed docs/older.md", "a.ts:2 no-such-section docs/x.md", "a.ts:3 never-existed docs/new.md"];
    expect(await repository.findings(...NEW)).toEqual(found);
    repository.git("add", "-A");
    expect(await repository.findings("--staged", "--new")).toEqual(found);
    const { stdout } = await metacacheIn(repository.root, "check", ...NEW);
    expect(stdout).toMatch(/, 3 dangling, 2 older; compared /);
    expect(await jsonIn(repository.root, "check", ...NEW)).toMatchObject({ older: 2, ignored: 0 });
  });

  test("a reference that worked before is new, also in a file that changed, moved, or refers to its own folder", async () => {
    const repository = new GitRepository({
      "docs/gone.md": "# Gone\n\nThis document will be removed by the change.\n",
      "docs/headed.md": "# Headed\n\n## One\n\nText of some length, so that git finds the same document.\n",
      "docs/mover.md": "# Mover\n\n[near](headed.md) [older](older.md) and text of some length, for git to compare.\n",
      "a.ts": "// docs/gone.md docs/headed.md#one docs/older.md\n",
    });
    rmSync(join(repository.root, "docs/gone.md"));
    repository.write("docs/headed.md", "# Headed\n\n## Two\n\nText of some length, so that git finds the same document.\n");
    repository.write("a.ts", "// docs/gone.md docs/headed.md#one docs/older.md, changed\n");
    repository.git("mv", "docs/mover.md", "mover.md");
    expect(await repository.findings(...NEW)).toEqual([
      "a.ts:1 deleted docs/gone.md",
      "a.ts:1 no-such-section docs/headed.md",
      "mover.md:3 moved headed.md",
    ]);
  });

  test("a file that was renamed within its folder keeps its older faults; one that git does not know has only new ones", async () => {
    const text = "# Text\n\n[older](older.md), and text of some length, so that git finds the file again.\n";
    const repository = new GitRepository({ "docs/a.md": text });
    repository.git("mv", "docs/a.md", "docs/b.md");
    expect(await repository.findings(...NEW)).toEqual([]);
    repository.write("docs/c.md", text);
    expect(await repository.findings(...NEW)).toEqual(["docs/c.md:3 never-existed older.md"]);
  });

  test("a mark hides one older fault, and a mark that objects is as old as its line", async () => {
    const repository = new GitRepository({
      "docs/x.md": "# X\n",
      "a.ts": "// docs/older.md\n// docs/x.md metacache-ignore: nothing to hide\n// docs/x.md metacache-ignore\n",
    });
    repository.write(
      "a.ts",
      "// docs/older.md metacache-ignore: a sample\n// docs/older.md\n// docs/x.md metacache-ignore: nothing to hide\n// docs/x.md metacache-ignore\n",
    );
    expect(await repository.findings(...NEW)).toEqual(["a.ts:2 never-existed docs/older.md"]);
    repository.write(
      "a.ts",
      "// docs/x.md metacache-ignore: nothing to hide\n// docs/x.md metacache-ignore\n// docs/x.md metacache-ignore\n",
    );
    expect(await repository.findings(...NEW)).toEqual(["a.ts:3 ignore-without-reason metacache-ignore"]);
  });

  test("the rules of the project look at what the files were, too", async () => {
    const rules = { "header-incomplete": { files: ["*.ts"] }, "intent-missing": { files: ["*.ts"] }, "orphan-documents": {} };
    const repository = new GitRepository({
      "metacache.json": JSON.stringify({ check: { rules } }),
      "a.ts": "export function older() {}\n// docs/cited.md\n",
      "docs/older.md": "# Older\n",
      "docs/cited.md": "# Cited\n",
    });
    repository.write("a.ts", "export function older() {}\nexport function newer() {}\n");
    repository.write("docs/older.md", "# Older, and nobody refers to it\n");
    repository.write("docs/cited.md", "# Cited no more\n");
    expect(await repository.findings(...NEW)).toEqual(["a.ts:2 intent-missing newer", "docs/cited.md:1 orphan-documents docs/cited.md"]);
  });

  test("files that are not text, and those of a first commit, have no older faults", async () => {
    const repository = new GitRepository();
    repository.write("a.ts", "// docs/x.md docs/no-y.md\n");
    repository.write("docs/x.md", "# X\n");
    repository.git("add", "-A");
    expect(await repository.findings("--staged", "--new")).toEqual(["a.ts:1 missing docs/no-y.md"]);
    repository.write("a.ts", "\0\0// docs/no-y.md");
    repository.commit();
    repository.write("a.ts", "// docs/no-y.md\n");
    expect(await repository.findings(...NEW)).toEqual(["a.ts:1 never-existed docs/no-y.md"]);
  });

  test("without a change to compare with, it is refused", async () => {
    const repository = new GitRepository({ "a.md": "# A\n" });
    const { code, stderr } = await metacacheIn(repository.root, "check", "--new");
    expect([code, stderr]).toEqual([2, expect.stringContaining("--new is given without --since or --staged: add one of them")]);
  });
});

describe("paths that are given", () => {
  const files = {
    "docs/x.md": "# X\n\n## One\n\n[y](no-y.md)\n",
    "docs/deep/z.md": "# Z\n\n[gone](gone.md)\n",
    "a.ts": "// docs/x.md#two\n// docs/no-w.md\n",
    "b.ts": "// docs/x.md docs/no-v.md\n",
  };

  test("limit the check to references in and to them: files, folders, from any folder", async () => {
    const repository = new GitRepository(files);
    const ofDocument = ["a.ts:1 no-such-section docs/x.md", "docs/x.md:5 never-existed no-y.md"];
    expect(await repository.findings("docs/x.md")).toEqual(ofDocument);
    expect(await repository.findings(join(repository.root, "docs/x.md"))).toEqual(ofDocument);
    expect(await repository.findings("docs", "b.ts")).toEqual([
      ofDocument[0],
      "b.ts:1 never-existed docs/no-v.md",
      "docs/deep/z.md:3 never-existed gone.md",
      ofDocument[1],
    ]);
    expect(await repository.findings(".")).toEqual(await repository.findings());
    const { findings } = (await jsonIn(join(repository.root, "docs"), "check", "--project", "..", "deep/z.md")) as {
      readonly findings: readonly unknown[];
    };
    expect(findings).toHaveLength(1);
  });

  test("limit a change to what it did to them", async () => {
    const repository = new GitRepository({ ...files, "c.ts": "// docs/deep/z.md docs/gone.md\n", "docs/gone.md": "# Gone\n" });
    rmSync(join(repository.root, "docs/gone.md"));
    repository.git("mv", "docs/deep/z.md", "docs/deep/other.md");
    repository.write("a.ts", "// docs/x.md#two docs/no-u.md\n// docs/no-w.md\n");
    expect(await repository.findings(...NEW, "a.ts")).toEqual(["a.ts:1 never-existed docs/no-u.md"]);
    expect(await repository.findings(...NEW, "docs/gone.md")).toEqual(["c.ts:1 deleted docs/gone.md"]);
    expect(await repository.findings(...NEW, "docs/deep")).toContain("c.ts:1 moved docs/deep/z.md");
    expect(await repository.findings(...NEW, "b.ts")).toEqual([]);
  });

  test("that are of no file, outside, or left out never pass unheard", async () => {
    const repository = new GitRepository({ ...files, "docs/archive/old.md": "[gone](gone.md)\n", ".gitignore": "made/\n" });
    repository.write("made/x.md", "# X\n");
    for (const [path, problem] of [
      ["docs/xx.md", 'has no file or folder "docs/xx.md", or git ignores it: did you mean docs/x.md?'],
      ["made/x.md", "or git ignores it"],
      ["../x.md", "is outside the project"],
      ["", "is outside the project"],
    ] as const) {
      const { code, stderr } = await metacacheIn(repository.root, "check", "--", path);
      expect([code, stderr]).toEqual([2, expect.stringContaining(problem)]);
    }
    const { code, stderr } = await metacacheIn(repository.root, "check", "docs/archive");
    expect([code, stderr]).toEqual([0, expect.stringContaining("docs/archive is left out, so only references to it are checked")]);
  });
});
