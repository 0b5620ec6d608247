import { appendFileSync, chmodSync, existsSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { metacacheAll } from "../support/command.ts";

const SIGNATURE = "gpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n";

/**
 * A repository with a reference to a file that a signed commit has removed, and a change that is
 * not committed; the mark tells that a program was run.
 */
class HostileTree extends TemporaryTree {
  readonly #outside = new TemporaryTree();
  readonly mark: string = this.#outside.at("was run");

  constructor(configuration: string) {
    super();
    this.git("init", "--quiet");
    this.write("docs/gone.md", "# Gone\n").write("docs/old.md", "# Old\n\nSome lines of text.\n").write("docs/kept.md", "# Kept\n");
    this.write("a.ts", "// docs/gone.md and docs/old.md\n").write(".gitattributes", "* filter=x diff=x\n");
    this.commit();
    rmSync(this.at("docs/gone.md"));
    this.commit();
    this.sign();
    this.git("mv", "docs/old.md", "docs/new.md");
    this.write("docs/kept.md", "# Kept\n\nMore.\n");
    for (const path of ["a.ts", "docs/new.md"]) utimesSync(this.at(path), 1, 1);
    const program = this.#outside.at("program");
    writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> '${this.mark}'\n`);
    chmodSync(program, 0o755);
    appendFileSync(this.at(".git/config"), `\n${configuration.replaceAll("PROGRAM", program)}\n`);
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message=x");
  }

  /** As if the last commit had been signed. */
  sign(): void {
    const commit = this.git("cat-file", "commit", "HEAD").replace("\n\n", `\n${SIGNATURE}\n`);
    this.write(".git/signed", commit);
    this.git("reset", "--soft", this.git("hash-object", "-t", "commit", "-w", ".git/signed").trim());
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#outside[Symbol.dispose]();
  }
}

describe("a check of a repository whose configuration names programs runs none of them, and still tells what git knows", () => {
  test.for([
    ["a filter", '[filter "x"]\nclean = PROGRAM\nsmudge = PROGRAM\nrequired = true'],
    ["a filter that goes on", '[filter "x"]\nprocess = PROGRAM\nrequired = true'],
    ["a filter with an odd name", '[filter "a=b.c"]\nclean = PROGRAM'],
    ["a program for signatures", "[gpg]\nprogram = PROGRAM\n[log]\nshowSignature = true"],
    ["a difference program", '[diff]\nexternal = PROGRAM\n[diff "x"]\ncommand = PROGRAM\ntextconv = PROGRAM'],
  ] as const)("%s", async ([, configuration]) => {
    using tree = new HostileTree(configuration);
    tree.write(".git/info/attributes", `* filter=${/filter "(.*)"/.exec(configuration)?.[1] ?? "x"}\n`);
    const [whole, since, staged] = await metacacheAll(tree.root, ["check"], ["check", "--since", "HEAD"], ["check", "--staged"]);
    expect(whole?.stdout).toMatch(/deleted {2}docs\/gone\.md[^]*moved {2}docs\/old\.md/);
    expect([since?.stdout, staged?.stdout]).toEqual([
      expect.stringContaining("moved  docs/old.md"),
      expect.stringContaining("moved  docs/old.md"),
    ]);
    expect(existsSync(tree.mark)).toBe(false);
  });
});
