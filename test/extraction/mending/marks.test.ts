import { expect, it } from "vitest";

import { extractText } from "../extract-text.ts";

it.each([
  ["a.c", "int f(void)\n{\n\tthis is no C );\n}\n"],
  ["a.c", 'module_init(f)\nMODULE_LICENSE("GPL")\nint a = = 1;\nint g(void) __bad__(1);\n'],
  ["a.c", "struct a {\n\tno fields at all here;\n\tX(1) Y(2)\n};\n"],
  ["a.cc", "class A {\n  X(1) Y(2)\n  int f() { what is this }\n};\n"],
])("a file of which nothing is lost is not marked: %s %j", async (path, text) => {
  expect((await extractText(path, text)).problems).toEqual([]);
});

it.each([
  ["a.c", "int g(void) {}\nint f(void)\n{\n\tif (a) {\n", 3],
  ["a.c", "\nint f(int a {\n}\n", 2],
  ["a.c", "struct a {\n\tint b;\n", 1],
  ["a.c", "int f(void) {}\n}\nint g(void) {}\n", 2],
  ["a.c", "int g(void) {}\n\tif (a) {\n\t}\n", 2],
  ["a.cc", "class A {\n  int f() {}\n", 1],
])("a file of which something may be lost is marked, with the line: %s %j", async (path, text, line) => {
  expect((await extractText(path, text)).problems).toEqual([`syntax-error:${line}`]);
});
