import { expect, test } from "vitest";
import { PROSE_WIDTH, wrapProse } from "../../scripts/prose/wrap-prose.ts";

const long = (words: number): string => Array.from({ length: words }, (_, at) => `word${at}`).join(" ");

test("a paragraph and a list item that are too wide are wrapped, with their words and indentation", () => {
  const text = `${long(40)}\n\n- ${long(40)}\n  more\n- short`;
  const result = wrapProse(text);
  expect(Math.max(...result.split("\n").map((line) => line.length))).toBeLessThanOrEqual(PROSE_WIDTH);
  expect(result.replaceAll(/\s+/g, " ")).toBe(text.replaceAll(/\s+/g, " "));
  expect(result).toMatch(/\n {2}word\d+[^]*more\n- short$/);
  expect(wrapProse(result)).toBe(result);
});

test("tables, headings, code and what is narrow enough stay as they are", () => {
  const text = `# ${long(40)}\n\n| ${long(40)} |\n\n\`\`\`sh\n${long(40)}\n\`\`\`\nshort\nlines\n<!-- ${long(40)} -->\n`;
  expect(wrapProse(text)).toBe(text);
});

test("no word begins a line that would make it a list, a heading or a quotation", () => {
  for (const mark of ["-", "#", ">", "2.", "+"]) {
    const result = wrapProse(
      Array.from({ length: 90 }, (_, at) => (at % 3 === 0 ? mark : "abcd"))
        .join(" ")
        .slice(mark.length + 1),
    );
    expect(result.split("\n").filter((line) => line.startsWith(mark))).toEqual([]);
  }
});

test("the fields in front of a page stay as they are, and the text after them is wrapped", () => {
  const fields = `---\nname: a\ndescription: ${long(40)}\n---\n`;
  expect(wrapProse(`${fields}\n${long(5)}\n`)).toBe(`${fields}\n${long(5)}\n`);
  expect(wrapProse(`${fields}\n${long(40)}\n`)).toMatch(/^---\nname: a\ndescription: .*word39\n---\n\nword0 .*\nword/);
});
