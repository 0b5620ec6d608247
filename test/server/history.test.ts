import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { expect, it } from "vitest";
import { replayHistory } from "../../consistency/replaying/replay-history.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { START } from "../support/command.ts";

it("answers after each checkout of a history what a scan from nothing answers, whatever the commits did", async () => {
  using tree = new TemporaryTree();
  const commits = writeHistory(tree);
  expect(commits.length).toBeGreaterThan(30);
  tree.git("checkout", "--quiet", "--detach", commits[0]!);
  // Neither tracked nor ignored, until a commit ignores it.
  tree.write("build/made.ts", "export function made() {}\n").write("notes.md", "# Notes\n\n[guide](docs/guide.md)\n");
  const order = [...commits, ...commits.filter((_, at) => at % 12 === 0).reverse()];
  const { differences, compared, meanwhile, waits } = await replayHistory({ root: tree.root, commits: order, start: START });
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(100);
  expect(waits).toHaveLength(order.length);
  expect(meanwhile.failed).toBe(0);
}, 600_000);

/**
 * Makes a repository of more than 30 commits, of every kind that a tree can change by: its commits,
 * the oldest first.
 */
function writeHistory(tree: TemporaryTree): readonly string[] {
  const commit = (): void => {
    tree.git("add", "--all");
    tree.git("commit", "--quiet", "--allow-empty", "--message=x");
  };
  const steps = [...plainSteps(tree), ...oddSteps(tree)];
  tree.git("init", "--quiet", "--initial-branch=main");
  for (const step of steps) {
    step();
    commit();
  }
  // Two lines of history that touch the same folders, and one that conflicts.
  for (let round = 0; round < 2; round++) {
    tree.git("checkout", "--quiet", "-b", `side${round}`);
    tree
      .write(`src/side${round}.ts`, `// docs/moved/guide.md\nexport function readSide${round}() {}\n`)
      .write("src/shared.ts", `export const side = ${round};\n`);
    commit();
    tree.git("checkout", "--quiet", "main");
    tree
      .write(`docs/main${round}.md`, `# Main ${round}\n\n[shared](../src/shared.ts)\n`)
      .write("src/shared.ts", `export const main = ${round};\n`);
    commit();
    tree.git("merge", "--quiet", "--no-edit", "--strategy-option=theirs", `side${round}`);
  }
  return tree
    .git("rev-list", "--topo-order", "--reverse", "HEAD")
    .split("\n")
    .filter((line) => line !== "");
}

function plainSteps(tree: TemporaryTree): readonly (() => void)[] {
  const files = (from: number, to: number): void => {
    for (let file = from; file < to; file++) tree.write(`src/many/f${file}.ts`, `// docs/guide.md\nexport function readFile${file}() {}\n`);
  };
  return [
    () => tree.write("README.md", "# Read me\n\n[guide](docs/guide.md#use)\n").write("docs/guide.md", "# Guide\n\n## Use\n\n## 2. More\n"),
    () => files(0, 30),
    () => tree.write("src/main.ts", "// docs/guide.md §2\nexport class Reader { readAll(): void {} }\n"),
    () => renameSync(tree.at("docs/guide.md"), tree.at("docs/manual.md")),
    () => tree.write("README.md", "# Read me\n\n[guide](docs/manual.md#use)\n"),
    () => {
      mkdirSync(tree.at("docs/moved"));
      renameSync(tree.at("docs/manual.md"), tree.at("docs/moved/guide.md"));
    },
    () => rmSync(tree.at("src/many"), { recursive: true }),
    () => files(10, 50),
    () => renameSync(tree.at("src/many"), tree.at("src/more")),
    () => tree.write("docs/moved/guide.md", "# Guide\n\n## Using\n"),
    () => tree.write(".gitignore", "build/\n*.tmp\n"),
    () => tree.write(".gitignore", "*.tmp\nsrc/more/f1*.ts\n"),
    () => tree.git("rm", "--quiet", "--cached", "src/more/f10.ts"),
    () => tree.write("src/.gitignore", "!f10.ts\n").write("src/more/.gitignore", "f2*\n"),
    () => rmSync(tree.at(".gitignore")),
    () => rmSync(tree.at("src/more/.gitignore")),
  ];
}

function oddSteps(tree: TemporaryTree): readonly (() => void)[] {
  return [
    () => chmodSync(tree.at("src/main.ts"), 0o755),
    () => renameSync(tree.at("src/main.ts"), tree.at("src/Main.ts")),
    () => renameSync(tree.at("README.md"), tree.at("Readme.md")),
    () => tree.write("README.md", "# The other\n"),
    () => tree.write("swap", "#!/bin/sh\necho read\n"),
    () => {
      rmSync(tree.at("swap"));
      tree.write("swap/inner.py", "def read_inner():\n    pass\n");
    },
    () => {
      rmSync(tree.at("swap"), { recursive: true });
      symlinkSync("src", tree.at("swap"));
    },
    () => rmSync(tree.at("swap")),
    () =>
      tree
        .write("empty.ts")
        .write("wide/名前 — ü.md", "# 名前\n\n[x](../README.md)\n")
        .write("bytes.bin", new Uint8Array([0, 1, 2])),
    () => tree.write("empty.ts", "export const full = 1;\n").write("bytes.bin", "now text\n"),
    () => tree.write("src/Main.ts", "// docs/moved/guide.md\r\nexport function readMain() {}\r\n"),
    () => rmSync(tree.at("docs"), { recursive: true }),
    () => tree.write("docs/moved/guide.md", "# Guide\n"),
    () => tree.write("package.json", '{"name":"x"}\n').write("src/main.py", "def read_main(): pass\n"),
  ];
}
