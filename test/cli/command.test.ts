import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, metacache, START } from "../support/command.ts";

const HEADER = `###############################################################################
# [Source file intent]
# Says hello.
###############################################################################
# [Reference documentation]
# - doc/DESIGN.md
###############################################################################
`;

let root: string;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "metacache-cli-"));
  mkdirSync(join(root, "src"));
  writeFileSync(
    join(root, "src/hello.py"),
    `${HEADER}def hello(name):\n    """Greets."""\n\nclass Greeter:\n    def greet(self, who): pass\n`,
  );
  writeFileSync(join(root, "src/names.js"), "function __proto__() {}\nfunction constructor(a, b) {}\n");
  writeFileSync(join(root, "src/latin1.py"), Buffer.from("# caf\xe9\ndef latin(): pass\n", "latin1"));
  writeFileSync(join(root, "src/empty.ts"), "");
  writeFileSync(join(root, "src/long.js"), `const text = "${"x".repeat(900_000)}"; function afterLong() {}\n`);
  writeFileSync(join(root, "src/nested.js"), `function nested() { return ${"[".repeat(10_000)}${"]".repeat(10_000)}; }\n`);
  writeFileSync(join(root, "src/broken.ts"), "export function whole(): void {}\nexport function {{{ (\n");
  writeFileSync(join(root, "src/new\nline.py"), "def odd(): pass\n");
  writeFileSync(join(root, "src/binary.py"), Buffer.from([0x64, 0x00, 0x01]));
  writeFileSync(join(root, "src/large.ts"), "x".repeat(1_048_577));
  writeFileSync(join(root, ".gitignore"), "ignored.py\n");
  writeFileSync(join(root, "ignored.py"), "def ignored(): pass\n");
  await metacache("index", root);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe("the command, on a tree with everything that is hard", () => {
  test("index reports every file: written, unchanged, or skipped with a reason", async () => {
    const report = await json("index", root);
    expect(report).toMatchObject({ schemaVersion: 1, command: "index", added: 0, changed: 0, unchanged: 9, removed: 0, aborted: false });
    expect(report["skipped"]).toEqual([
      expect.objectContaining({ path: "src/binary.py", reason: "binary" }),
      expect.objectContaining({ path: "src/large.ts", reason: "too-large" }),
    ]);
  });

  test("get shows header, functions and classes", async () => {
    const { record } = (await json("get", "src/hello.py", "--project", root)) as { record: Record<string, unknown> };
    expect(record).toMatchObject({
      language: "python",
      headerSections: { intent: "Says hello.", referenceDocumentation: [{ target: "doc/DESIGN.md", line: 6 }] },
      classes: [{ name: "Greeter" }],
    });
    expect((record["functions"] as { name: string; className?: string }[]).map((fn) => [fn.name, fn.className])).toEqual([
      ["hello", undefined],
      ["greet", "Greeter"],
    ]);
    const text = await metacache("get", join(root, "src/hello.py"), "--project", root);
    expect(text.stdout).toContain("Greeter.greet(self, who)");
  });

  test.each([
    ["--function __proto__", ["src/names.js"]],
    ["--function constructor", ["src/names.js"]],
    ["--function latin", ["src/latin1.py"]],
    ["--function afterLong", ["src/long.js"]],
    ["--function nested", ["src/nested.js"]],
    ["--function odd", ["src/new\nline.py"]],
    ["--function whole", ["src/broken.ts"]],
    ["--class Greeter --doc doc/DESIGN.md --language python", ["src/hello.py"]],
    ["--function after* nest*", ["src/long.js", "src/nested.js"]],
    ["--function hel\\*", []],
    ["--path ^src/.*\\.js$", ["src/long.js", "src/names.js", "src/nested.js"]],
    ["--prefix src/n --sort -path --limit 2", ["src/new\nline.py", "src/nested.js"]],
  ])("query %s", async (args, paths) => {
    const answer = (await json("query", "--project", root, "--paths", ...args.split(" "))) as { items: { path: string }[] };
    expect(answer.items.map(({ path }) => path)).toEqual(paths);
  });

  test("query --explain says which plan is followed, and what it costs", async () => {
    const { explanation } = (await json("query", "--project", root, "--explain", "--function", "hello", "--language", "python")) as {
      explanation: Record<string, unknown>;
    };
    expect(explanation).toMatchObject({ plan: "walk", cost: { matches: 1, visited: 1, returned: 1 } });
    const text = await metacache("query", "--project", root, "--explain", "--function", "hello");
    expect(text.stdout).toMatch(/^Plan\s+visit candidates in order/);
  });

  test("pages follow one another by their cursors", async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await json("query", "--project", root, "--paths", "--limit", "4", ...(cursor === undefined ? [] : ["--cursor", cursor]));
      seen.push(...(page["items"] as { path: string }[]).map(({ path }) => path));
      cursor = page["nextCursor"] as string | undefined;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(9);
    expect(seen).toEqual(seen.toSorted());
  });

  test("a record marks what it could not read whole", async () => {
    const problems = async (path: string): Promise<unknown> =>
      ((await json("get", path, "--project", root)) as { record: { problems: unknown } }).record.problems;
    expect(await problems("src/broken.ts")).toEqual(["syntax-error:2"]);
    expect(await problems("src/latin1.py")).toEqual(["not-utf8:1"]);
    expect(await problems("src/empty.ts")).toEqual([]);
  });

  test("status, stats, verify and refs agree", async () => {
    expect(await json("status", "--project", root)).toMatchObject({ records: 9, unreadable: [], project: root });
    expect(await json("stats", "--project", root)).toMatchObject({
      stats: { records: 9, residents: 9, departures: { notAdmitted: 0, tooHeavy: 0 }, loadTimes: { count: 0 }, syncTimes: { count: 1 } },
    });
    const { stdout } = await metacache("stats", "--project", root);
    expect(stdout).toMatch(/^not in memory\s+0 left out because there was no room, 0 too heavy\n[^]*^loaded in\s+\d+\.\d m?s$/m);
    expect(await json("verify", "--project", root)).toMatchObject({ findings: [], records: 9 });
    expect(await json("refs", "doc/DESIGN.md", "--project", root)).toMatchObject({
      total: 1,
      items: [{ path: "src/hello.py", places: expect.arrayContaining([expect.objectContaining({ form: "header", line: 6 })]) }],
    });
  });

  test("text output is plain when piped, one line for each file", async () => {
    const { stdout, code } = await metacache("query", "--project", root, "--paths");
    expect(code).toBe(0);
    expect(stdout).not.toContain("\u001b");
    expect(stdout.trimEnd().split("\n")).toHaveLength(9);
    expect(stdout).toContain('"src/new\\nline.py"');
  });
});

