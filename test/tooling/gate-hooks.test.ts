import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, test } from "vitest";
import { START } from "../support/command.ts";
import { type Ended, GitRepository } from "../support/git-repository.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A folder of programs: `metacache` is this one, and `npx PACKAGE` starts it, too. */
function programs(): string {
  const folder = keptDirectory();
  const write = (name: string, line: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  write("metacache", `exec '${process.execPath}' '${START}' "$@"`);
  write("npx", `[ "$1" = --yes ] && shift 2 && exec '${process.execPath}' '${START}' "$@"`);
  return folder;
}

const PATH = `${programs()}${delimiter}${process.env["PATH"]}`;

function ended({ status, stdout, stderr }: ReturnType<typeof spawnSync>): Ended {
  return { code: status, stdout: String(stdout), stderr: String(stderr) };
}

/** A commit for which hooks run. */
function commit(repository: GitRepository, ...args: readonly string[]): Ended {
  return repository.tryGit(["commit", "-m", "x", ...args], { PATH });
}

const ODD_NAMES = ["-x.md", "a b.md", "$(touch was-run).md", "`touch was-run`.md", "line\nend.md", "ü'\".md", "; touch was-run.md"];

describe("the action", () => {
  /**
   * Its steps, each with its shell, its variables and its script; a step that uses another action
   * has none.
   */
  const steps = readFileSync(join(ROOT, "action.yml"), "utf8")
    .split(/\n {4}- /)
    .slice(1)
    .map((step) => ({
      uses: /^uses: (.*)$/m.exec(step)?.[1],
      shell: /^ *shell: (.*)$/m.exec(step)?.[1],
      variables: Array.from(
        step.matchAll(/^ {8}(\w+): \$\{\{ inputs\.([\w-]+) \}\}$/gm),
        ([, name = "", input = ""]) => [name, input] as const,
      ),
      script: /\n {6}run: \|\n((?: {8}.*\n)+)/.exec(step)?.[1]?.replaceAll(/^ {8}/gm, ""),
    }));

  function run(root: string, inputs: Readonly<Record<string, string>>): Ended & { readonly summary: string } {
    const temporary = keptDirectory();
    const summary = join(temporary, "summary.md");
    const script = join(temporary, "step.sh");
    const given: Readonly<Record<string, string>> = { directory: ".", since: "", "at-least": "0", version: "1.2.3", ...inputs };
    let outcome: Ended = { code: null, stdout: "", stderr: "" };
    for (const step of steps.filter(({ script: text }) => text !== undefined)) {
      expect(step.shell).toBe("bash");
      writeFileSync(script, step.script ?? "");
      const variables = Object.fromEntries(step.variables.map(([name, input]) => [name, given[input] ?? ""]));
      const env = { ...process.env, PATH, RUNNER_TEMP: temporary, GITHUB_STEP_SUMMARY: summary, ...variables };
      outcome = ended(spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], { cwd: root, encoding: "utf8", env }));
      if (outcome.code !== 0) break;
    }
    return { ...outcome, summary: existsSync(summary) ? readFileSync(summary, "utf8") : "" };
  }

  test("has no value of an input in its script, and gets a Node first", () => {
    expect(steps.map(({ uses, script }) => uses ?? (script?.includes("${{") === false ? "script" : "unsafe"))).toEqual([
      "actions/setup-node@v4",
      "script",
    ]);
  });

  test("succeeds if all is well, fails with annotations and a summary if not, and tells trouble from findings", () => {
    const repository = new GitRepository({ "sub/docs/guide.md": "# Guide\n", "sub/a.ts": "// docs/guide.md\n" });
    for (const name of ODD_NAMES) repository.write(`sub/docs/${name}`, "[it](guide.md)\n");
    const clean = run(repository.root, { directory: "sub" });
    expect([clean.code, clean.stdout]).toEqual([0, expect.stringMatching(/- checked \d+ references in 8 files, 0 dangling/)]);
    for (const name of ODD_NAMES) repository.write(`sub/docs/${name}`, "[it](gone.md)\n");
    const found = run(repository.root, { directory: "sub" });
    expect([found.code, found.stdout.match(/^::error file=sub\/docs\//gm)?.length]).toEqual([1, ODD_NAMES.length]);
    expect(found.summary.match(/never-existed|missing/g)).toHaveLength(ODD_NAMES.length);
    expect(run(repository.root, { directory: "sub", "at-least": "500" }).code).toBe(2);
    expect(run(repository.root, { directory: "sub", since: "nowhere; touch was-run" })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('there is no revision "nowhere; touch was-run"') as string,
    });
    expect(run(repository.root, { since: "HEAD" }).stdout).toMatch(/compared the working tree with [0-9a-f]{12}, which is HEAD/);
    expect(run(repository.root, { directory: "nowhere" }).code).not.toBe(0);
    expect(existsSync(join(repository.root, "was-run")) || existsSync(join(repository.root, "sub/was-run"))).toBe(false);
  });
});

describe("the hook of pre-commit", () => {
  const text = readFileSync(join(ROOT, ".pre-commit-hooks.yaml"), "utf8");
  const valueOf = (key: string): string | undefined => new RegExp(`^ {2}${key}: (.*)$`, "m").exec(text)?.[1];

  /**
   * As pre-commit does: the entry's words are started without a shell; names of files come behind
   * them if the hook asks for that.
   */
  function install({ root }: GitRepository): void {
    const words = (valueOf("entry") ?? "").split(" ").map((word) => `'${word}'`);
    for (const name of ["pre-commit", "pre-merge-commit"]) {
      writeFileSync(join(root, ".git/hooks", name), `#!/bin/sh\nexec ${words.join(" ")} >&2\n`);
      chmodSync(join(root, ".git/hooks", name), 0o755);
    }
  }

  test("runs also if files are only deleted, and takes no names of files", () => {
    expect([valueOf("always_run"), valueOf("pass_filenames"), valueOf("language")]).toEqual(["true", "false", "node"]);
  });

  test("lets nothing pass that a commit breaks: files with odd names, a commit that only deletes, a rename, a merge", () => {
    const repository = new GitRepository({
      "docs/guide.md": "# Guide\n",
      "docs/other-guide.md": "# Other\n",
      "a.ts": "// docs/guide.md\n",
    });
    install(repository);
    for (const name of ODD_NAMES) repository.write(name, "[it](docs/gone.md)\n");
    repository.git("add", "-A");
    const odd = commit(repository);
    expect([odd.code, odd.stderr.match(/never-existed/g)?.length]).toEqual([1, ODD_NAMES.length]);
    expect(odd.stderr).toContain("compared what is staged with ");
    for (const name of ODD_NAMES) repository.write(name, "[it](docs/other-guide.md)\n");
    repository.git("add", "-A");
    expect(commit(repository).code).toBe(0);

    repository.git("rm", "-q", "docs/guide.md");
    expect(commit(repository)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/a\.ts:1:4 {2}error {2}deleted {2}docs\/guide\.md/) as string,
    });
    repository.git("reset", "-q", "--hard");
    repository.git("mv", "docs/guide.md", "docs/handbook.md");
    expect(commit(repository).code).toBe(1);
    repository.git("reset", "-q", "--hard");

    repository.git("checkout", "-qb", "work");
    repository.write("b.ts", "// docs/other-guide.md docs/guide.md\n");
    repository.git("add", "-A");
    expect(commit(repository).code).toBe(0);
    repository.git("checkout", "-q", "main");
    repository.git("rm", "-q", "docs/guide.md", "a.ts");
    expect(commit(repository).code).toBe(0);
    const merge = repository.tryGit(["merge", "-m", "x", "work"], { PATH });
    expect([merge.code, merge.stderr]).toEqual([1, expect.stringContaining("b.ts:1:24  error  deleted  docs/guide.md")]);
    repository.write("b.ts", "// docs/other-guide.md\n");
    repository.git("add", "-A");
    expect(commit(repository).code).toBe(0);
    expect(existsSync(join(repository.root, "was-run"))).toBe(false);
  });
});

