import { describe, expect, it } from "vitest";

import { extractText } from "./extract-text.ts";

async function found(path: string, text: string): Promise<string[]> {
  const { references, headings } = await extractText(path, text);
  return [
    ...references.map(
      ({ line, column, target, section, form }) => `${line}:${column} ${form} ${target}${section === undefined ? "" : ` ${section}`}`,
    ),
    ...headings.map(({ level, line, text: shown, slug }) => `${line} h${level} ${shown} #${slug}`),
  ];
}

describe("a reStructuredText document", () => {
  it("has the links of its roles, hyperlinks and directives", async () => {
    const text =
      "See :doc:`../guide/x`, :doc:`t <y>` and `link <docs/x.rst#a>`_.\n\n.. include:: inc/a.txt\n.. image:: img/x.png\n" +
      ".. |s| image:: img/y.png\n.. _target: docs/z.rst\n\n.. toctree::\n   :maxdepth: 2\n\n   intro\n   Text <guide/y>\n";
    expect(await found("a.rst", text)).toEqual([
      "1:11 link ../guide/x",
      "1:33 link y",
      "1:48 link docs/x.rst #a",
      "3:14 link inc/a.txt",
      "4:12 link img/x.png",
      "5:16 link img/y.png",
      "6:13 link docs/z.rst",
      "11:4 link intro",
      "12:10 link guide/y",
    ]);
  });

  it("has none in code, literals, comments and URLs", async () => {
    const text =
      "``:doc:`no` `` `name`_ `text <https://x/y.rst>`_ `text <name_>`_\n.. a comment `a <no.rst>`_\n.. _web: https://x/y.rst\n" +
      ".. code-block:: rst\n\n   :doc:`no`\n\nCode::\n\n   :doc:`no`\n\n   Title\n   =====\n";
    expect(await found("a.rst", text)).toEqual([]);
  });

  it("has headings whose levels follow from the order of their lines' characters, and anchors", async () => {
    const text = "=====\nTitle\n=====\n\n.. _top:\n\nSub ``x``\n---------\n\nSub sub\n~~~~~~~\n\nSub x\n-----\n";
    expect(await found("a.rst", text)).toEqual([
      "2 h1 Title #title",
      "5 h0 top #top",
      "7 h2 Sub x #sub-x",
      "10 h3 Sub sub #sub-sub",
      "13 h2 Sub x #sub-x-1",
    ]);
  });
});

describe("an AsciiDoc document", () => {
  it("has its links, headings, anchors and comments", async () => {
    const text =
      "= Title\n\n[[anchor]]\n== Goal `x`\nSee xref:docs/x.adoc#goal[t], link:docs/y.md[y], <<docs/z.adoc#a,Z>>.\n" +
      "include::inc/a.adoc[]\nimage::img/x.png[X]\n// see docs/c.md §2\n== Goal x\n";
    expect(await found("a.adoc", text)).toEqual([
      "5:10 link docs/x.adoc #goal",
      "5:36 link docs/y.md",
      "5:52 link docs/z.adoc #a",
      "6:10 link inc/a.adoc",
      "7:8 link img/x.png",
      "8:8 comment docs/c.md §2",
      "1 h1 Title #title",
      "3 h0 anchor #anchor",
      "4 h2 Goal x #goal-x",
      "9 h2 Goal x #goal-x-1",
    ]);
  });

  it("has none in listings, of URLs, with attributes to be filled in, and within itself", async () => {
    const text = "----\ninclude::no.adoc[]\n== no\n----\nlink:https://x/y.md[a] include::{dir}/a.adoc[] <<goal>> xref:goal[]\n";
    expect(await found("a.adoc", text)).toEqual([]);
  });
});

describe("hostile text", () => {
  const MANY = 300_000;
  it.each([
    ["a megabyte of paths", "docs/x.md ".repeat(100_000)],
    ["paths without an end", "a/".repeat(MANY)],
    ["extensions without an end", "a.md".repeat(MANY)],
    ["open brackets", "[".repeat(MANY)],
    ["open links", "[a](".repeat(MANY / 4)],
    ["open links in angle brackets", "[a](<b".repeat(MANY / 6)],
    ["links that open in others", `${"[".repeat(MANY)}${"](b)".repeat(MANY / 4)}`],
    ["links within titles", '[a](b "'.repeat(MANY / 7)],
    ["links to sections", '<a href="#x">![](#'.repeat(MANY / 18)],
    ["open pictures in links", `[${"![](".repeat(MANY / 4)}](#x)`],
    ["open tags", '<a href="'.repeat(MANY / 9)],
    ["open comments", "<!-- ".repeat(MANY / 5)],
    ["runs of backticks", Array.from({ length: 700 }, (_, length) => "`".repeat(length)).join(" ")],
    ["escaped quotes", '"\\'.repeat(MANY)],
    ["quotes of quotes", "> ".repeat(MANY)],
    ["items of items", Array.from({ length: 700 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n") + "\n".repeat(20_000)],
    ["blanks", `[a]: ${" ".repeat(MANY)}x`],
    ["headings' closing marks", `# ${"# ".repeat(MANY)}x`],
    ["emphasis", `# ${"*_`~[".repeat(MANY / 5)}`],
    ["definitions", "[a]: b\n".repeat(MANY / 7)],
    ["sections", "§1 of ".repeat(MANY / 6)],
    ["fences", "```\n".repeat(MANY / 4)],
    ["comments", "// a\n/* */".repeat(MANY / 9)],
    ["anchors of one text", "# a\n# a-1\n".repeat(8_000)],
  ])("such as %s gives a record in every kind of document", async (_what, text) => {
    for (const path of ["a.md", "a.rst", "a.adoc", "a.yaml", "a.scss", "a.lua"]) {
      for (const prefix of ["", "# ", "<!-- ", ".. "]) expect((await extractText(path, prefix + text)).path).toBe(path);
    }
  });
});
