import { describe, expect, it } from "vitest";

import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { extractText } from "./extract-text.ts";
import { SYMBOL_SAMPLES } from "./symbol-samples.ts";

/** What is in a record, as `first-last kind Class.name -> type = signature // intent`. */
function namesOf({ classes, functions, symbols }: FileMetadata): string[] {
  const all = [
    ...classes.map((one) => ({ ...one, kind: one.kind ?? "class", more: "" })),
    ...functions.map((one) => {
      const kind = one.kind ?? (one.className === undefined ? "function" : "method");
      return { ...one, kind, more: one.returnType === undefined ? "" : ` -> ${one.returnType}` };
    }),
    ...symbols.map((one) => {
      const intent = one.intent === "" ? "" : ` // ${one.intent}`;
      return { ...one, more: `${one.signature === undefined ? "" : ` = ${one.signature}`}${intent}` };
    }),
  ];
  return all
    .sort((a, b) => a.lineRange.start - b.lineRange.start)
    .map(({ lineRange, kind, className, name, more }) => {
      const owner = className === undefined ? "" : `${className}.`;
      return `${lineRange.start}-${lineRange.end} ${kind} ${owner}${name}${more}`;
    });
}

describe("what has a name is found with its kind", () => {
  it.each(SYMBOL_SAMPLES)("in $path", async ({ path, text, outline }) => {
    expect(namesOf(await extractText(path, text))).toEqual(outline);
  });

  it.each(SYMBOL_SAMPLES)("in $path, on the same lines with CRLF", async ({ path, text, outline }) => {
    const lines = namesOf(await extractText(path, text.replaceAll("\n", "\r\n")));
    expect(lines.map((line) => line.split(" = ")[0])).toEqual(outline.map((line) => line.split(" = ")[0]));
  });
});

describe("a symbol", () => {
  it.each([
    ["a.ts", "/**\n * How many at most.\n *\n * More of it.\n */\nexport const LIMIT = 3;\n"],
    ["a.py", "# How many at most.\nLIMIT = 3\n"],
    ["a.go", "package a\n\n// How many at most.\nconst Limit = 3\n"],
    ["a.h", "#include <a.h>\n/* How many at most. */\n#define LIMIT 3\n"],
    ["a.c", "#include <a.h>\n// How many at most.\nint limit = 3;\n"],
    ["a.cs", "class A {\n  /// <summary>How many at most.</summary>\n  public int Limit { get; }\n}\n"],
  ])("has the first paragraph of its documentation in %s", async (path, text) => {
    expect((await extractText(path, text)).symbols).toMatchObject([{ intent: "How many at most." }]);
  });

  it("is a test if a runner's function is called, or what it makes, and not because of a text and a function", async () => {
    const tests = ['it("a", f)', 'it.only("b", f)', 'it.skip.each(rows)("c", f)', 'test.each`x`("d", () => {})', 'it<T>("e", f)'];
    const none = ['on("f", f)', 'a.test("g", f)', 'it(x)("h", f)', 'test.a(x).b("i", f)', 'it.each(x)(y)("j", f)', "it(`k ${x}`, f)"];
    const found = (await extractText("a.ts", `${[...tests, ...none].join(";\n")};\n`)).symbols;
    expect(found.map(({ kind, name }) => `${kind} ${name}`)).toEqual(["test a", "test b", "test c", "test d", "test e"]);
  });

  it("is no field that has lost its class to an error", async () => {
    const { symbols } = await extractText("a.ts", "export class A {\n  readonly a = 1;\n  f(): void {\n    if (");
    expect(symbols).toEqual([]);
  });

  it("of a function is its own business", async () => {
    const text = "function f() {\n  const a = 1;\n  class A { b = 1 }\n}\n";
    expect((await extractText("a.ts", text)).symbols).toMatchObject([{ name: "b", className: "A" }]);
    expect((await extractText("a.py", "def f():\n  X = 1\n")).symbols).toEqual([]);
    expect((await extractText("a.c", "int f(void) {\n  int a = 1;\n  return a;\n}\n")).symbols).toEqual([]);
  });

  it("has a signature without its long value", async () => {
    const text = `export const TABLE: readonly string[] = [${'"word", '.repeat(100)}];\n`;
    expect((await extractText("a.ts", text)).symbols[0]?.signature).toBe("export const TABLE: readonly string[] = …");
    const macro = `#define BIG(a) ${"a + ".repeat(100)}0\n`;
    expect((await extractText("a.h", macro)).symbols[0]?.signature).toBe("#define BIG(a) …");
  });

  it("that is a function or class is not a symbol as well", async () => {
    const record = await extractText("a.ts", "export const f = () => 1;\nexport const A = class {};\n");
    expect(record.symbols).toEqual([]);
    expect(record.functions).toMatchObject([{ name: "f" }]);
    expect(record.classes).toMatchObject([{ name: "A" }]);
  });

  it("may have the names that objects are born with", async () => {
    const record = await extractText("a.py", "__proto__ = 1\nconstructor = 2\ntoString = 3\n");
    expect(record.symbols.map(({ name }) => name)).toEqual(["__proto__", "constructor", "toString"]);
  });
});

