import { describe, expect, it } from "vitest";

import { readReferences } from "../../src/extraction/references/read-references.ts";
import { Slugger } from "../../src/extraction/references/documents/slugger.ts";
import { extractText } from "./extract-text.ts";

const markdown = { name: "markdown", extensions: [] };

function links(text: string): string[] {
  return readReferences(text, markdown, undefined).references.map(
    ({ line, column, target, section, form }) =>
      `${line}:${column} ${form === "link" ? "" : `${form} `}${target}${section === undefined ? "" : ` ${section}`}`,
  );
}

function headings(text: string): string[] {
  return readReferences(text, markdown, undefined).headings.map(
    ({ level, line, text: shown, slug }) => `${line} h${level} ${shown} #${slug}`,
  );
}

describe("links of Markdown", () => {
  it.each([
    ["[a](docs/x.md) ![b](img/y.png)", ["1:5 docs/x.md", "1:21 img/y.png"]],
    ["[a](<docs/a b.md> \"title\") [b](x.md (title)) [c](y.md 't')", ["1:6 docs/a b.md", "1:32 x.md", "1:50 y.md"]],
    ["[a](x.md#goal) [b](x.md?raw=1#a%20b) [c](x.md#L10)", ["1:5 x.md #goal", "1:20 x.md #a b", "1:42 x.md"]],
    ["[a](docs/a%20b.md) [b](docs/%zz.md)", ["1:5 docs/a b.md", "1:24 docs/%zz.md"]],
    ["[a](a\\_b.md) [b](a(b(c)).md) [c](a&amp;b.md)", ["1:5 a_b.md", "1:18 a(b(c)).md", "1:34 a&b.md"]],
    ["[over\nlines](\n  x.md\n  'title')", ["3:3 x.md"]],
    ["[![a](x.png)](y.md) [a [b](z.md) c](no.md)", ["1:7 x.png", "1:15 y.md", "1:28 z.md"]],
    ["[a][r] [r] [b][]\n\n[r]: x.md 'title'\n[unused]:\n  <a b.md>", ["3:6 x.md", "5:4 a b.md"]],
    ["[r]: x.md\n[s]: y.md\nText [a](z.md)", ["1:6 x.md", "2:6 y.md", "3:10 z.md"]],
    ["[a](#goal) [b](#a%20b) [c](# ) [d](#L10) [e](#{name}) [f](%23x.md)", ["1:5 #goal"]],
    ["[a][r]\n\n[r]: #goal\n\n<a href='#x'>y</a> <a id='#no'></a> <img src='#no'>", ["3:6 #goal", "5:10 #x"]],
    [
      "[![build](x.svg)](#badge) [🚇](#infra-me) <a href='#s'><img src=y.svg></a> [![a](z.png) b](#c)",
      ["1:11 x.svg", "1:65 y.svg", "1:82 z.png", "1:92 #c"],
    ],
    ["<docs/x.md> <./y.md#a> <z>", ["1:2 docs/x.md", "1:14 ./y.md #a"]],
    ["<a href=\"x.md\">x</a> <img alt='a' src=y.png> <a\n  href='z.md#b'>", ["1:10 x.md", "1:39 y.png", "2:9 z.md #b"]],
    ["<div>\n<a href='x.md'>[no](no.md)</a>\n\n[a](y.md)\n</div>", ["2:10 x.md", "4:5 y.md"]],
    ["> - [a](x.md)\n>   [b](y.md)\n\n1. a\n\n   [c](z.md)", ["1:9 x.md", "2:9 y.md", "6:8 z.md"]],
    ["| a | b |\n|--|--|\n| [a](x.md) | `[no](no.md)` |", ["3:7 x.md"]],
    ["[a](/docs/x.md) [b](docs/) [c](LICENSE) [d](../x)", ["1:5 /docs/x.md", "1:21 docs/", "1:32 LICENSE", "1:45 ../x"]],
    ["[🚀](docs/🚀.md) [א](\u200fדוק.md)", ["1:6 docs/🚀.md", "1:22 \u200fדוק.md"]],
    ["a\n<!-- see docs/x.md §3 -->\n<!--\n[b](y.md)\n-->", ["2:10 comment docs/x.md §3", "4:5 comment y.md"]],
    ["---\ntitle: '[no](no.md)'\n---\n[a](x.md)", ["4:5 x.md"]],
    ["\ttext\n\n- a\n\n\t[b](x.md)\r\n[c](y.md)\r\n", ["5:6 x.md", "6:5 y.md"]],
  ])("are found: %j", (text, found) => {
    expect(links(text)).toEqual(found);
  });

  it.each([
    "[a](https://x/y.md) [b](//x/y.md) [c](mailto:a@b.c) [d](a@b.cd) [f]() [g](C:\\x.md) <https://x/y.md> <a@b.md>",
    "`[a](x.md)` ``[a](x.md) ` `` \\[a](x.md) [a]\\(x.md) [a] (x.md) [a](x.md y) [a](x.md",
    "```\n[a](x.md)\n```\n~~~ [b](y.md)\n[c](z.md)",
    "- a\n  ```\n  [b](x.md)\n  ```\n\n      [c](y.md)",
    "    [a](x.md)\n\n\t[b](y.md)",
    "[a](...) [b](.../x.md) [c](docs/*.md) [d](${x}/y.md) [e](<{{x}}/y.md>) [f](<docs/<x>.md>)",
    "<script>\n[a](x.md)\n\n[b](y.md)\n</script>\n\n[^1]: a x.md",
    "docs/x.md and [[x.md]] and x.md",
  ])("are none: %j", (text) => {
    expect(links(text)).toEqual([]);
  });
});

