import { describe, expect, it } from "vitest";

import { extractText, outlineOf } from "../extract-text.ts";

/** What a source of C has: its outline, and that nothing of it is in doubt. */
async function outline(text: string): Promise<string[]> {
  const record = await extractText("a.c", text);
  expect(record.problems).toEqual([]);
  return outlineOf(record);
}

describe("a function of C is found under its own name", () => {
  it.each([
    ["with an annotation between its type and its name", "static int __init start(void)\n{\n}\n", ["1-3 function start()"]],
    ["with an annotation in the place of a type", "__init start(void)\n{\n}\n", ["1-3 function start()"]],
    ["with annotations around its type", "asmlinkage __visible void noinstr go(int a) {}\n", ["1-1 function go(int a)"]],
    ["with an annotation behind a pointer", "static void __iomem * __must_check map(int a) {}\n", ["1-1 function map(int a)"]],
    ["with an annotation behind its parameters", "int get(int a) __acquires(lock) __cold\n{\n}\n", ["1-3 function get(int a)"]],
    [
      "behind an annotation with arguments",
      "__printf(1, 2)\nint log(const char *a, ...)\n{\n}\n",
      ["2-4 function log(const char *a; ...)"],
    ],
    [
      "behind an annotation with a text",
      'SEC("xdp")\n__success __retval(0)\nint pass(struct ctx *c)\n{\n}\n',
      ["3-5 function pass(struct ctx *c)"],
    ],
    ["behind attributes", "__attribute__((cold)) static int f(void) {}\n", ["1-1 function f()"]],
    ["with an attribute before its body", "int f(int a) __attribute__((cold))\n{\n}\n", ["1-3 function f(int a)"]],
    ["in parentheses", "LIB_API int (lib_open) (State *s) {\n}\n", ["1-2 function lib_open(State *s)"]],
    ["in parentheses behind a pointer", "LIB_API State *(lib_new) (void) {\n}\n", ["1-2 function lib_new()"]],
    ["in parentheses behind a struct", "struct a (f)(int b) {\n}\n", ["1-2 function f(int b)"]],
    ["if its whole declarator is in parentheses", "API int (f (int b)) {\n}\n", ["1-2 function f(int b)"]],
    ["if its type is computed", "static inline\ntypeof(a->b)(f(uint b))\n{\n}\n", ["1-4 function f(uint b)"]],
    ["if it returns a pointer to a function", "static void (*pick(int a))(int) {\n}\n", ["1-2 function pick(int a)"]],
    ["if it returns a pointer to an array", "static const u16\n(*pick(int a))[3][4]\n{\n}\n", ["1-4 function pick(int a)"]],
    [
      "if its parameters are declared behind it",
      "int main(argc, argv)\n  int argc;\n  char **argv;\n{\n}\n",
      ["1-5 function main(argc; argv)"],
    ],
    ["without a type", "main() {\n}\n", ["1-2 function main()"]],
    [
      "if it is a word that only C++ keeps to itself",
      "int try(int class) {}\nvoid new(void) {}\n",
      ["1-1 function try(int class)", "2-2 function new()"],
    ],
    [
      "behind a call of a macro without semicolon",
      "MODULE_ALIAS(a)\n\nint f(void) {}\nEXPORT(f)\nint g(void) {}\n",
      ["3-3 function f()", "5-5 function g()"],
    ],
    ["behind macros that stand for whole bodies", "bool f(int a) STUB\nbool g(int a) STUB\nint h(int a) {}\n", ["3-3 function h(int a)"]],
    ["behind text in assembly", 'asm(".globl x");\n__asm__ ("nop");\nint f(void) {}\n', ["3-3 function f()"]],
    [
      "in a header for C++ as well",
      '#ifdef __cplusplus\nextern "C" {\n#endif\nint f(void) {}\n#ifdef __cplusplus\n}\n#endif\n',
      ["4-4 function f()"],
    ],
  ])("%s", async (_where, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });

  it.each([
    ["an annotation before a pointer", "const char __user *name", ["const char __user *name"]],
    ["an annotation at the end", "int flags __unused, int b", ["int flags", "int b"]],
    ["an annotation in front", "z_const unsigned char *a", ["z_const unsigned char *a"]],
    ["an annotation with arguments", "int a ATTR(1), ATTR(2) int b", ["int a", "int b"]],
    ["commas in comments", "int a, /* one, two */ int b", ["int a", "int b"]],
    ["a function", "int (*compare)(const void *, const void *)", ["int (*compare)(const void *, const void *)"]],
    ["branches of a preprocessor", "int a,\n#ifdef B\nint b\n#else\nint c\n#endif\n", ["int a", "int b"]],
  ])("with %s among its parameters", async (_what, parameters, expected) => {
    const record = await extractText("a.c", `static int f(${parameters}) {\n}\nint g(void) {}\n`);
    expect(record.problems).toEqual([]);
    expect(record.functions).toMatchObject([{ name: "f", parameters: expected }, { name: "g" }]);
  });
});

