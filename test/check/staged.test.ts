import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonIn, metacacheIn, START } from "../support/command.ts";
import { GitRepository } from "../support/git-repository.ts";
import { keptDirectory } from "../support/temporary-database.ts";

describe("what is staged is judged, and not what lies in the working tree", () => {
  test("a fault that is staged is found although the file was mended since, and the other way round", async () => {
    const repository = new GitRepository({ "docs/guide.md": "# Guide\n", "a.ts": "// docs/guide.md\n", "b.ts": "// docs/guide.md\n" });
    repository.write("a.ts", "//\n// docs/staged-fault.md\n");
    repository.write("b.ts", "// docs/guide.md, twice\n");
    repository.git("add", "a.ts", "b.ts");
    repository.write("a.ts", "// docs/guide.md\n");
    repository.write("b.ts", "// docs/later-fault.md\n");
    expect(await repository.findings("--staged")).toEqual(["a.ts:2 never-existed docs/staged-fault.md"]);
    await metacacheIn(repository.root, "index");
    expect(await repository.findings("--staged")).toEqual(["a.ts:2 never-existed docs/staged-fault.md"]);
    // The line is shown as it is staged.
    expect((await metacacheIn(repository.root, "check", "--staged")).stdout).toContain("    // docs/staged-fault.md\n");
  });

  test("a deletion counts if it is staged, and only then; a file that nobody has added does not exist", async () => {
    const repository = new GitRepository({ "docs/one.md": "# One\n", "docs/two.md": "# Two\n", "a.ts": "// docs/one.md docs/two.md\n" });
    rmSync(join(repository.root, "docs/one.md"));
    repository.git("rm", "-q", "--cached", "docs/two.md");
    repository.write("docs/three.md", "# Three\n");
    repository.write("b.ts", "// docs/three.md\n");
    repository.git("add", "b.ts");
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 deleted docs/two.md", "b.ts:1 never-existed docs/three.md"]);
    repository.git("add", "-A");
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 deleted docs/one.md"]);
  });

  test("a rename that is staged is followed, and what was renamed since is where the index has it", async () => {
    const text = "# Plan\n\nA text that is long enough to be recognized after it was renamed.\n";
    const repository = new GitRepository({
      "docs/plan-of-work.md": text,
      "docs/kept-plan.md": `${text}x`,
      "a.ts": "// docs/plan-of-work.md docs/kept-plan.md\n",
    });
    repository.git("mv", "docs/plan-of-work.md", "docs/work.md");
    rmSync(join(repository.root, "docs/work.md"));
    renameSync(join(repository.root, "docs/kept-plan.md"), join(repository.root, "docs/other.md"));
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 moved docs/plan-of-work.md"]);
  });

  test("headings are those that are staged, and a document that was renamed has those of its old name", async () => {
    const repository = new GitRepository({
      "docs/guide.md": "# Guide\n\n## Start\n\n## End\n",
      "a.ts": "// docs/guide.md#start docs/guide.md#end\n",
    });
    repository.write("docs/guide.md", "# Guide\n\n## End\n");
    repository.git("add", "-A");
    repository.write("docs/guide.md", "# Guide\n\n## Start\n\n## End\n");
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 no-such-section docs/guide.md"]);
  });

  test("files that git is told not to look at, and such as have only been announced, are as the index has them", async () => {
    const repository = new GitRepository({ "docs/guide.md": "# Guide\n", "a.ts": "// docs/guide.md\n", "b.ts": "//\n" });
    repository.git("update-index", "--assume-unchanged", "a.ts");
    repository.git("update-index", "--skip-worktree", "docs/guide.md");
    repository.write("a.ts", "// docs/unseen-fault.md\n");
    rmSync(join(repository.root, "docs/guide.md"));
    repository.write("docs/announced.md", "# Announced\n");
    repository.git("add", "--intent-to-add", "docs/announced.md");
    repository.write("b.ts", "// docs/guide.md docs/announced.md\n");
    repository.git("add", "b.ts");
    expect(await repository.findings("--staged")).toEqual(["b.ts:1 never-existed docs/announced.md"]);
  });

  test("the index that a commit makes for itself is the one that counts in its hooks", async () => {
    const repository = new GitRepository({ "docs/guide.md": "# Guide\n", "a.ts": "// docs/guide.md\n", "b.ts": "//\n" });
    const hook = join(repository.root, ".git/hooks/pre-commit");
    writeFileSync(hook, `#!/bin/sh\n'${process.execPath}' '${START}' check --staged --format json > .git/answer\n`);
    chmodSync(hook, 0o755);
    repository.write("a.ts", "// docs/fault-of-a.md\n");
    repository.write("b.ts", "// docs/fault-of-b.md\n");
    const answer = (): string => readFileSync(join(repository.root, ".git/answer"), "utf8");
    expect(() => repository.git("commit", "-qm", "x", "a.ts")).toThrow(/./);
    expect(answer()).toMatch(/fault-of-a/);
    expect(answer()).not.toMatch(/fault-of-b/);
    expect(() => repository.git("commit", "-aqm", "x")).toThrow(/./);
    expect(answer()).toMatch(/fault-of-a[^]*fault-of-b/);
    repository.write("a.ts", "// docs/guide.md, again\n");
    repository.git("commit", "-qm", "x", "a.ts");
    expect(repository.git("log", "--oneline").split("\n")).toHaveLength(3);
  });

  test("the first commit, names with line ends and quotes, and a project within a repository", async () => {
    const repository = new GitRepository();
    repository.write('sub/docs/od"d\nname.md', "[x](gone-one.md)\n");
    repository.write("sub/a.ts", "// docs/first-fault.md\n");
    repository.write("other/b.ts", "// docs/outside.md\n");
    repository.git("add", "-A");
    for (const path of ['sub/docs/od"d\nname.md', "sub/a.ts"]) repository.write(path, "");
    const inFolder = await jsonIn(join(repository.root, "sub"), "check", "--staged", "--project", join(repository.root, "sub"));
    expect((inFolder["findings"] as readonly { readonly target: string }[]).map(({ target }) => target)).toEqual([
      "docs/first-fault.md",
      "gone-one.md",
    ]);
    expect(inFolder["compared"]).toEqual({ what: "index", text: "what is staged with nothing: there is no commit yet" });
  });

  test("marks, patterns and the baseline are those that are staged", async () => {
    const repository = new GitRepository({ "docs/guide.md": "# Guide\n", "a.ts": "//\n", "b.ts": "//\n", "old/c.ts": "//\n" });
    repository.write("a.ts", "// docs/fault-one.md metacache-ignore: made later\n");
    repository.write("b.ts", "// docs/fault-two.md\n");
    repository.write("old/c.ts", "// docs/fault-three.md\n");
    repository.write("metacache.json", '{ "check": { "ignore": ["old/"] } }');
    const entry = { file: "b.ts", target: "docs/fault-two.md", kind: "file", count: 1 };
    repository.write(".metacache-baseline.json", JSON.stringify({ version: 1, entries: [entry] }));
    repository.git("add", "-A");
    for (const path of ["a.ts", "metacache.json", ".metacache-baseline.json"]) rmSync(join(repository.root, path));
    expect(await repository.findings("--staged")).toEqual([]);
    repository.git("rm", "-q", "--cached", "metacache.json", ".metacache-baseline.json");
    repository.write("metacache.json", '{ "check": { "ignore": ["old/"] } }');
    expect(await repository.findings("--staged")).toEqual([
      "b.ts:1 never-existed docs/fault-two.md",
      "old/c.ts:1 never-existed docs/fault-three.md",
    ]);
  });

  test("a merge that has conflicts left is trouble, with what to do", async () => {
    const repository = new GitRepository({ "a.md": "# A\n" });
    repository.git("checkout", "-qb", "other");
    repository.write("a.md", "# B\n");
    repository.commit();
    repository.git("checkout", "-q", "main");
    repository.write("a.md", "# C\n");
    repository.commit();
    expect(() => repository.git("merge", "-q", "other")).toThrow(/./);
    const { code, stderr } = await metacacheIn(repository.root, "check", "--staged");
    expect([code, stderr]).toEqual([2, expect.stringMatching(/a\.md has merge conflicts.*git add/)]);
    repository.write("a.md", "[gone](gone.md)\n");
    repository.git("add", "a.md");
    expect(await repository.findings("--staged")).toEqual(["a.md:1 never-existed gone.md"]);
  });

  test("a large file, a binary one and a link exist, and nothing is known of them", async () => {
    const repository = new GitRepository();
    repository.write("docs/large.md", `# Large\n\n${"x".repeat(2 << 20)}\n[gone](gone.md)\n`);
    repository.write("docs/binary.md", "\0[gone](gone.md)\n");
    repository.git("init", "-q");
    execFileSync("ln", ["-s", "large.md", join(repository.root, "docs/link.md")]);
    repository.write("a.ts", "// docs/large.md#x docs/binary.md#x docs/link.md#x docs/none-such.md\n");
    repository.git("add", "-A");
    for (const path of ["docs/large.md", "docs/binary.md", "docs/link.md", "a.ts"]) rmSync(join(repository.root, path));
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 missing docs/none-such.md"]);
  });

  test("no filter of the repository runs, and contents are read although a filter is required", async () => {
    const repository = new GitRepository({ "docs/guide.md": "# Guide\n", "a.ts": "// docs/staged-fault.md\n" });
    const mark = join(keptDirectory(), "was run");
    const program = join(keptDirectory(), "program");
    writeFileSync(program, `#!/bin/sh\necho x >> '${mark}'\ncat\n`);
    chmodSync(program, 0o755);
    repository.git("rm", "-q", "--cached", "a.ts");
    repository.git("commit", "-qm", "x");
    repository.git("add", "a.ts");
    repository.write("a.ts", "//\n");
    repository.write(".gitattributes", "* filter=x diff=x\n");
    const sections = `[filter "x"]\nclean = ${program}\nsmudge = ${program}\nrequired = true\n[diff "x"]\ntextconv = ${program}\n`;
    appendFileSync(join(repository.root, ".git/config"), sections);
    expect(await repository.findings("--staged")).toEqual(["a.ts:1 never-existed docs/staged-fault.md"]);
    expect(existsSync(mark)).toBe(false);
  });

  test("--fix mends the working tree, and what is staged stays a finding until somebody stages that", async () => {
    const repository = new GitRepository({ "docs/Guide.md": "# Guide\n", "a.ts": "//\n" });
    repository.write("a.ts", "// docs/guide.md\n");
    repository.git("add", "a.ts");
    const { code, stderr } = await metacacheIn(repository.root, "check", "--staged", "--fix");
    expect([code, stderr]).toEqual([1, expect.stringContaining("fixed a.ts:1: docs/guide.md -> docs/Guide.md (not staged: `git add` it)")]);
    expect(readFileSync(join(repository.root, "a.ts"), "utf8")).toBe("// docs/Guide.md\n");
    repository.git("add", "a.ts");
    expect(await repository.findings("--staged")).toEqual([]);
  });
});

