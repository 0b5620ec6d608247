import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { extractDocExamples } from "./doc-examples.ts";
import { ExampleRunner } from "./example-runner.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGES = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
const DOCUMENTS = ["README.md", "CONTRIBUTING.md", ...PAGES.sort().map((name) => `docs/${name}`)].filter((name) =>
  existsSync(join(ROOT, name)),
);

const directory = mkdtempSync(join(tmpdir(), "metacache-docs-"));
let runner: ExampleRunner;
beforeAll(() => {
  runner = new ExampleRunner(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(DOCUMENTS)("%s", (document) => {
  const examples = extractDocExamples(readFileSync(join(ROOT, document), "utf8"));
  let workspace: string;
  beforeAll(() => {
    workspace = examples.length === 0 ? "" : runner.openWorkspace(document.replaceAll("/", "-"));
  });

  test("its TypeScript has the types that it claims", () => {
    expect(runner.typeErrors(document, examples)).toBe("");
  });

  // In the order of the document, in one clone: a later example may build on what an earlier one
  // did.
  for (const example of examples) {
    test(`the example on line ${example.line} runs`, () => {
      const { status, output } = runner.run(workspace, document, example);
      expect(status, `${example.code}\n${output}`).toBe(0);
    });
  }
});

test("companions are the same on one thread and on several", () => {
  const project = mkdtempSync(join(directory, "companions-"));
  for (const [number, [name, own]] of Object.entries([
    ["f", "A"],
    ["f", "B"],
    ["f", "A"],
    ["g", "B"],
  ])) {
    writeFileSync(join(project, `${number}.py`), `def ${name}(): pass\n\nclass ${own}: pass\n`);
  }
  const output = execFileSync(process.execPath, [join(ROOT, "examples/companions.ts"), project], { encoding: "utf8" });
  expect(output).toMatch(
    /^4 files.*: 2 functions, 2 classes\none thread: 2 functions .*f and A, in 2 files\n\d+ threads: 2 functions .*both are the same\n$/s,
  );
});

describe("an example that is wrong", () => {
  test("is found where its types are, and where it fails when it runs", () => {
    const fence = "```";
    const blocks = ['const path: number = "src/a.ts";', 'throw new Error("as planted");', "process.exit(3);"].map(
      (code) => `${fence}ts\n${code}\n${fence}\n`,
    );
    const examples = extractDocExamples(`${blocks.join("\n")}\n${fence}sh\nmetacache no-such-command\n${fence}\n`);
    const workspace = runner.openWorkspace("wrong");

    expect(runner.typeErrors("wrong", examples)).toMatch(/wrong-1\.mts.*TS2322/);
    const results = examples.map((example) => runner.run(workspace, "wrong", example));
    expect(results.map(({ status }) => status).slice(0, 3)).toEqual([0, 1, 3]);
    expect(results[3]?.status).not.toBe(0);
    expect(results[1]?.output).toContain("as planted");
  });
});
