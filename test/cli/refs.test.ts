import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { mermaidLines, treeLines } from "../../src/cli/commands/refs/drawn-ways.ts";
import { jsonIn, metacacheAll, metacacheIn } from "../support/command.ts";
import { schemaFaults } from "../support/json-schema.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

function citing(...targets: readonly string[]): string {
  return `###\n# [Reference documentation]\n${targets.map((target) => `# - ${target}\n`).join("")}###\n`;
}

beforeAll(async () => {
  for (const folder of ["docs", "src/lib", "app/[id]"]) mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, "README.md"), "# Read me\n");
  writeFileSync(join(root, "docs/design.md"), "# Design\n");
  writeFileSync(join(root, "docs/dreams.md"), "# Dreams\n");
  writeFileSync(join(root, "app/[id]/page.md"), "# Page\n");
  writeFileSync(join(root, "src/a.py"), citing("docs/design.md", "docs/none.md"));
  writeFileSync(join(root, "src/lib/b.py"), citing("src/a.py", "docs/dreams.md"));
  writeFileSync(join(root, "src/lib/c.py"), citing("src/lib/b.py", "app/[id]/page.md"));
  await metacacheIn(root, "index");
});

test("refs prints each place that refers to a document, and how many files do", async () => {
  expect(await metacacheIn(root, "refs", "docs/design.md")).toEqual({
    code: 0,
    stdout: "src/a.py:3  header  docs/design.md\n1 file refers to docs/design.md, at revision 7.\n",
    stderr: "",
  });
});

test("a document is found in any spelling, from any folder", async () => {
  const inside = join(root, "src/lib");
  const spellings = [
    "../../docs/design.md",
    "docs/design.md",
    "./docs/design.md",
    "design.md",
    join(root, "docs/design.md"),
    "../../docs/../docs/design.md",
  ];
  const outcomes = await metacacheAll(inside, ...spellings.map((spelling) => ["refs", spelling, "--json"]));
  for (const [at, { stdout }] of outcomes.entries())
    expect(JSON.parse(stdout), spellings[at]).toMatchObject({
      targets: [{ target: "docs/design.md", exists: true }],
      items: [{ path: "src/a.py" }],
    });
});

describe("the ways to a document", () => {
  test("are followed to a depth, and drawn as a tree or a diagram", async () => {
    const [list, tree, mermaid, out] = await metacacheAll(
      root,
      ["refs", "docs/design.md", "--depth", "3"],
      ["refs", "docs/design.md", "--depth", "3", "--tree"],
      ["refs", "docs/design.md", "--depth", "3", "--mermaid"],
      ["refs", "src/lib/c.py", "--direction", "out", "--depth", "2"],
    );
    expect(list?.stdout).toBe(
      [
        "src/a.py:3      header  docs/design.md    src/a.py -> docs/design.md",
        "src/lib/b.py:3  header  src/a.py          src/lib/b.py -> src/a.py -> docs/design.md",
        "src/lib/c.py:3  header  src/lib/b.py      src/lib/c.py -> src/lib/b.py -> src/a.py -> docs/design.md",
        "3 files refer to docs/design.md in up to 3 steps, at revision 7.\n",
      ].join("\n"),
    );
    expect(tree?.stdout).toMatch(/^docs\/design\.md\n└── src\/a\.py\n {4}└── src\/lib\/b\.py\n {8}└── src\/lib\/c\.py\n3 files/);
    expect(mermaid?.stdout).toMatch(/^graph LR\n {2}n0\["docs\/design\.md"\]\n[^]*n1 --> n0\n {2}n2 --> n1\n {2}n3 --> n2\n$/);
    expect(out?.stdout).toMatch(/src\/lib\/c\.py refers to 4 files in up to 2 steps/);
  });

  test("branch in a tree, and a label of a diagram never ends early", () => {
    const ways = [
      ["d", "a"],
      ["d", "a", "b"],
      ["d", "c"],
    ];
    expect(treeLines(["d"], ways).map(({ lead, path }) => lead + path)).toEqual(["d", "├── a", "│   └── b", "└── c"]);
    expect(mermaidLines(['x"]; y'], [['x"]; y', "<b>#1"]], "out", (path) => path)).toEqual([
      "graph LR",
      '  n0["x#34;#93;#59; y"]',
      '  n1["#60;b#62;#35;1"]',
      "  n0 --> n1",
    ]);
  });
});

test("a glob means all documents that it matches, unless a file has that very name", async () => {
  expect(await jsonIn(root, "refs", "docs/d*.md")).toMatchObject({
    targets: [
      { target: "docs/design.md", total: 1 },
      { target: "docs/dreams.md", total: 1 },
    ],
    total: 2,
  });
  expect(await jsonIn(root, "refs", "app/[id]/page.md")).toMatchObject({ targets: [{ target: "app/[id]/page.md", total: 1 }] });
});

test("a document that does not exist ends with 1, and the path that is spelt most like it is told", async () => {
  const [near, name, named] = await metacacheAll(root, ["refs", "docs/desing.md"], ["refs", "dreems.md"], ["refs", "docs/none.md"]);
  expect(near).toMatchObject({ code: 1, stderr: "metacache: the project has no docs/desing.md; did you mean docs/design.md?\n" });
  expect(name).toMatchObject({ code: 1, stderr: "metacache: the project has no dreems.md; did you mean docs/dreams.md?\n" });
  expect(named).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("1 file refers to docs/none.md, which does not exist") as string,
  });
});

test("what leads nowhere is listed: references that mean nothing, documents that nothing leads to", async () => {
  const [dangling, orphans, rooted, paths, documents] = await metacacheAll(
    root,
    ["refs", "--dangling"],
    ["refs", "--orphans"],
    ["refs", "--orphans", "--roots", "src"],
    ["refs", "--orphans", "--paths"],
    ["refs", "--dangling", "--json"],
  );
  expect(dangling).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(
      /^src\/a\.py:4\S* +header +docs\/none\.md +there is no such file\n[^]*references? of \d+ in \d files names? nothing/,
    ) as string,
  });
  expect(orphans?.stdout).toMatch(
    /^app\/\[id\]\/page\.md\ndocs\/design\.md\ndocs\/dreams\.md\n3 of 4 documents cannot be reached from 1 root/,
  );
  expect(rooted?.stdout).toMatch(/^README\.md\n1 of 4 documents cannot be reached/);
  expect(paths?.stdout).toBe("app/[id]/page.md\ndocs/design.md\ndocs/dreams.md\n");
  expect(schemaFaults("refs", JSON.parse(documents?.stdout ?? ""))).toEqual([]);
});

test.each([
  [["refs"], /no document is given: give its path, or --orphans or --dangling/],
  [["refs", "a", "--orphans"], /--orphans and a document are both given/],
  [["refs", "--roots", "a", "--dangling"], /--roots is given without --orphans/],
  [["refs", "a", "--tree", "--mermaid"], /--tree and --mermaid are both given/],
  [["refs", "a", "--depth", "0"], /--depth must be an integer from 1 to 1000/],
  [["refs", "a", "--direction", "up"], /--direction must be in or out, not "up"/],
  [["refs", "a", "--forms", "link,prose"], /--forms must be some of header, comment, link, not "prose"/],
])("%j ends with 2, and says what to do", async (args, message) => {
  const [outcome] = await metacacheAll(root, args);
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
});
