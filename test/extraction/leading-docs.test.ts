import { describe, expect, it } from "vitest";

import { extractText } from "./extract-text.ts";

/** What the first function, or else the first class, of a file is for. */
async function intentIn(path: string, text: string): Promise<string | undefined> {
  const { functions, classes } = await extractText(path, text);
  return (functions[0] ?? classes[0])?.docSections.intent;
}

describe("a comment with the form of documentation belongs to the declaration below", () => {
  it.each([
    ["over an empty line", "A.java", "class A {\n  /** Opens it. */\n\n  void open() {}\n}\n"],
    ["over several empty lines", "a.ts", "/**\n * Opens it.\n */\n\n \t\n\nexport function open() {}\n"],
    ["over a plain comment", "A.java", "class A {\n  /** Opens it. */\n  // not synchronized\n\n  /*non-public*/\n  void open() {}\n}\n"],
    ["over a line for a linter", "a.ts", "/** Opens it. */\n// eslint-disable-next-line no-x\nexport function open() {}\n"],
    ["over a line for a compiler", "a.js", "/**\n * Opens it.\n */\n/*@__NO_SIDE_EFFECTS__*/\nfunction open() {}\n"],
    ["over an attribute and a comment", "a.rs", "/// Opens it.\n#[inline]\n// fast\n#[must_use]\nfn open() {}\n"],
    ["over an empty line, of three slashes", "a.cs", "class A {\n/// <summary>Opens it.</summary>\n\n// x\nvoid Open() {}\n}\n"],
    ["over a decorator", "a.ts", "/** Opens it. */\n@Sealed({\n  a: 1,\n})\n// why\nexport class Open {}\n"],
    ["over `export default` on a line of its own", "a.ts", "/** Opens it. */\nexport default\nfunction open() {}\n"],
    ["on its own line", "a.java", "class A {\n  /* why */ /** Opens it. */ /* package */ void open() {}\n}\n"],
    ["that is a list in HTML", "A.java", "class A {\n  /**\n   * <p>Opens it.\n   * <p>Twice.\n   */\n  void open() {}\n}\n"],
  ])("%s", async (_where, path, text) => {
    expect(await intentIn(path, text)).toBe("Opens it.");
  });
});

describe("a comment is no documentation of what stands below", () => {
  it.each([
    ["if it is plain and an empty line is between", "a.js", "// Of a group.\n\nfunction open() {}\n"],
    ["if it is plain and on the same line", "A.java", "class A {\n  /* package */ void open() {}\n}\n"],
    ["if code is between", "a.ts", "/** Of x. */\nconst x = 1;\n\nfunction open() {}\n"],
    ["if code is behind it", "A.java", "class A {\n  /** Of x. */ int x;\n\n  void open() {}\n}\n"],
    ["if it speaks of the file, above an empty line", "a.ts", "/**\n * @fileoverview All of it.\n */\n\nfunction open() {}\n"],
    ["if it is a licence, above an empty line", "A.java", "/**\n * Copyright (c) 2020 X\n */\n\nclass A {}\n"],
    ["if it is a rule", "a.js", "/* ======================= */\nfunction open() {}\n"],
    ["if it is a title between rules", "a.js", "/* ---------- reading ---------- */\nfunction open() {}\n"],
    ["if it is a title between stars", "a.c", "/********** reading **********/\nint open(void) {}\n"],
    ["if it is a title between short rules", "a.c", "/* -- reading -- */\nint open(void) {}\n"],
    ["if it is a title between drawn lines", "a.js", "// ───── reading ─────\nfunction open() {}\n"],
    ["if it is a row of dots", "a.c", "/* .......... */\nint open(void) {}\n"],
    ["if it is a title between arrows", "a.c", "/* >>>>> reading <<<<< */\nint open(void) {}\n"],
    ["if it is a title in a box of stars", "a.c", "/*\n********\n**  Reading files\n********\n*/\nint open(void) {}\n"],
    ["if it is a title in a box", "a.py.sh", "#!/bin/sh\nx=1\n################\n# Reading files\n################\nopen() { :; }\n"],
    ["if it is a title with one rule", "a.go", "package a\n\n// Reading -----------------\nfunc open() {}\n"],
    ["if it is for a tool", "a.go", "package a\n\n//go:noinline\nfunc open() {}\n"],
  ])("%s", async (_why, path, text) => {
    expect(await intentIn(path, text)).toBe("");
  });
});

it("what a rule or a tool's line separates from a function still documents it", async () => {
  expect(await intentIn("a.js", "// Opens it.\n/* #__PURE__ */\nfunction open() {}\n")).toBe("Opens it.");
  expect(await intentIn("a.js", "/* Opens it. */\n/* ==================== */\nfunction open() {}\n")).toBe("Opens it.");
});

it("what an empty line sets apart from a class speaks for the file, too", async () => {
  const record = await extractText("A.java", "package a;\n\nimport b;\n\n/** Sells things. */\n\nclass A {}\n");
  expect(record.classes).toMatchObject([{ docSections: { intent: "Sells things." } }]);
});
