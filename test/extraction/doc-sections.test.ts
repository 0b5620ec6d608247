import { describe, expect, it } from "vitest";

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
