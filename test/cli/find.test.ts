import { writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

const PARSER = `/** Reads a configuration. */
export function parseConfig(text: string): Config {}
export function parseconfigs(): void {}
export class Parser {
  /** Reads on. */
  parse(text: string): void {}
}
export class Other {
  parse(): void {}
}
`;

beforeAll(async () => {
  mkdirSync(join(root, "src/lib"), { recursive: true });
  writeFileSync(join(root, "src/parser.ts"), PARSER);
  writeFileSync(join(root, "src/lib/view.tsx"), "export function parseView() {}\n");
  writeFileSync(join(root, "src/lib/parse.py"), "def parse_config(text):\n    pass\n");
  writeFileSync(join(root, "src/it's.py"), "def odd(): pass\n");
  await metacacheIn(root, "index");
});

async function names(...args: readonly string[]): Promise<readonly string[]> {
  const { items = [] } = (await jsonIn(root, "find", ...args)) as { items?: { name: string }[] };
  return items.map(({ name }) => name);
}

test("find prints where each is, what it is and how it is declared, what it is for below it, and how many there are", async () => {
  const { code, stdout, stderr } = await metacacheIn(root, "find", "parseC");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^src\/parser\.ts:2  function  parseConfig\(text: string\)(?:: Config)?\n    Reads a configuration\.\n1 symbol named parseC\*, at revision 4\.\n$/,
  );
});

describe("a name", () => {
  test("in small letters alone finds capitals, one with a capital does not find small letters", async () => {
    expect((await names("parseconfig")).toSorted()).toEqual(["parseConfig", "parseconfigs"]);
    expect(await names("parseConfig")).toEqual(["parseConfig"]);
    expect((await names("parser")).toSorted()).toEqual(["Parser"]);
  });

  test("that begins none finds what is like it, and --like finds that at once", async () => {
    expect((await names("pConf")).toSorted()).toEqual(["parseConfig", "parse_config"]);
    expect(await names("config", "--like")).toEqual(expect.arrayContaining(["parseConfig", "parseconfigs", "parse_config"]));
    expect(await names("View")).toEqual(["parseView"]);
    const { matched } = await jsonIn(root, "find", "View");
    expect(matched).toBe("like");
  });

  test("is exact with --exact, of a class with Class.method or --class, of a kind with --kind", async () => {
    expect(await names("parse", "--exact")).toEqual(["parse", "parse"]);
    expect(await jsonIn(root, "find", "parser.", "--kind", "method")).toMatchObject({
      matched: "begins",
      items: [{ className: "Parser" }],
    });
    expect(await jsonIn(root, "find", "Parser.parse")).toMatchObject({ total: 1, items: [{ className: "Parser", line: 6, endLine: 6 }] });
    expect(await jsonIn(root, "find", "parser.pa")).toMatchObject({ total: 1, items: [{ className: "Parser" }] });
    expect(await jsonIn(root, "find", "parse", "--class", "Other")).toMatchObject({ total: 1, items: [{ className: "Other" }] });
    expect(await names("parse", "--kind", "class")).toEqual(["Parser"]);
    expect((await names("parse", "-k", "method,class")).toSorted()).toEqual(["Parser", "parse", "parse"]);
  });

  test("is looked for in some files alone: by language, glob or folder", async () => {
    expect((await names("parse", "--language", "ts", "--kind", "function")).toSorted()).toEqual([
      "parseConfig",
      "parseView",
      "parseconfigs",
    ]);
    expect(await names("parse", "-l", "py")).toEqual(["parse_config"]);
    expect((await names("parse", "-g", "*.tsx", "-g", "src/lib/*.py")).toSorted()).toEqual(["parseView", "parse_config"]);
    expect((await names("parse", "--in", "src/lib")).toSorted()).toEqual(["parseView", "parse_config"]);
    expect(await metacacheIn(join(root, "src/lib"), "find", "parse", "--in", ".", "--paths")).toMatchObject({
      stdout: "parse.py\nview.tsx\n",
    });
  });

  test("that nothing has ends with 1, and what is spelt alike is told", async () => {
    const [none, class_, json] = await metacacheAll(
      root,
      ["find", "parzeConfig"],
      ["find", "zzzzzzz", "--kind", "class"],
      ["find", "parzeConfig", "--json"],
    );
    expect(await metacacheIn(root, "find", "parseConfig", "-l", "swift")).toEqual({
      code: 1,
      stdout: "",
      stderr: "metacache: nothing called parseConfig meets the other conditions\nmetacache: the project has no files in swift\n",
    });
    expect(none).toEqual({ code: 1, stdout: "", stderr: "metacache: nothing is called parzeConfig; did you mean parseConfig?\n" });
    expect(class_).toEqual({ code: 1, stdout: "", stderr: "metacache: no class is called zzzzzzz\n" });
    expect(JSON.parse(json?.stdout ?? "")).toMatchObject({ total: 0, items: [], nearest: ["parseConfig"] });
  });
});

test("pages, fields, paths and counts of what is found are as they are asked for", async () => {
  const [page, fields, paths, nulls, count, lines, quiet] = await metacacheAll(
    root,
    ["find", "parse", "-n", "2", "--page", "2", "--json"],
    ["find", "parseC", "--select", "name,line"],
    ["find", "parse", "--paths"],
    ["find", "parse", "-0"],
    ["find", "parse", "--count"],
    ["find", "parse", "--format", "jsonl", "--select", "name"],
    ["find", "parse", "-q"],
  );
  const all = await names("parse");
  expect(JSON.parse(page?.stdout ?? "")).toMatchObject({ total: 7, items: all.slice(2, 4).map((name) => ({ name })) });
  expect(fields?.stdout).toBe("parseConfig  2\n1 symbol named parseC*, at revision 4.\n");
  expect(paths?.stdout).toBe("src/lib/parse.py\nsrc/lib/view.tsx\nsrc/parser.ts\n");
  expect(nulls?.stdout).toBe("src/lib/parse.py\0src/lib/view.tsx\0src/parser.ts\0");
  expect(count?.stdout).toBe("7\n");
  expect(lines?.stdout).toBe(all.map((name) => `{"name":"${name}"}\n`).join(""));
  expect(quiet).toEqual({ code: 0, stdout: "", stderr: "" });
});

test("an answer of many costs about a hundred bytes a hit in a pipe", async () => {
  const { stdout } = await metacacheIn(root, "find", "parse");
  expect(stdout.length / 7).toBeLessThan(110);
});

test.each([
  [["find", ""], /the name is empty: give at least its first letter/],
  [["find", "x".repeat(300)], /is 300 characters long/],
  [["find", "x", "--kind", "clas"], /--kind must be a kind of symbol, not "clas": did you mean class\?/],
  [["find", "x", "--select", "nam"], /--select has no field "nam": did you mean name\?/],
  [["find"], /missing required argument 'name'/],
])("%j ends with 2, and says what to do", async (args, message) => {
  const [outcome] = await metacacheAll(root, args);
  expect(outcome).toMatchObject({ code: 2, stderr: expect.stringMatching(message) as string });
});
