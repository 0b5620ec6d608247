import { describe, expect, it } from "vitest";

import { blockCommentLines } from "../../src/extraction/docs/comment-lines.ts";
import { docSectionsOf } from "../../src/extraction/docs/doc-sections.ts";
import { docstringLines } from "../../src/extraction/docs/docstring.ts";
import { xmlDocLines } from "../../src/extraction/docs/xml-doc.ts";

const sectionsOf = (text: string) => docSectionsOf(text.split("\n"), "comment");

describe("tagged documentation", () => {
  it.each(["Function intent", "Class intent", "Class method intent", "Method intent", "Script intent"])(
    "has its intent under [%s]",
    (tag) => {
      expect(sectionsOf(`[${tag}]\nDoes a thing\nthat is hard.`).intent).toBe("Does a thing that is hard.");
    },
  );

  it("is read in either order of its sections, up to the description of the signature", () => {
    const sections = [
      "[Implementation details]\nReads the file line by line,\nskipping comments.\nCaches it.\n\nThen returns.",
      "[Design principles]\n- Fail early\n  * Rationale: cheap\n- Stay small",
      "[Design decisions]\n1. One\n2. Two",
    ];
    const expected = {
      intent: "Does it.",
      implementationDetails: ["Reads the file line by line, skipping comments.", "Caches it.", "Then returns."],
      designPrinciples: ["Fail early\n* Rationale: cheap", "Stay small"],
      designDecisions: ["One", "Two"],
    };
    for (const order of [sections, sections.toReversed()]) {
      for (const end of ["Args:\n    x: not a detail", "@param x not a detail", ":param x: not a detail", "Returns: not a detail"]) {
        expect(sectionsOf(["[Function intent]\nDoes it.", ...order, end].join("\n\n"))).toEqual(expected);
      }
    }
  });

  it("does not keep a section with an unknown tag", () => {
    expect(sectionsOf("[Function intent]\nA.\n[Usage]\nB.\n[Design principles]\nC.")).toMatchObject({
      intent: "A.",
      designPrinciples: ["C."],
    });
  });

  it("has its first paragraph for intent where no tag says it", () => {
    expect(sectionsOf("Does it.\n\n[Design principles]\nC.")).toMatchObject({ intent: "Does it.", designPrinciples: ["C."] });
  });
});

describe("documentation without tags has for intent", () => {
  it.each([
    ["the first paragraph, its lines joined", "\nDoes a\n  thing.\n\nMore.", "Does a thing."],
    ["what comes before the parameters", "Does it.\n@param x y", "Does it."],
    ["what comes before the parameters in Google's style", "Does it.\nArgs:\n  x: y", "Does it."],
    ["what comes before the fields", "Does it.\n:param x: y", "Does it."],
    ["what a tag of the summary says", "\\brief Does it.\n\\param x y", "Does it."],
    ["what comes before a HTML paragraph", "Does it.\n<p>More.", "Does it."],
    ["nothing where only the signature is described", "@param x y\n@returns z", ""],
    ["nothing for what is meant for tools", "eslint-disable-next-line no-x", ""],
  ])("%s", (_what, text, intent) => {
    expect(sectionsOf(text).intent).toBe(intent);
  });

  it("a docstring's first line, though it begin with a decorator's name", () => {
    expect(docSectionsOf(["@contextmanager decorator."], "docstring").intent).toBe("@contextmanager decorator.");
  });
});

describe("a docstring", () => {
  it.each([
    ["is dedented", ['"""A\n      b\n        c\n    """'], ["A", "b", "  c", ""]],
    ["joins its literals", ["'a'", "'b'"], ["ab"]],
    ["has escapes", ['"""a\\\nb \\"c\\" \\\\d \\d"""'], ['ab "c" \\d \\d']],
    ["has none if it is raw", ['r"""\\d \\"""'], ["\\d \\"]],
  ])("%s", (_what, literals, lines) => {
    expect(docstringLines(literals)).toEqual(lines);
  });
});

describe("an XML comment", () => {
  it.each([
    ["has its summary", ["<summary>", "Does", "it.", "</summary>", '<param name="x">y</param>'], "Does it."],
    ["names what it refers to", ['<summary>Uses <see cref="T:A.B"/> and <paramref name="x" />.</summary>'], "Uses A.B and x."],
    ["has no entities left", ["<summary>a &lt; b &amp;&amp; &unknown;</summary>"], "a < b && &unknown;"],
    ["may be plain", ["Just text."], "Just text."],
    ["may have tags", ["<summary>", "[Function intent]", "Does it.", "</summary>"], "Does it."],
  ])("%s", (_what, lines, intent) => {
    expect(docSectionsOf(xmlDocLines(lines), "comment").intent).toBe(intent);
  });
});

describe("prose stays prose", () => {
  it.each([
    ...[
      "noqa stands for no quality assurance.",
      "cspell: checks how words are written.",
      "coding: how it is done",
      "syntax = rules",
      "ignore: skip",
      "NOLINT is read by tools.",
      "clang-format is run on it.",
      "standard: the usual way",
      "region Names of the world by number.",
    ].map((line): [string, string[], string] => [`that begins as a line for a tool does, "${line}"`, [line], line]),
    ["that begins with the name of a tool", ["ESLint plugin that forbids it."], "ESLint plugin that forbids it."],
    ["that begins with the name of an encoding's declaration", ["Encoding: how text becomes bytes."], "Encoding: how text becomes bytes."],
    ["that begins with a word of editors", ["Region of memory to read."], "Region of memory to read."],
    ["that begins with a word of YAML", ["Exported for tests."], "Exported for tests."],
    [
      "whose next line begins with the word of a heading",
      ["It is called with two", "arguments: (value, index)."],
      "It is called with two arguments: (value, index).",
    ],
    [
      "whose next line is the word of a heading",
      ["Merges the given", "options", "into the defaults."],
      "Merges the given options into the defaults.",
    ],
    ["that wraps before a word with a colon", ["Reads what it", "returns: a list."], "Reads what it returns: a list."],
  ])("%s", (_what, lines, intent) => {
    expect(docSectionsOf(lines, "comment").intent).toBe(intent);
  });

  it.each([
    ["capital", ["Reads it", "Returns: a list"]],
    ["sentence above", ["Reads it.", "returns: a list"]],
    ["empty line above", ["Reads it", "", "args:", "  x"]],
  ])("but a heading ends it, by its %s", (_why, lines) => {
    expect(docSectionsOf(lines, "comment").intent.replace(".", "")).toBe("Reads it");
  });
});

it.each([
  ["a line without star", "/** Measures\n * how long\n   it takes.\n * @param x y\n */", "Measures how long it takes."],
  [
    "two lines without star, the first among them",
    "/**\n   Measures\n * how long\n   it takes\n * and prints it.\n */",
    "Measures how long it takes and prints it.",
  ],
  ["no line with a star", "/**\n   Measures\n   it.\n */", "Measures it."],
])("the stars of a comment are no text if it has %s", (_what, comment, intent) => {
  expect(docSectionsOf(blockCommentLines(comment), "comment").intent).toBe(intent);
});

it("the stars of a list are text", () => {
  const lines = blockCommentLines("/*\n  [Design principles]\n  * Small\n  * Fast\n*/");
  expect(docSectionsOf(lines, "comment").designPrinciples).toEqual(["Small", "Fast"]);
});