describe("in C and C++", () => {
  it.each([
    ["int (*handler)(int);", "variable handler"],
    ["void (*table[3])(void);", "variable table"],
    ["int (*opener(const T *a)) (T *);", "prototype opener"],
    ["API void (lua_get) (lua_State *L);", "prototype lua_get"],
    ["void *X509V3_EXT_d2i(X509_EXTENSION *ext);", "prototype X509V3_EXT_d2i"],
    ["typedef int fn_t (const T *, void *);", "type fn_t"],
    ["typedef int (aux_t)(int a);", "type aux_t"],
    ["typedef __u32 __kernel_dev_t;", "type __kernel_dev_t"],
    ["typedef __u16 __bitwise __le16;", "type __le16"],
    ["extern const struct code *VDO_LOADING;", "variable VDO_LOADING"],
    ["extern char __tcm_end;", "variable __tcm_end"],
    ["int x __aligned(8);", "variable x"],
    ["const char *const names[] = { 0 };", "constant names"],
    ["const char *name;", "variable name"],
  ])("%s declares %s", async (text, declared) => {
    const { symbols } = await extractText("a.h", `${text}\n`);
    expect(symbols.map(({ kind, name }) => `${kind} ${name}`)).toEqual([declared]);
  });

  it.each([
    "struct a;",
    "struct a __packed;",
    "EXPORT_SYMBOL(a);",
    "DEFINE_MUTEX(a);",
    "static int a(void);",
    "#ifndef A_H\n#define A_H\n#endif",
    "#if 0\n#define A 1\n#endif",
  ])("%s declares nothing that is looked for", async (text) => {
    expect((await extractText("a.h", `${text}\n`)).symbols).toEqual([]);
  });

  it.each(["class EXPORT A;", "enum class A : int;", "template <typename T> class A;", "friend class A;", "using std::a;"])(
    "%s declares nothing in C++",
    async (text) => expect((await extractText("a.hpp", `${text}\n`)).symbols).toEqual([]),
  );

  it("a test of GoogleTest is a function of that kind", async () => {
    const { functions } = await extractText("a.cc", "TEST(Cart, IsEmpty) {\n}\n");
    expect(functions).toMatchObject([{ name: "IsEmpty", kind: "test" }]);
  });
});

describe("of a hundred thousand symbols", () => {
  const lines = (line: (index: number) => string): string => Array.from({ length: 100_000 }, (_, index) => line(index)).join("\n");

  it.each([
    ["a.h", lines((index) => `#define REG_${index} 0x${index.toString(16)}`)],
    ["a.py", lines((index) => `REG_${index} = ${index}`)],
    ["b.h", `enum e {\n${lines((index) => `REG_${index},`)}\n};\n`],
  ])("the first are taken, and the record says where the others begin, in %s", async (path, text) => {
    const { symbols, problems } = await extractText(path, text);
    expect(symbols).toHaveLength(2_000);
    const next = path === "b.h" ? 2_002 : 2_001;
    expect(problems).toEqual([`too-many-symbols:${next}`]);
  });
});

describe("many names on a line", () => {
  const COMMENT = `/**\n * Of all.\n *\n${" * word word\n".repeat(200_000)} */\n`;
  const NAMES = Array.from({ length: 200 }, (_, index) => `v${index}`);
  it.each([
    ["a.c", `${COMMENT}int ${NAMES.join(", ")};\n`],
    ["a.py", `${COMMENT.replace("/**", "#").replace("*/", "#").replaceAll(" *", "#")}${NAMES.slice(0, 60).join(", ")} = 1\n`],
    ["a.js", `${COMMENT}const ${NAMES.slice(0, 50).join("=1,")}=1;\n`],
  ])("in %s have one comment, which is read once", async (path, text) => {
    const { symbols } = await extractText(path, text);
    expect(symbols.length).toBeGreaterThanOrEqual(50);
    expect(new Set(symbols.map(({ intent }) => intent))).toEqual(new Set(["Of all."]));
  });
});

describe("hostile declarations end in time", () => {
  it.each([
    ["a line that never ends", "a.ts", `export const a = "${"x".repeat(1_000_000)}";`],
    ["brackets that are never closed", "a.c", `int a[${"(".repeat(200_000)}`],
    ["a declaration of many names", "a.c", `int ${"a, ".repeat(100_000)}b;`],
    ["comments before a macro", "a.h", `${"// x\n".repeat(100_000)}#define A 1\n`],
    ["comments in an enumeration", "a.h", `enum a { ${"/* x */ A, ".repeat(50_000)} B };`],
    ["nested tests", "a.js", `${'describe("a", () => {'.repeat(500)}${"});".repeat(500)}`],
    ["a macro of many lines", "a.h", `#define A ${"\\\n  a".repeat(100_000)}\n`],
  ])("%s", async (_name, path, text) => {
    const { symbols } = await extractText(path, text);
    for (const { signature } of symbols) expect((signature ?? "").length).toBeLessThanOrEqual(200);
  });
});