describe("no macro, keyword or attribute is a name", () => {
  it.each([
    [
      "a loop",
      "int f(void)\n{\n\tfor_each(a)\n\t\tif (a) {\n\t\t}\n\tlist_for_each(b) {\n\t}\n\tif (c)\n\t\treturn 1;\n}\n",
      ["1-10 function f()"],
    ],
    [
      "strings beside macros",
      'void f(int a)\n{\n  switch (a) {\n    case 1: LOG(TEXT("a") " or " TEXT("b"));\n  }\n}\nint g(void) {}\n',
      ["1-6 function f(int a)", "7-7 function g()"],
    ],
    ["a statement expression", "int f(void)\n{\n\tint a = ({ int b = 1; b; });\n}\n", ["1-4 function f()"]],
    ["a table of a macro", "TABLE_START(a)\n\t{ 1, 2 },\nTABLE_END\n\nint f(void) {}\n", ["5-5 function f()"]],
    ["rows of a table", 'DEVICE(0x1000, "A"),\nDEVICE(0x1001, "B"),\n{\n\tUSB(1),\n\t.driver = { f(1) }\n},\nint_row(1) { 1 },\n', []],
    ["a table with a block", "API int (x) { 1 }\nvoid (g)() {\n}\n", ["2-3 function g()"]],
    ["a list of values", "ROW(a, b) {\n\t.x = 1,\n};\nTABLE(c) {\n\t[1] = 2,\n};\n", []],
    ["an initial value", "struct ops o = {\n\t.open = my_open,\n\t.x = (struct x) { f(1) },\n};\n", []],
  ])("in %s", async (_where, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });
});

describe("a type of C is found under its own name", () => {
  it.each([
    ["with an annotation before its other name", "typedef struct {\n\tint a;\n} __packed frame_t;\n", ["1-3 class frame_t"]],
    ["with an annotation behind its other name", "typedef struct {\n\tint a;\n} frame_t __aligned(8);\n", ["1-3 class frame_t"]],
    ["with an annotation before its tag", "struct __packed frame {\n\tint a __rcu;\n};\n", ["1-3 class frame"]],
    ["with annotated fields", "struct frame {\n\tstruct x __rcu *a;\n\tDECLARE_BITMAP(b, 3);\n\tint c ATTR(1);\n};\n", ["1-5 class frame"]],
    ["with an annotation before its body", "typedef union __aligned(8) {\n\tint a;\n} frame_t;\n", ["1-3 class frame_t"]],
    ["with an annotated variable", "static WSD struct state {\n\tint a;\n} state = { 1 };\n", ["1-3 class state"]],
    ["with an attribute in the place of a tag", "typedef enum __packed { A } kind_t;\n", ["1-1 class kind_t"]],
    ["with several other names", "typedef struct {\n\tint a;\n} one, two[2];\n", ["1-3 class one", "1-3 class two"]],
    [
      "behind a call of a macro with names",
      "FUNCTIONS(MINOR, minor)\nstruct a {\n\tint b;\n};\nstruct c { int d; };\n",
      ["2-4 class a", "5-5 class c"],
    ],
    ["within another", "struct a {\n\tunion {\n\t\tstruct b { int x; } y __attr;\n\t};\n};\n", ["1-5 class a", "3-3 class b"]],
    [
      "within a function",
      "int f(void)\n{\n\tstruct pair { int a; } one = { 1 };\n\ttypedef struct { int b; } two;\n\tfor_each(x) {\n\t}\n}\n",
      ["1-7 function f()", "3-3 class pair", "4-4 class two"],
    ],
    ["if its values are macros", "enum kind {\n#define X(a) a,\n\tLIST(X)\n\tLAST\n};\n", ["1-5 class kind"]],
  ])("%s", async (_where, text, expected) => {
    expect(await outline(text)).toEqual(expected);
  });

  it("and not under the name of what it is the type of", async () => {
    expect(await outline("static enum kind kinds[] = {\n\tA,\n};\nstruct a *b, c;\nstruct d;\n")).toEqual([]);
  });
});

describe("documentation reaches over what is left out", () => {
  it.each([
    ["a macro on a line of its own", "/* Does it. */\nEXPORT_API(1)\nint f(void) {}\n", '3-3 function f() "Does it."'],
    ["an annotation on a line of its own", "/* Does it. */\nstatic __cold\nint f(void) {}\n", '2-3 function f() "Does it."'],
  ])("such as %s", async (_what, text, expected) => {
    expect(await outline(text)).toEqual([expected]);
  });
});
