import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { listSourceTree } from "../../src/extraction/tree/source-tree.ts";
import { TemporaryTree } from "./temporary-tree.ts";

/**
 * A repository with a program beside it that leaves a mark if it is ever run, by that name or by
 * git's.
 */
class HostileTree extends TemporaryTree {
  readonly #outside = new TemporaryTree();
  readonly mark: string = this.#outside.at("was run");
  readonly program: string = this.#outside.at("program");

  constructor() {
    super();
    writeFileSync(this.program, `#!/bin/sh\necho "$0 $*" >> '${this.mark}'\n`);
    chmodSync(this.program, 0o755);
    this.write("a.js", "a").write("ignored.js", "i").write(".gitignore", "ignored.js\n").git("init", "--quiet");
    this.git("add", "a.js", ".gitignore");
    this.git("commit", "--quiet", "--message=x");
  }

  configure(text: string): this {
    appendFileSync(this.at(".git/config"), `\n${text.replaceAll("PROGRAM", this.program).replaceAll("TREE", this.root)}\n`);
    return this;
  }

  /**
   * As after a clone without blobs and trees in which nothing outside of `a` is checked out: to
   * open `b` takes a fetch.
   */
  makePartial(): this {
    this.write("a/a.js", "a").write("b/b.js", "b").git("add", ".");
    this.git("commit", "--quiet", "--message=x");
    this.git("sparse-checkout", "set", "--cone", "--sparse-index", "a");
    const tree = this.git("rev-parse", "HEAD:b").trim();
    rmSync(this.at(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`));
    return this.configure(
      '[core]\nrepositoryformatversion = 1\n[extensions]\npartialClone = origin\n[remote "origin"]\npromisor = true\npartialclonefilter = tree:0',
    );
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#outside[Symbol.dispose]();
  }
}

function withPath(directories: readonly string[]): void {
  const before = process.env["PATH"];
  onTestFinished(() => void (process.env["PATH"] = before));
  process.env["PATH"] = directories.join(delimiter);
}

const CONFIGURATIONS: readonly (readonly [string, string])[] = [
  ["a file system monitor", "[core]\nfsmonitor = PROGRAM"],
  ["a hook in a folder of its own", "[core]\nhooksPath = TREE/hooks"],
  ["a pager", "[core]\npager = PROGRAM\n[pager]\nls-files = PROGRAM\ncheck-ignore = PROGRAM\nrev-parse = PROGRAM"],
  ["an editor", "[core]\neditor = PROGRAM\n[sequence]\neditor = PROGRAM"],
  ["an alias", "[alias]\nls-files = !PROGRAM\ncheck-ignore = !PROGRAM\nrev-parse = !PROGRAM"],
  [
    "filters",
    '[filter "x"]\nclean = PROGRAM\nsmudge = PROGRAM\nprocess = PROGRAM\nrequired = true\n[core]\nattributesFile = TREE/attributes',
  ],
  ["a difference program", '[diff]\nexternal = PROGRAM\n[diff "x"]\ncommand = PROGRAM\ntextconv = PROGRAM'],
  ["passwords", "[core]\naskPass = PROGRAM\n[credential]\nhelper = !PROGRAM"],
  ["signatures", "[gpg]\nprogram = PROGRAM\n[log]\nshowSignature = true"],
  ["a program for alternates", "[core]\nalternateRefsCommand = PROGRAM\ngitProxy = PROGRAM\nsshCommand = PROGRAM"],
  ["an included file", '[include]\npath = TREE/included\n[includeIf "gitdir:TREE/"]\npath = TREE/included'],
];

describe("a repository whose configuration names programs", () => {
  test.for(CONFIGURATIONS)("runs none of them: %s", async ([, configuration]) => {
    using tree = new HostileTree();
    for (const hook of ["post-index-change", "reference-transaction", "fsmonitor-watchman", "post-checkout", "pre-auto-gc"]) {
      tree.write(`hooks/${hook}`, `#!/bin/sh\nexec ${tree.program}\n`).write(`.git/hooks/${hook}`, `#!/bin/sh\nexec ${tree.program}\n`);
      for (const folder of ["hooks", ".git/hooks"]) chmodSync(tree.at(`${folder}/${hook}`), 0o755);
    }
    tree.write("attributes", "* filter=x diff=x\n").write(".gitattributes", "* filter=x diff=x\n");
    tree.write("included", `[core]\nfsmonitor = ${tree.program}\npager = ${tree.program}\n`).configure(configuration);
    // Touched, so that git would have to look into it.
    tree.write("a.js", "b");
    const { method, paths } = await listSourceTree(tree.root);
    expect({ method, paths: paths.filter((path) => !path.startsWith("hooks/")) }).toEqual({
      method: "git",
      paths: [".gitattributes", ".gitignore", "a.js", "attributes", "included"],
    });
    expect(existsSync(tree.mark)).toBe(false);
  });

