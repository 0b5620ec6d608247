import { describe, expect, it } from "vitest";

import { extractText, outlineOf } from "../extract-text.ts";

async function outline(text: string): Promise<string[]> {
  return outlineOf(await extractText("a.c", text));
}

describe("of the branches of a condition", () => {
  it.each([
    [
      "all are read if each defines its own",
      "#ifdef A\nint f(void) {}\n#else\nint g(void) {}\n#endif\n",
      ["2-2 function f()", "4-4 function g()"],
    ],
    [
      "the first is read if each has a head",
      "#ifdef A\nint f(int a)\n#else\nint g(void)\n#endif\n{\n}\nint h(void) {}\n",
      ["2-7 function f(int a)", "8-8 function h()"],
    ],
    [
      "the first is read if each has a head and opens a body",
      "#ifdef A\nint f(int a) {\n#elif B\nint g(int b) {\n#else\nint g(void) {\n#endif\n}\nint h(void) {}\n",
      ["2-8 function f(int a)", "9-9 function h()"],
    ],
    [
      "the first is read if each has a body",
      "int f(void)\n#ifdef A\n{ a(); }\n#else\n{ b(); }\n#endif\nint h(void) {}\n",
      ["1-3 function f()", "7-7 function h()"],
    ],
    [
      "the first is read within a body",
      "int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint h(void) {}\n",
      ["1-9 function f()", "10-10 function h()"],
    ],
    [
      "the living one is read within a body",
      "int f(void)\n{\n#if 0\n\tdon't { {\n#else\n\ta();\n#endif\n}\nint h(void) {}\n",
      ["1-8 function f()", "9-9 function h()"],
    ],
    [
      "another is read although a macro stands before them",
      "PUSH_WARNINGS\n#ifdef A\nint a = 1;\n#else\nstruct b {\n\tint c;\n};\n#endif\n",
      ["5-7 class b"],
    ],
    ["another is read behind macros for bodies", "#ifndef A\nint f(void) STUB\n#else\nint g(void) {}\n#endif\n", ["4-4 function g()"]],
    [
      "the first is read in a value",
      "int a[] = {\n#ifdef A\n\t{ 1,\n#else\n\t{ 2,\n#endif\n\t} };\nint h(void) {}\n",
      ["8-8 function h()"],
    ],
    [
      "no directive in a comment counts",
      "int f(void)\n{\n/*\n#else\n#endif\n*/\n}\nint h(void) {}\n",
      ["1-7 function f()", "8-8 function h()"],
    ],
    [
      "the dead are not read",
      "#if 0\nint f(void) {}\n#else\nint g(void) {}\n#endif\n#if 1\nint h(void) {}\n#else\nint i(void) {}\n#endif\n",
      ["4-4 function g()", "7-7 function h()"],
    ],
    [
      "those for assemblers are not read",
      "#ifdef __ASSEMBLY__\n.macro f a\n START(x)\n#else\nint g(void) {}\n#endif\n#ifndef __ASSEMBLER__\nint h(void) {}\n#else\n don't (\n#endif\nint i(void) {}\n",
      ["5-5 function g()", "8-8 function h()", "12-12 function i()"],
    ],
    ["directives are read to their end", "#define A \\\n  { /* { \n */ {\nint f(void) {}\n", ["4-4 function f()"]],
  ])("%s", async (_which, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });
});

describe("a body ends where it seems to", () => {
  it("if a brace too many is in a branch of it", async () => {
    const text = "int f(void)\n{\n#ifdef A\n\tif (a) {\n\t\tb(); }\n\t}\n#endif\n\twhile (c) {\n\t}\n}\nint g(void) {}\n";
    expect(await outline(text)).toEqual(["1-10 function f()", "11-11 function g()"]);
  });

  it("if a macro opens what a brace closes", async () => {
    const text = "int f(void)\n{\n\tBEGIN(a)\n\t\tb();\n\t}\n\tc();\n}\nint g(void)\n{\n}\n";
    expect(await outline(text)).toEqual(["1-7 function f()", "8-10 function g()"]);
  });

  it("if a macro closes what a brace opens", async () => {
    const text = "int f(void)\n{\n\tif (a) {\n\tEND\n}\nint g(void)\n{\n}\n";
    expect(await outline(text)).toEqual(["1-5 function f()", "6-8 function g()"]);
  });
});
