import { describe, expect, it } from "vitest";

import { LANGUAGES } from "../../src/extraction/languages/languages.ts";
import { extractText, outlineOf } from "./extract-text.ts";
import { LANGUAGE_SAMPLES } from "./language-samples.ts";

describe("functions and classes are found", () => {
  it.each(LANGUAGE_SAMPLES)("in $language", async ({ path, language, text, outline }) => {
    const record = await extractText(path, text);
    expect(record.language).toBe(language);
    expect(record.problems).toEqual([]);
    expect(outlineOf(record)).toEqual(outline);
  });

  it("in a sample of every language that there is", () => {
    expect(LANGUAGE_SAMPLES.map(({ language }) => language).sort()).toEqual(LANGUAGES.map(({ name }) => name).sort());
  });

  describe.each([
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("on the same lines with %s", (_name, lineEnd) => {
    it.each(LANGUAGE_SAMPLES)("in $language", async ({ path, text, outline }) => {
      expect(outlineOf(await extractText(path, text.replaceAll("\n", lineEnd)))).toEqual(outline);
    });
  });

  // Of these only an outline or the scripts are parsed: what follows breaks nothing.
  const PARTLY_PARSED = new Set(["zsh", "vue", "svelte"]);
  it.each(LANGUAGE_SAMPLES.filter(({ language }) => !PARTLY_PARSED.has(language)))(
    "as far as it goes where $language breaks off",
    async ({ path, text }) => {
      const whole = await extractText(path, text);
      const broken = await extractText(path, `${text}\n\n)]} class { def ( function <<'`);
      const first = whole.functions[0]?.name;
      expect(broken.problems).toEqual([expect.stringMatching(/^syntax-error:\d+$/)]);
      expect(broken.functions.map(({ name }) => name)).toContain(first);
    },
  );
});

describe("the names that objects are born with are names like others", () => {
  it.each([
    ["a.py", "class constructor:\n  def __proto__(self): pass\n  def toString(self): pass\n"],
    ["a.js", "class constructor { __proto__() {} toString() {} }"],
    ["a.rb", "class Constructor\n def __proto__; end\n def toString; end\nend\n"],
  ])("in %s", async (path, text) => {
    const record = await extractText(path, text);
    expect(record.functions.map(({ name }) => name)).toEqual(["__proto__", "toString"]);
    expect(record.classes).toHaveLength(1);
    expect(record.functions[0]?.className).toBe(record.classes[0]?.name);
  });
});

it.each([
  ["stands behind code", "const x = 1; // About x.\nfunction f() {}\n"],
  ["has an empty line below", "// Of a group.\n\nfunction f() {}\n"],
  ["is above the statement that a function is a part of", "// Of the call.\ncall(function f() {});\n"],
])("a comment documents no function if it %s", async (_where, text) => {
  expect((await extractText("a.ts", text)).functions).toMatchObject([{ name: "f", docSections: { intent: "" } }]);
});

it.each([
  ["a.ts", "function f(\n  // first\n  a: X<1, 2> /* all */, // second\n  b = (1, 2),\n) {}\n", ["a: X<1, 2>", "b = (1, 2)"]],
  ["a.py", "def f(\n  a,  # first\n  b={1: 2,\n     3: 4},\n): pass\n", ["a", "b={1: 2, 3: 4}"]],
])("parameters are without comments and on one line each in %s", async (path, text, parameters) => {
  expect((await extractText(path, text)).functions).toMatchObject([{ parameters }]);
});

it("Python's tagged documentation is read from the docstring", async () => {
  const text = `class A:
    """
    [Class method intent]
    Holds it.

    [Implementation details]
    In a list.

    [Design principles]
    - Small

    Args:
        x: not a principle
    """
`;
  expect((await extractText("a.py", text)).classes[0]?.docSections).toEqual({
    intent: "Holds it.",
    designPrinciples: ["Small"],
    implementationDetails: ["In a list."],
    designDecisions: [],
  });
});
