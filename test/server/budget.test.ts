import { afterAll, beforeAll, expect, it } from "vitest";
import { tokensOf } from "../../src/server/answers/answer-lines.ts";
import { sampleTree, type ServedTree, serve } from "./served-tree.ts";

const tree = sampleTree();
let server: ServedTree;

beforeAll(async () => {
  const words = ["load", "store", "merge", "split", "parse"];
  const nouns = ["Table", "Column", "Index", "Record", "Image", "Path"];
  const code = words.flatMap((word) =>
    nouns.map(
      (noun, at) => `/** ${word}s what "quotes" and \\t\\u0007 tabs say. */\nexport function ${word}${noun}${at}(given: string): void {}\n`,
    ),
  );
  for (let file = 0; file < 30; file++) {
    tree.write(`src/deep/folder${file}/module${file}.ts`, code.join("\n"));
    tree.write(
      `docs/d${file}.md`,
      `# Document ${file}\n\n[design](design.md)\n\n${Array.from({ length: 60 }, (_, at) => `## Part ${at}\n`).join("\n")}`,
    );
  }
  tree.write("src/long.ts", `export function long() {\n${"  call('😀 emoji', \"quotes\");\n".repeat(900)}}\n`);
  server = await serve("modern", [tree.root]);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  tree[Symbol.dispose]();
});

const LONG: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ["find", { query: "load" }],
  ["find", { query: "module" }],
  ["show", { path: "docs/d3.md" }],
  ["show", { path: "src/deep/folder1/module1.ts" }],
  ["show", { symbol: "long" }],
  ["show", { symbol: "loadTable0" }],
  ["refs", { target: "docs/design.md" }],
  ["overview", {}],
];

it.each(LONG)("%s %j costs no more than its budget, in the text and in the structure", async (name, args) => {
  for (const budget of [300, 700, 4_000, 8_000]) {
    const { text, structure, isError } = await server.call(name, { ...args, budget });
    expect(isError).toBe(false);
    expect(tokensOf(text)).toBeLessThanOrEqual(budget);
    expect(tokensOf(JSON.stringify(structure))).toBeLessThanOrEqual(budget);
  }
});

it.each([
  ["find", { query: "merge" }, 180],
  ["show", { path: "src/deep/folder1/module1.ts" }, 30],
  ["show", { symbol: "long" }, 902],
  ["refs", { target: "docs/design.md" }, 32],
  ["changes", { since: 0 }, undefined],
] as const)("%s %j goes on by cursors to its end: each thing comes once, and what is left is counted", async (name, args, things) => {
  if (things === undefined) return expectWholeDelta();
  const all: string[] = [];
  let cursor: string | undefined;
  for (let left = Infinity; left > 0;) {
    const { structure } = await server.call(name, { ...args, budget: 600, ...(cursor !== undefined && { cursor }) });
    const lines = structure!.lines.filter((line) => isThing(line));
    all.push(...lines);
    left = structure!.left ?? 0;
    expect(all.length + left).toBe(things);
    cursor = structure!.cursor;
    expect(cursor === undefined).toBe(left === 0);
  }
  expect(all).toHaveLength(things);
});

/** Not what stands above the things that a page lists. */
function isThing(line: string): boolean {
  return (
    !/^(?:\d+ (?:symbols?|files?) |src\/deep\/folder1\/module1\.ts|src\/long\.ts|source from|docs.* refers)/.test(line) ||
    /^(?:src|docs)\/.*[:]\d+.*(?:function (?:merge|Parser)|link|comment)/.test(line)
  );
}

async function expectWholeDelta(): Promise<void> {
  const before = await server.call("changes");
  const since = Number(/^@r(\d+)/.exec(before.text)?.[1]);
  for (let file = 0; file < 80; file++) tree.write(`saved/s${file}.ts`, `export const s${file} = ${file};\n`);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { structure } = await server.call("changes", { since, budget: 400, ...(cursor !== undefined && { cursor }) });
    seen.push(...structure!.lines.filter((line) => line.startsWith("stored")));
    cursor = structure!.cursor;
  } while (cursor !== undefined);
  expect(new Set(seen).size).toBe(80);
  expect(seen).toHaveLength(80);
}
