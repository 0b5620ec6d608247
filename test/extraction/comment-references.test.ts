import { describe, expect, it } from "vitest";

import type { FileReference } from "../../src/record/file-metadata.ts";
import { extractText } from "./extract-text.ts";

/** Each reference as `line:column target section`. */
async function cited(path: string, text: string | Uint8Array): Promise<string[]> {
  const { references } = await extractText(path, text);
  return references.map(label);
}

function label({ line, column, target, section }: FileReference): string {
  return `${line}:${column} ${target}${section === undefined ? "" : ` ${section}`}`;
}

/** The targets and sections that a comment of this one line names. */
async function inComment(prose: string): Promise<string[]> {
  const { references } = await extractText("a.ts", `// ${prose}\n`);
  return references.map(({ target, section }) => (section === undefined ? target : `${target} ${section}`));
}

describe("a path in a comment", () => {
  it.each([
    ["see docs/x.md, docs/y.md.", ["docs/x.md", "docs/y.md"]],
    ["docs/x.md#goal", ["docs/x.md #goal"]],
    ["docs/x.md#1.2-goal, then", ["docs/x.md #1.2-goal"]],
    ["docs/x.md §3.2", ["docs/x.md §3.2"]],
    ["docs/x.md §§3.2-3.4", ["docs/x.md §3.2"]],
    ["`docs/x.md` (§A.1)", ["docs/x.md §A.1"]],
    ["docs/x.md, section 3.2", ["docs/x.md §3.2"]],
    ["docs/x.md:12", ["docs/x.md"]],
    ["docs/x.md:12-20 §3", ["docs/x.md §3"]],
    ["docs/x.md#L10-L12", ["docs/x.md"]],
    ["§3.2 of docs/x.md", ["docs/x.md §3.2"]],
    ["section 3.2 of the `docs/x.md`", ["docs/x.md §3.2"]],
    ["docs/x.md, §3 of docs/y.md", ["docs/x.md", "docs/y.md §3"]],
    ["[the text](docs/x.md) and [docs/x.md](../docs/y.md#a)", ["docs/x.md", "../docs/y.md #a"]],
    ["./x.md ../x.md x.md", ["./x.md", "../x.md", "x.md"]],
    ["\"x.md\" `x.md` 'x.md' (x.md) [x.md] <x.md> “x.md” «x.md»", Array.from({ length: 8 }, () => "x.md")],
    ["**docs/x.md** and <code>docs/y.md</code>", ["docs/x.md", "docs/y.md"]],
    ["docs/x.md @ 6ee3d4a, docs/y.md@6ee3d4a", ["docs/x.md", "docs/y.md"]],
    ["docs/a%20b.md", ["docs/a b.md"]],
    ["docs/naïve-計画.md and docs/🚀.md", ["docs/naïve-計画.md", "docs/🚀.md"]],
    ["参见docs/x.md。", ["docs/x.md"]],
    ["\u200fdocs/x.md\u200f", ["docs/x.md"]],
    [".github/x.md, docs/x.y.md, x.MD", [".github/x.md", "docs/x.y.md", "x.MD"]],
    ["a.mdx b.markdown c.rst d.adoc e.asciidoc f.txt", ["a.mdx", "b.markdown", "c.rst", "d.adoc", "e.asciidoc", "f.txt"]],
    ["src/a/b.ts, src/a/b.test.ts; tests/x.py::test_a", ["src/a/b.ts", "src/a/b.test.ts", "tests/x.py"]],
    ["doc:docs/x.md key=docs/y.md", ["docs/x.md", "docs/y.md"]],
    ["apart from `docs/x.md`, which", ["docs/x.md"]],
    ["is it docs/x.md? docs/y.md's", ["docs/x.md", "docs/y.md"]],
  ])("is found: %s", async (prose, targets) => {
    expect(await inComment(prose)).toEqual(targets);
  });

  it.each([
    "https://a.b/docs/x.md http://a/x.md ftp://a/x.md git+ssh://git@a/b/x.md //cdn/x.md",
    "user@host:x.md git@github.com:a/b.md github:a/b.md host.example:docs/x.md localhost:8080/x.md",
    "example.com/docs/x.md www.a.b/x.md",
    "/opt/x.md ~/x.md $HOME/x.md @scope/x.md C:\\docs\\x.md C:/docs/x.md C:x.md docs\\x.md",
    ".../x.md …/x.md docs/.../x.md ...x.md",
    "*.md docs/*.md docs/**/x.md docs/x*.md {a,b}.md docs/{a,b}.md {a.md,b.md} docs/?.md docs/x.md*",
    "${x}.md ${x}/y.md <name>/x.md <name>.md %s/x.md docs/%s.md {name}.md {{x}}/y.md $(x)/y.md docs/$x.md",
    "foo.md5 x.md.bak x.md/y x.mdfoo x.md_ x.md-based .md docs/.md é.mdé",
    "foo.ts and/or I/O e.g. this/that TCP/IP a.b/c obj.md(x)",
    ".notes.txt README.md/CHANGELOG.md path/to/x.md docs/NNNN-title.md",
    'import a from "./a.js"; require("../b.js"); import("./c.js"); #include <linux/x.h>',
  ])("is none: %s", async (prose) => {
    expect(await inComment(prose)).toEqual([]);
  });

  it("goes with a section on the next line of the comment", async () => {
    expect(await cited("a.ts", "/**\n * See docs/x.md\n * §3.2.\n */\n\n// As §4\n// of docs/y.md says.\n")).toEqual([
      "2:8 docs/x.md §3.2",
      "7:7 docs/y.md §4",
    ]);
  });

  it("is none where the file's header states it already", async () => {
    const text = "###############\n# [Reference documentation]\n# - docs/x.md (see docs/y.md)\n###############\n# docs/x.md\n";
    expect(await cited("a.py", text)).toEqual(["3:20 docs/y.md", "5:3 docs/x.md"]);
  });

  it("is none in a fence, which is an example", async () => {
    expect(await cited("a.rs", "/// docs/a.md\n/// ```\n/// docs/b.md\n/// ```\n/// docs/c.md\nfn f() {}\n// docs/d.md\n")).toEqual([
      "1:5 docs/a.md",
      "5:5 docs/c.md",
      "7:4 docs/d.md",
    ]);
  });
});

