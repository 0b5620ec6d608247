import { rmSync } from "node:fs";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { functionNamed } from "../watch/watched.ts";
import { sampleTree, type ServedTree, serve } from "./served-tree.ts";

describe("an answer in pages", () => {
  let tree: ReturnType<typeof sampleTree>;
  let server: ServedTree;

  beforeEach(async () => {
    tree = sampleTree();
    for (let file = 0; file < 90; file++) tree.write(`many/f${file}.ts`, `// See docs/design.md.\n${functionNamed(`many${file}`)}`);
    const served = await serve("modern", [tree.root]);
    server = served;
    onTestFinished(async () => {
      await served[Symbol.asyncDispose]();
      tree[Symbol.dispose]();
    });
  });

  it.each([
    ["find", { query: "many" }],
    ["refs", { target: "docs/design.md" }],
  ] as const)("of %s %j goes on to its end although what was listed is removed meanwhile", async (name, args) => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { structure } = await server.call(name, { ...args, budget: 600, ...(cursor !== undefined && { cursor }) });
      const { lines, left = 0 } = structure!;
      const paths = lines.flatMap((line) => /^many\/f\d+\.ts/.exec(line) ?? []);
      seen.push(...paths);
      for (const path of paths) rmSync(tree.at(path));
      cursor = structure!.cursor;
      expect(left).toBeGreaterThanOrEqual(cursor === undefined ? 0 : 1);
    } while (cursor !== undefined);
    expect(new Set(seen).size).toBe(90);
    expect(seen).toHaveLength(90);
  });

  it("refuses the cursor of another tool instead of an empty list", async () => {
    const { text } = await server.call("changes");
    const { structure } = await server.call("find", { query: "many", budget: 600 });
    const refused = await server.call("changes", { since: Number(/^@r(\d+)/.exec(text)?.[1]), cursor: structure!.cursor });
    expect(refused.isError).toBe(true);
    expect(refused.text).toContain("does not continue the changes since");
  });

  it("takes a folder in every spelling, and none outside the project", async () => {
    const answers = await Promise.all(
      ["src", "./src/", `${tree.root}/src`].map((folder) => server.call("find", { query: "parse", in: folder })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.text).toContain("src/parser.ts:12-14");
    for (const folder of ["../other", "/nowhere/else"])
      for (const name of ["find", "overview"])
        expect((await server.call(name, { in: folder, ...(name === "find" && { query: "parse" }) })).text).toContain(
          "is outside of the project",
        );
  });
});
