import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { wrongPhrases } from "../../scripts/prose/prose-phrases.ts";
import { commentsOf, withoutComments, wrapComments } from "../../scripts/prose/wrap-comments.ts";

const long = (words: number): string => Array.from({ length: words }, (_, at) => `word${at}`).join(" ");

function wrap(source: string): string {
  const once = wrapComments("a.ts", source);
  expect(wrapComments("a.ts", once)).toBe(once);
  return once;
}

function widest(text: string): number {
  return Math.max(...text.split("\n").map((line) => line.length));
}

test("comments of lines and doc comments that are too wide are wrapped in their indentation, and keep their words", () => {
  const source = `class A {\n  // ${long(30)}\n  // ${long(3)}\n  a = 1;\n\n  /** ${long(20)} */\n  b = 2;\n}\n`;
  const wrapped = wrap(source);
  expect(widest(wrapped)).toBeLessThanOrEqual(100);
  expect(wrapped).toMatch(/^ {2}\/\/ word0.*\n {2}\/\/ word\d+ .*\n/m);
  expect(wrapped).toMatch(/^ {2}\/\*\*\n {3}\* word0 .*\n {3}\* word\d+ [^]*\n {3}\*\/\n {2}b = 2;$/m);
  const words = (text: string): string[] => text.match(/word\d+/g) ?? [];
  expect(words(wrapped)).toEqual(words(source));
});

test("paragraphs, list items and tags of a doc comment stay apart", () => {
  const wrapped = wrap(
    `/**\n * ${long(20)}\n *\n * - ${long(20)}\n * - short\n * @throws ${long(20)}\n * @returns short\n */\nexport const a = 1;\n`,
  );
  expect(widest(wrapped)).toBeLessThanOrEqual(100);
  expect(wrapped).toMatch(
    /\n \*\n \* - word0 .*\n \* {3}word\d+ [^]*\n \* - short\n \* @throws word0 .*\n \* word[^]*\n \* @returns short\n \*\/\n/,
  );
});

test("a comment that is narrow enough stays as it is, to the last column", () => {
  const fits = `x`.repeat(97);
  expect(wrap(`// ${fits}\n`)).toBe(`// ${fits}\n`);
  expect(wrap(`/**\n * a\n * b ${"x".repeat(95)}\n */\n`)).toContain("b x");
  expect(wrap(`/** ${"a ".repeat(46)}b */\nlet a;\n`)).toBe(`/** ${"a ".repeat(46)}b */\nlet a;\n`);
  expect(wrap(`/** ${"a ".repeat(47)}b */\nlet a;\n`)).toBe(`/**\n * ${"a ".repeat(47)}b\n */\nlet a;\n`);
});

test.each([
  ["a comment behind code", `run(); // ${long(40)}\n`],
  ["a comment before code on its line", `/** ${long(40)} */ run();\n`],
  ["text in a string", `const a = "// ${long(40)}";\n`],
  ["text in a template", `const a = \`\n// ${long(40)}\n/** ${long(40)} */\n\`;\n`],
  ["a regular expression", `const a = /\\/\\/ ${long(40)}/;\n`],
  ["a directive for the linter", `// oxlint-disable-next-line no-x -- ${long(40)}\nrun();\n`],
  ["a directive for the compiler", `/// <reference ${long(40)} />\n// @ts-expect-error ${long(40)}\nrun();\n`],
  ["a block that is no doc comment", `/* ${long(40)} */\nrun();\n`],
  ["an example", `/**\n * Runs.\n * @example\n * run(${long(40)});\n */\nrun();\n`],
  ["a fence", `/**\n * Runs.\n *\n * \`\`\`ts\n * run(${long(40)});\n * \`\`\`\n */\nrun();\n`],
  ["a table", `/**\n * | ${long(40)} |\n */\nrun();\n`],
  ["a drawing", `// ${"a    b ".repeat(40)}b\nrun();\n`],
])("%s stays as it is", (_, source) => {
  expect(wrap(source)).toBe(source);
});

test("a directive stays alone on its line under a comment that is wrapped", () => {
  const wrapped = wrap(`// ${long(30)}\n// oxlint-disable-next-line no-x\nrun();\n`);
  expect(wrapped).toMatch(/word29\n\/\/ oxlint-disable-next-line no-x\nrun\(\);\n$/);
});

test("no word begins a line that would make it a tag or a directive", () => {
  for (const mark of ["@throws", "oxlint-disable", "eslint-disable", "<b>", "#"]) {
    const text = Array.from({ length: 90 }, (_, at) => (at % 3 === 1 ? mark : "abcd")).join(" ");
    const lines = wrap(`/** ${text} */\nlet a;\n// ${text}\n`).split("\n");
    expect(lines.filter((line) => new RegExp(`^ ?(?:\\*|//) ${mark}`).test(line))).toEqual([]);
  }
});

test("over all of the sources, code stays what it is, comments keep their words, and a second time changes nothing", () => {
  const root = join(import.meta.dirname, "../..");
  const files = globSync("src/**/*.ts", { cwd: root });
  expect(files.length).toBeGreaterThan(300);
  const words = (file: string, text: string): string => commentsOf(file, text).join(" ").replaceAll(/\s+/g, " ");
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    const wrapped = wrapComments(file, text);
    expect(withoutComments(file, wrapped), file).toBe(withoutComments(file, text));
    expect(words(file, wrapped).replaceAll("/", ""), file).toBe(words(file, text).replaceAll("/", ""));
    expect(wrapComments(file, wrapped), file).toBe(wrapped);
  }
});

test("a phrase that has a plainer word is found across the end of a line, and plain text has none", () => {
  expect(wrongPhrases("Whoever reads. It ends where\nthere is no row.").map(({ phrase }) => phrase)).toEqual(["Whoever", "where there is"]);
  expect(wrongPhrases("A reader that waits ends if there is no row. Everything there is to say.")).toEqual([]);
});