  test.for([
    ["a path and a program for it", 'url = TREE\nuploadpack = "PROGRAM; git-upload-pack"\n[protocol "file"]\nallow = always'],
    ["a program as a server", 'url = ext::PROGRAM %S\n[protocol]\nallow = always\n[protocol "ext"]\nallow = always'],
    ["ssh", 'url = ssh://127.0.0.1:1/x\n[core]\nsshCommand = PROGRAM\n[protocol "ssh"]\nallow = always\n[ssh]\nvariant = ssh'],
    ["a proxy", 'url = git://127.0.0.1:1/x\n[core]\ngitProxy = PROGRAM\n[protocol "git"]\nallow = always'],
    ["a helper for its own system", 'url = x\nvcs = hostile\n[protocol "hostile"]\nallow = always'],
    ["another spelling", 'url = other:x\n[url "ext::PROGRAM "]\ninsteadOf = other:\n[protocol "ext"]\nallow = always'],
  ] as const)("fetches nothing in a partial clone, and lists what is there: %s", async ([, remote]) => {
    using tree = new HostileTree();
    using programs = new TemporaryTree();
    programs.write("git-remote-hostile", `#!/bin/sh\nexec ${tree.program}\n`);
    chmodSync(programs.at("git-remote-hostile"), 0o755);
    withPath([programs.root, process.env["PATH"] ?? ""]);
    tree.makePartial().configure(`[remote "origin"]\n${remote}`);
    expect(await listSourceTree(tree.root)).toMatchObject({ method: "git", paths: [".gitignore", "a.js", "a/a.js"], warnings: [] });
    // A directory that is there without its tree makes git look for it.
    tree.write("b/new.js", "n");
    const { method, paths, isTrusted } = await listSourceTree(tree.root);
    expect(paths).toContain("b/new.js");
    expect({ method, isTrusted }).toEqual({ method: "git", isTrusted: false });
    expect(existsSync(tree.mark)).toBe(false);
  });

  test("runs no program called git that lies in the tree, nor one that is found by where it stands", async () => {
    using tree = new HostileTree();
    mkdirSync(tree.at("bin"));
    for (const name of ["git", "bin/git"]) execFileSync("cp", [tree.program, tree.at(name)]);
    const before = process.cwd();
    onTestFinished(() => process.chdir(before));
    process.chdir(tree.root);
    withPath([".", "", "bin", tree.at("bin"), process.env["PATH"] ?? ""]);
    expect((await listSourceTree(tree.root)).method).toBe("git");
    withPath([".", "", "bin", tree.at("bin")]);
    const { method, warnings } = await listSourceTree(tree.root);
    expect({ method, warnings }).toEqual({ method: "walk", warnings: [expect.stringContaining("there is no git in PATH")] });
    expect(existsSync(tree.mark)).toBe(false);
  });

  test("is not taken for one if it is a bare repository instead of a folder", async () => {
    using tree = new HostileTree();
    execFileSync("git", ["init", "--quiet", "--bare", tree.at("bare")]);
    appendFileSync(tree.at("bare/config"), `[core]\nworktree = ${tree.root}\nfsmonitor = ${tree.program}\n`);
    tree.write("bare/b.js", "b");
    const { isTrusted, paths } = await listSourceTree(tree.at("bare"));
    expect(paths).toContain("b.js");
    expect(isTrusted).toBe(false);
    expect(existsSync(tree.mark)).toBe(false);
  });
});

describe("the environment of git", () => {
  test.for(["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CEILING_DIRECTORIES", "GIT_TRACE", "GIT_LITERAL_PATHSPECS", "GIT_CONFIG"])(
    "is not the one that a hook or a person has set for another purpose: %s",
    async (name) => {
      using tree = new HostileTree();
      const before = process.env[name];
      onTestFinished(() => (before === undefined ? void delete process.env[name] : void (process.env[name] = before)));
      process.env[name] = name === "GIT_TRACE" || name === "GIT_LITERAL_PATHSPECS" ? "1" : join(tree.root, "..");
      expect(await listSourceTree(tree.root)).toMatchObject({
        method: "git",
        paths: [".gitignore", "a.js"],
        warnings: [],
        isTrusted: true,
      });
    },
  );
});