test("--since and --staged say what they compare with what", async () => {
  const repository = new GitRepository({ "a.md": "# A\n" });
  const base = repository.git("rev-parse", "HEAD").trim();
  repository.git("checkout", "-qb", "work");
  repository.write("b.md", "[gone](gone.md)\n");
  repository.commit();
  const head = repository.git("rev-parse", "HEAD").trim();
  repository.git("checkout", "-q", "main");
  repository.write("c.md", "# C\n");
  repository.commit();
  repository.git("checkout", "-q", "work");
  const last = async (...args: readonly string[]): Promise<string | undefined> =>
    (await metacacheIn(repository.root, "check", ...args)).stdout.trimEnd().split("; ").at(-1);
  expect(await last("--since", "main")).toBe(`compared the working tree with ${base.slice(0, 12)}, the merge base of HEAD and main`);
  expect(await last("--since", "HEAD")).toBe(`compared the working tree with ${head.slice(0, 12)}, which is HEAD`);
  expect(await last("--staged")).toBe(`compared what is staged with ${head.slice(0, 12)}, which is HEAD`);
  expect((await jsonIn(repository.root, "check", "--since", "main"))["compared"]).toMatchObject({ what: "working-tree", commit: base });
});

test("--since does not write git's index, and a file whose time alone has changed is no change", async () => {
  const repository = new GitRepository({ "a.ts": "// docs/older-fault.md\n", "docs/x.md": "# X\n" });
  const index = join(repository.root, ".git/index");
  execFileSync("touch", ["-d", "2001-01-01", join(repository.root, "a.ts")]);
  const before = readFileSync(index);
  expect((await metacacheIn(repository.root, "check", "--since", "HEAD")).stdout).toMatch(/^checked 0 references/);
  expect(readFileSync(index).equals(before)).toBe(true);
});
