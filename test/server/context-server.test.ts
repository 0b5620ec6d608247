import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionNamed } from "../watch/watched.ts";
import { tokensOf } from "../../src/server/answers/answer-lines.ts";
import { sampleTree, type ServedTree, serve, type Told } from "./served-tree.ts";

describe.each(["legacy", "modern"] as const)("metacache mcp, asked by a client of the %s era", (era) => {
  const tree = sampleTree();
  let server: ServedTree;
  beforeAll(async () => {
    server = await serve(era, [tree.root]);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    tree[Symbol.dispose]();
  });

  it("has six tools that only read, each with a description that no client cuts", async () => {
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(["find", "show", "refs", "changes", "overview", "check"]);
    for (const { description = "", annotations } of tools) {
      expect(description.length).toBeLessThan(2_000);
      expect(annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false });
    }
    expect(tokensOf(JSON.stringify(tools))).toBeLessThan(2_750);
    expect(server.client.getInstructions()?.length).toBeLessThan(2_000);
    expect(server.client.getNegotiatedProtocolVersion()).toBe(era === "modern" ? "2026-07-28" : "2025-11-25");
  });

  it("answers as a person would like to read it, in the text and in the structure alike", async () => {
    const told: string[] = [];
    for (const [name, args] of QUESTIONS) {
      const answer = await server.call(name, args);
      expectHalvesEqual(answer);
      told.push(`> ${name} ${JSON.stringify(args)}\n${answer.text}`);
    }
    const text = told
      .join("\n\n")
      .replaceAll(tree.root, "/project")
      .replaceAll(/@r\d+|revision \d+/g, "@rN");
    await expect(`${text}\n`).toMatchFileSnapshot("answers.txt");
  });

  it("shows a save in the next answer, and lists it as a change since the answer before", async () => {
    const before = await server.call("find", { query: "parseFile" });
    const since = Number(/^@r(\d+) fresh/.exec(before.text)?.[1]);
    tree.write("src/saved.ts", functionNamed(`saved_${era}`));
    expect((await server.call("find", { query: `saved_${era}` })).text).toContain("src/saved.ts:1");
    const { text } = await server.call("changes", { since });
    expect(text).toContain(`delta: 1 file changed from revision ${since}`);
    expect(text).toContain("stored  src/saved.ts");
    expect((await server.call("changes", { since: 4_711_000 })).text).toContain("reset: no answer of this session");
  });

  it("reads files of the index as resources, and no others", async () => {
    tree.write("docs/a b#.md", "# Odd\n").write(".gitignore", "secret.txt\n").write("secret.txt", "secret\n");
    await server.call("overview");
    const { contents } = await server.client.readResource({ uri: "metacache:///docs/a%20b%23.md" });
    expect(contents).toMatchObject([{ text: "# Odd\n" }]);
    for (const uri of [
      "metacache:///secret.txt",
      "metacache:///../x",
      "metacache:///%2e%2e/x",
      "metacache:///%",
      "metacache:///.metacache/metadata.db",
    ])
      await expect(server.client.readResource({ uri })).rejects.toThrow();
  });

  it("says of a wrong call what is wrong with it, and which one works", async () => {
    const answers = [];
    for (const [name, args] of WRONG) {
      const { text, isError } = await server.call(name, args);
      expect(isError).toBe(true);
      answers.push(text);
    }
    expect(answers.join("\n").replaceAll(tree.root, "/project")).toMatchInlineSnapshot(`
      "find failed: query is missing. A call that works: find {"query":"parse"}
      find failed: there is no argument "qery"; did you mean query?; query is missing. A call that works: find {"query":"parse"}
      find failed: query must be a string, not 5; budget must be an integer from 300 to 8000, not 1. A call that works: find {"query":"parse"}
      find failed: kind must be one of function, method, constructor, getter, setter, test, class, struct, interface, enum, trait, module, namespace, union, record, object, mixin, extension, type, constant, variable, macro, prototype, property, event, error, member, not "funktion". A call that works: find {"query":"parse"}
      find failed: cursor "nonsense" does not come from an answer: leave cursor out to begin again
      show failed: path and symbol are both missing: give one, such as {"path": "README.md"}
      show failed: there is no file "lib/parser.ts" in the index: files of that name: src/parser.ts
      show failed: "src" is a folder with 3 files: call overview with {"in": "src"}
      show failed: "../secret" is outside of the project: give a path below /project
      show failed: no symbol is called "nothing": call find with {"query": "nothing"}
      refs failed: depth must be an integer from 1 to 10, not 0. A call that works: refs {"target":"README.md"}
      changes failed: cursor continues a list of changes, and since is missing: give both, or neither
      overview failed: there is no argument "project": there are in, budget, waitMs. A call that works: overview {}
      check failed: files must be a list of 1 to 100 strings of 1 to 4096 characters, not a list of 0. A call that works: check {}
      check failed: files must be a list of 1 to 100 strings of 1 to 4096 characters, not a list of 1. A call that works: check {}
      check failed: "../secret" is outside of the project: give a path below /project
      check failed: cursor does not come from a check of this session, or is too old: leave cursor out to begin again"
    `);
  });
});

const QUESTIONS: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ["overview", {}],
  ["overview", { in: "src" }],
  ["find", { query: "parse" }],
  ["find", { query: "next token", kind: "function" }],
  ["find", { query: "design" }],
  ["find", { query: "parsFile" }],
  ["show", { path: "src/parser.ts" }],
  ["show", { path: "docs/design.md" }],
  ["show", { symbol: "Parser.parseText" }],
  ["refs", { target: "docs/design.md" }],
  ["refs", { target: "src/parser.ts", depth: 3 }],
  ["refs", { target: "README.md", direction: "out" }],
  ["changes", {}],
  ["check", {}],
  ["check", { files: ["README.md", "docs/lost.md"] }],
];

const WRONG: readonly (readonly [name: string, args: Record<string, unknown>])[] = [
  ["find", {}],
  ["find", { qery: "x" }],
  ["find", { query: 5, budget: 1 }],
  ["find", { query: "parse", kind: "funktion" }],
  ["find", { query: "parse", cursor: "nonsense" }],
  ["show", {}],
  ["show", { path: "lib/parser.ts" }],
  ["show", { path: "src" }],
  ["show", { path: "../secret" }],
  ["show", { symbol: "nothing" }],
  ["refs", { target: "README.md", depth: 0 }],
  ["changes", { cursor: "x" }],
  ["overview", { project: "other" }],
  ["check", { files: [] }],
  ["check", { files: [5] }],
  ["check", { files: ["../secret"] }],
  ["check", { cursor: "1.found7" }],
];

function expectHalvesEqual({ text, structure }: Told): void {
  const { freshness, lines, left = 0, cursor } = structure!;
  const rest = left === 0 ? [] : [cursor === undefined ? `${left} more` : `${left} more: cursor ${cursor}`];
  expect(text).toBe([freshness, ...lines, ...rest].join("\n"));
}