test("a reader that stops early is no failure", async () => {
  const child = spawn("bash", [
    "-c",
    `"$0" "$1" get src/long.js --project "$2" --json | head -c 1; echo " \${PIPESTATUS[0]}"`,
    process.execPath,
    START,
    root,
  ]);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once("close", resolve));
  expect(output).toBe("{ 0\n");
});

describe("exit codes and messages", () => {
  test.each([
    ["get nowhere.py", 1, /Nothing is known about nowhere\.py/],
    ["query --function nowhere", 1, /0 files, at revision.*no function is called nowhere/s],
    ["query --language pyton", 1, /0 files, at revision.*no language is called pyton; did you mean python\?/s],
    ["query --language cobol,swift", 1, /no language is called cobol; `metacache languages` lists.*the project has no files in swift/s],
    ["refs nowhere.md", 1, /0 files refer/],
    ["query --prefix nowhere/", 1, /0 files/],
    ["get ../outside.py", 2, /"\.\.\/outside\.py" is outside the project/],
    ["query --path (", 2, /--path "\(" cannot be used/],
    ["query --limit -1", 2, /limit must be an integer from 1/],
    ["query --limit ten", 2, /limit must be an integer/],
    ["query --cursor foreign", 2, /cursor "foreign" is not a cursor/],
    ["query --sort name", 2, /--sort must be one of/],
    ["query --function *", 2, /--function .*empty/],
    ["query --colour red", 2, /unknown option/],
    ["status --max-items 5", 2, /--max-items must be an integer from 100/],
    ["status --eviction-strategy random --max-bytes lots", 2, /--max-bytes.*--eviction-strategy/s],
    ["frobnicate", 2, /unknown command/],
    ["status --db postgres://me:secret@127.0.0.1:1/db", 2, /^(?!.*secret).*cannot be reached/s],
  ])("%s ends with %i", async (args, code, message) => {
    const outcome = await metacache(...args.split(" "), ...(args === "frobnicate" ? [] : ["--project", root]));
    expect(outcome.code).toBe(code);
    expect(outcome.stdout + outcome.stderr).toMatch(message);
    expect(outcome.stdout + outcome.stderr).not.toContain("secret");
  });

  test("what is no directory, no database, or not indexed yet is said so", async () => {
    expect(await metacache("index", join(root, "missing"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("cannot be opened") as string,
    });
    expect(await metacache("index", join(root, "src/hello.py"))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("not a directory") as string,
    });
    const other = mkdtempSync(join(tmpdir(), "metacache-cli-"));
    try {
      expect(await metacache("query", "--project", other)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("no index yet") as string,
      });
      writeFileSync(join(other, "text.db"), "this is no database, and long enough to be looked at".repeat(30));
      const outcome = await metacache("status", "--project", other, "--db", join(other, "text.db"), "--json");
      expect(outcome.code).toBe(2);
      expect(JSON.parse(outcome.stdout)).toMatchObject({ schemaVersion: 1, error: { code: "E_DATABASE_UNAVAILABLE" } });
    } finally {
      rmSync(other, { recursive: true, force: true });
    }
  });

  test("--help of every command shows an example, and ends with 0", async () => {
    for (const command of ["index", "query", "get", "refs", "status", "stats", "verify", "doctor", "clear", "projects", "tour"]) {
      const outcome = await metacache(command, "--help");
      expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining(`$ metacache ${command}`) as string });
    }
    expect(await metacache("--version")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) as string });
  });
});

