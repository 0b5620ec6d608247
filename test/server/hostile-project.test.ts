import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tokensOf } from "../../src/server/answers/answer-lines.ts";
import { TemporaryTree } from "../extraction/temporary-tree.ts";
import { type ServedTree, serve } from "./served-tree.ts";

const WIDE = "名前が長い";
const NASTY = "\u001b[31m\u202Eevil\u2066\u0007";
/** Longer than an answer of the least budget. */
const LONG = Array.from({ length: 12 }, (_, at) => `${"folder".repeat(30)}${at}`).join("/");
const tree = new TemporaryTree();
let server: ServedTree;

beforeAll(async () => {
  const name = (at: number): string => `readAll${"VeryLong".repeat(120)}${at}`;
  const text = (at: number): string =>
    `/** ${NASTY} ${WIDE.repeat(80)} "${"\\".repeat(50)}" [x](/docs/${"long".repeat(500)}.md) */\nexport function ${name(at)}(given: string): void {\n${"  x('\t😀');".repeat(400)}\n}\n`;
  tree.git("init", "--quiet");
  tree.write("README.md", `# ${NASTY}${WIDE.repeat(900)}\n\n[a](target.md) [b](docs/${"gone".repeat(400)}.md#${"part".repeat(200)})\n`);
  tree.write(
    "target.md",
    `# Target\n\n${Array.from({ length: 6 }, (_, at) => `## ${WIDE.repeat(300)} ${at}\n\n[x](gone${at}/${WIDE.repeat(100)}.md)\n`).join("\n")}`,
  );
  for (let at = 0; at < 12; at++) {
    tree.write(`${LONG}/code${at}.ts`, `// target.md\n${text(at)}`);
    tree.write(`odd/${NASTY}${WIDE.repeat(8)}${at}.ts`, `// target.md\n${text(100 + at)}`);
    tree.write(`odd/line\nbreak "${at}".md`, `# ${NASTY}\n\n[t](../target.md)\n`);
  }
  server = await serve("modern", [tree.root]);
  await server.call("overview");
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  tree[Symbol.dispose]();
});

const QUESTIONS: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ["find", { query: "readAll" }],
  ["find", { query: "code" }],
  ["find", { query: `${"nothing".repeat(200)}${NASTY}` }],
  ["show", { path: "target.md" }],
  ["show", { path: "README.md" }],
  ["show", { path: `${LONG}/code1.ts` }],
  ["show", { path: `odd/${NASTY}${WIDE.repeat(8)}3.ts` }],
  ["show", { symbol: `readAll${"VeryLong".repeat(120)}1` }],
  ["show", { path: `${WIDE.repeat(500)}/none` }],
  ["show", { symbol: NASTY.repeat(100) }],
  ["refs", { target: "target.md" }],
  ["refs", { target: "README.md", direction: "out" }],
  ["refs", { target: `${LONG}/none.md` }],
  ["overview", {}],
  ["overview", { in: "odd" }],
  ["overview", { in: LONG }],
  ["changes", {}],
  ["changes", { since: 0 }],
  ["check", {}],
  ["check", { files: ["README.md", LONG, `${WIDE.repeat(300)}.md`] }],
  ["check", { files: ["."] }],
];

describe("a project whose names are longer than answers, and hold what terminals obey", () => {
  it.each(QUESTIONS.map(([name, args], at) => [`${name} ${at}`, name, args] as const))(
    "%s costs no more than its budget, is harmless text, and goes on to its end",
    async (_, name, args) => {
      for (const budget of [300, 1_000, 8_000]) {
        let [cursor, before]: [string | undefined, number] = [undefined, Infinity];
        do {
          const { text, structure } = await server.call(name, { ...args, budget, ...(cursor !== undefined && { cursor }) });
          expect(tokensOf(text)).toBeLessThanOrEqual(budget);
          if (structure !== undefined) expect(tokensOf(JSON.stringify(structure))).toBeLessThanOrEqual(budget);
          expect(text).not.toMatch(/[^\P{C}\n\t\u200c\u200d]/u);
          const left = structure?.left ?? 0;
          expect(left === 0 || left < before).toBe(true);
          [cursor, before] = [structure?.cursor, left];
          // What is left and has no cursor is asked for otherwise: by a folder, or the name of one
          // symbol.
          if (left > 0 && cursor === undefined) expect(["overview", "find", "show", "changes"]).toContain(name);
        } while (cursor !== undefined);
      }
    },
  );
});