describe("headings of Markdown", () => {
  it.each([
    ["# A\n## B ##\n###### F\n####### no\n#no\n    # no\n```\n# no\n```", ["1 h1 A #a", "2 h2 B #b", "3 h6 F #f"]],
    ["A\n===\nB\nb\n---\n\n---\n- C\n  ---", ["1 h1 A #a", "3 h2 B b #bb", "8 h2 C #c"]],
    ["# `a_b` *c* __d__ e_f ~~g~~ 2 * 3 \\*h\\*", ["1 h1 a_b c d e_f g 2 * 3 *h* #a_b-c-d-e_f-g-2--3-h"]],
    ["# [a](x.md) ![b](y.png)c <b>d</b> [e][r] [f][no] &amp; g\n\n[r]: z.md", ["1 h1 a c d e [f][no] & g #a-c-d-e-fno--g"]],
    ["# A\n# A\n# A-1\n# A", ["1 h1 A #a", "2 h1 A #a-1", "3 h1 A-1 #a-1-1", "4 h1 A #a-2"]],
    ["# Café & Co. 😀 :tada:\n# 你好", ["1 h1 Café & Co. 😀 :tada: #café--co--tada", "2 h1 你好 #你好"]],
    [
      '<a id="one"></a> <a name=two>\n\n<h2 align="center">A <b>b</b></h2>\n\n# A b {#own}',
      ["1 h0 one #one", "1 h0 two #two", "3 h2 A b #a-b", "5 h1 A b #a-b-1", "5 h0 own #own"],
    ],
    ["---\n# no\n---\n> # A\n\n- # B", ["4 h1 A #a", "6 h1 B #b"]],
    ["#\n## \n", []],
  ])("are found: %j", (text, found) => {
    expect(headings(text)).toEqual(found);
  });

  it.each([
    [
      ["echo", "echo", "echo 1", "echo-1", "echo"],
      ["echo", "echo-1", "echo-1-1", "echo-1-2", "echo-2"],
    ],
    [
      ["foxtrot-1", "foxtrot", "foxtrot"],
      ["foxtrot-1", "foxtrot", "foxtrot-2"],
    ],
    [
      ["__proto__", "hasOwnProperty", "__proto__"],
      ["__proto__", "hasownproperty", "__proto__-1"],
    ],
    [
      ["a - b", "x.txt, [y]", "en–dash", "apostrophe’s"],
      ["a---b", "xtxt-y", "endash", "apostrophes"],
    ],
    [
      ["😄 a", "😄_😄", ":ok_hand::x:", "I ♥ b", "Привет", "Ⅷ ²"],
      ["-a", "_", "ok_handx", "i--b", "привет", "ⅷ-"],
    ],
  ])("have GitHub's anchors: %j", (texts, slugs) => {
    const slugger = new Slugger();
    expect(texts.map((text) => slugger.slugOf(text))).toEqual(slugs);
  });

  it("are cut to 500 characters", async () => {
    const { headings: found } = await extractText("a.md", `# ${"x".repeat(10_000)}\n`);
    expect(found).toMatchObject([{ text: `${"x".repeat(499)}…`, slug: "x".repeat(500), level: 1, line: 1 }]);
  });

  it("are counted apart a thousand times, and beyond 20,000 the record says that there are more", async () => {
    expect((await extractText("a.md", "# A\n".repeat(1_000))).headings.at(-1)).toEqual({ text: "A", slug: "a-999", level: 1, line: 1_000 });
    const { headings: found, problems } = await extractText("a.md", "# A\n".repeat(20_001));
    expect(found).toHaveLength(20_000);
    expect(problems).toEqual(["too-many-headings:20001"]);
  });
});