describe("comments", () => {
  it.each([
    ["a.js", 'const s = "docs/no.md", r = /["\'\\/]/; // docs/x.md\n', ["1:42 docs/x.md"]],
    [
      "a.py",
      '"""docs/x.md"""\nX = "docs/no.md"\ndef f():\n    """docs/y.md §1"""\n    return """docs/no.md""" # docs/z.md\n',
      ["1:4 docs/x.md", "4:8 docs/y.md §1", "5:31 docs/z.md"],
    ],
    ["a.c", 'char *s = "/* docs/no.md */", q = \'"\'; // docs/x.md\n/* docs/y.md*/\n', ["1:43 docs/x.md", "2:4 docs/y.md"]],
    ["a.h", "/* docs/x.md */\n#define A 1\n", ["1:4 docs/x.md"]],
    ["a.rb", "=begin\ndocs/x.md\n=end\n# docs/y.md\nx = '# docs/no.md'\n", ["2:1 docs/x.md", "4:3 docs/y.md"]],
    [
      "a.vue",
      "<!-- docs/x.md -->\n<template>docs/no.md</template>\n<script>\n// docs/y.md\n</script>\n",
      ["1:6 docs/x.md", "4:4 docs/y.md"],
    ],
    [
      "a.yaml",
      '# docs/x.md\na: "b # docs/no.md" # docs/y.md\nb: don\'t # docs/z.md\nc: x#docs/no.md\n',
      ["1:3 docs/x.md", "2:23 docs/y.md", "3:12 docs/z.md"],
    ],
    ["a.toml", 'a = """\n# docs/no.md\n""" # docs/x.md\n', ["3:7 docs/x.md"]],
    ["Dockerfile", "FROM a # docs/x.md\n#docs/y.md\n", ["1:10 docs/x.md", "2:2 docs/y.md"]],
    ["Makefile", "# docs/x.md\nall:\n\techo 'docs/no.md'\n", ["1:3 docs/x.md"]],
    ["a.jsonc", '{ "a": "// docs/no.md" } // docs/x.md\n', ["1:29 docs/x.md"]],
    ["a.json", '{ "a": "docs/no.md" }\n', []],
    ["a.sql", "-- docs/x.md\nselect '-- docs/no.md' /* docs/y.md */;\n", ["1:4 docs/x.md", "2:27 docs/y.md"]],
    ["a.ini", "; docs/x.md\n# docs/y.md\na = docs/no.md\n", ["1:3 docs/x.md", "2:3 docs/y.md"]],
    ["a.lua", "-- docs/x.md\n--[[\ndocs/y.md\n]]\n", ["1:4 docs/x.md", "3:1 docs/y.md"]],
    ["a.html", "<p>docs/no.md</p><!-- docs/x.md -->\n", ["1:23 docs/x.md"]],
    ["a.css", "/* docs/x.md */ a { b: url(c/d.md) }\n", ["1:4 docs/x.md"]],
    ["a.scss", "a { b: url(https://c/d.md) } // docs/x.md\n", ["1:33 docs/x.md"]],
    ["a.sh", "# docs/x.md\necho docs/no.md '# docs/no.md'\n", ["1:3 docs/x.md"]],
  ])("of %s are told from its code", async (path, text, references) => {
    expect(await cited(path, text)).toEqual(references);
  });

  it("have the lines and columns of the file, whatever its encoding and line ends", async () => {
    expect(await cited("a.ts", "\ufeff// é docs/x.md\r\n// 😀 docs/y.md\r// docs/z.md\n")).toEqual([
      "1:6 docs/x.md",
      "2:7 docs/y.md",
      "3:4 docs/z.md",
    ]);
    expect(await cited("a.ts", Buffer.from("\ufeff// docs/x.md\n", "utf16le"))).toEqual(["1:4 docs/x.md"]);
  });

  it("name 20,000 references at most, and the record says on which line the next would be", async () => {
    const { references, problems } = await extractText("a.yaml", "# docs/x.md\n".repeat(20_001));
    expect(references).toHaveLength(20_000);
    expect(problems).toEqual(["too-many-references:20001"]);
  });
});