describe("the plugin's hook", () => {
  function edited({ root }: GitRepository, path: string): Ended {
    const payload = {
      session_id: "abc",
      transcript_path: "/nowhere.jsonl",
      cwd: root,
      hook_event_name: "PostToolUse",
      tool_name: "Edit",
      tool_input: { file_path: join(root, path), old_string: "a", new_string: "b" },
      tool_response: { filePath: join(root, path), success: true },
    };
    const env = { ...process.env, PATH, CLAUDE_PROJECT_DIR: root };
    return ended(spawnSync(join(ROOT, "plugin/hooks/after-edit.sh"), { input: JSON.stringify(payload), encoding: "utf8", env }));
  }

  test("says nothing while all is well, and puts before the model what an edit breaks: references of the file, and to it", () => {
    const repository = new GitRepository({
      "docs/guide.md": "# Guide\n\n## Start\n\n## End\n",
      "a.ts": "// docs/guide.md#start\n// docs/older-fault.md\n",
    });
    const silent = { code: 0, stdout: "", stderr: "" };
    repository.write("a.ts", "// docs/guide.md#start\n// docs/older-fault.md\n//\n");
    expect(edited(repository, "a.ts")).toEqual(silent);
    repository.write("b.ts", "// docs/new-fault.md\n");
    expect(edited(repository, "b.ts").code).toBe(2);
    repository.write("docs/guide.md", "# Guide\n\n## Start\n");
    expect(edited(repository, "docs/guide.md")).toEqual(silent);
    repository.write("docs/guide.md", "# Guide\n\n## Begin\n\n[gone](gone.md)\n");
    const broken = edited(repository, "docs/guide.md");
    expect([broken.code, broken.stdout]).toEqual([2, ""]);
    expect(broken.stderr).toMatch(/a\.ts:1:4 {2}error {2}no-such-section {2}docs\/guide\.md#start/);
    expect(broken.stderr).toMatch(/docs\/guide\.md:5:8 {2}error {2}never-existed {2}gone\.md/);
    expect(broken.stderr).not.toMatch(/older-fault|new-fault/);
    rmSync(join(repository.root, "docs/guide.md"));
    expect(edited(repository, "docs/guide.md").stderr).toContain("deleted  docs/guide.md");
    repository.write("docs/guide.md", "# Guide\n\n## Start\n");
    expect(edited(repository, "docs/guide.md")).toEqual(silent);
    repository.write(".metacache-baseline.json", "{");
    expect(edited(repository, "docs/guide.md")).toEqual(silent);
  });

  test("says no more than a hook may, and nothing outside of a repository or of a project that is gone", () => {
    const repository = new GitRepository({ "a.md": "# A\n" });
    repository.write("a.md", Array.from({ length: 500 }, (_, at) => `[x](gone-${at}.md)\n`).join(""));
    const { code, stderr } = edited(repository, "a.md");
    expect([code, stderr.length > 5_000, stderr.length < 10_000]).toEqual([2, true, true]);
    rmSync(repository.root, { recursive: true });
    expect(edited(repository, "a.md").code).toBe(0);
    mkdirSync(repository.root);
    expect(edited(repository, "a.md")).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});