test("two indexers on one database at once both end well, and the database is right", async () => {
  const shared = mkdtempSync(join(tmpdir(), "metacache-cli-"));
  try {
    for (let file = 0; file < 300; file++) writeFileSync(join(shared, `f${file}.py`), `def f${file}(): pass\n`);
    const both = await Promise.all([metacache("index", shared), metacache("index", shared)]);
    expect(both.map(({ code, stderr }) => [code, stderr])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    expect(await json("verify", "--project", shared)).toMatchObject({ findings: [], records: 300 });
  } finally {
    rmSync(shared, { recursive: true, force: true });
  }
});

test("Ctrl-C stops an indexing run cleanly, and the next one goes on", async () => {
  const tree = mkdtempSync(join(tmpdir(), "metacache-cli-"));
  try {
    for (let file = 0; file < 2_000; file++) writeFileSync(join(tree, `f${file}.py`), `def f${file}(): pass\n`.repeat(200));
    const child = spawn(process.execPath, [START, "index", tree, "--json"], { stdio: ["ignore", "pipe", "inherit"] });
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    child.kill("SIGINT");
    const code = await ended;
    const first = JSON.parse(stdout) as { aborted: boolean; added: number };
    // A fast machine may have finished by then; either way nothing is lost or done twice.
    expect([code, first.aborted]).toEqual(first.aborted ? [2, true] : [0, false]);
    const second = await json("index", tree);
    expect(second).toMatchObject({ added: 2_000 - first.added, unchanged: first.added, aborted: false });
    expect(await json("clear", "--project", tree)).toMatchObject({ removed: 2_000 });
    expect(await json("status", "--project", tree)).toMatchObject({ records: 0 });
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
});
