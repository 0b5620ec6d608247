import { describe, expect, test } from "vitest";
import { globPattern } from "../../src/cli/place/glob.ts";
import { compilePathPattern } from "../../src/query/pattern/path-pattern.ts";

function matches(glob: string | readonly string[], path: string, here: string = ""): boolean {
  return compilePathPattern(globPattern(typeof glob === "string" ? [glob] : glob, here)).test(path);
}

const CASES: readonly (readonly [glob: string, yes: readonly string[], no: readonly string[], here?: string])[] = [
  ["src/**/*.ts", ["src/a.ts", "src/b/a.ts", "src/b/c/a.ts"], ["src/a.tsx", "a.ts", "lib/src/a.ts", "src/a.ts/b"]],
  ["*.ts", ["a.ts", "src/b/a.ts", ".hidden.ts"], ["a.ts.js", "a.ts/b"]],
  ["/*.ts", ["a.ts"], ["src/a.ts"]],
  ["src/*", ["src/a"], ["src/a/b", "src"]],
  ["src/**", ["src/a", "src/a/b"], ["src", "srcs/a"]],
  ["src/", ["src/a", "src/a/b"], ["src", "lib/src/a"]],
  ["**/test/**", ["test/a", "a/test/b/c"], ["tests/a", "a/test"]],
  ["a**b", ["ab", "axxb", "x/axb"], ["a/b"]],
  ["?.c", ["a.c", "é.c", "x/a.c"], ["ab.c", ".c"]],
  ["[a-c]?.[ch]", ["ax.c", "x/bx.h"], ["dx.c", "a.c"]],
  ["[!a-c].c", ["d.c"], ["a.c", "/.c"]],
  ["[]].c", ["].c"], ["[.c"]],
  ["[\\]a].c", ["].c", "a.c"], ["\\.c", "a].c"]],
  ["[a\\-z].c", ["a.c", "-.c", "z.c"], ["m.c", "\\.c"]],
  ["[a-].c", ["a.c", "-.c"], ["b.c"]],
  ["[-a].c", ["a.c", "-.c"], ["b.c"]],
  ["[a-c-].c", ["b.c", "-.c"], ["d.c"]],
  ["[!\\]].c", ["a.c", "\\.c"], ["].c"]],
  ["[a[b].c", ["[.c", "b.c"], ["c.c"]],
  ["[😀-😂].c", ["😁.c"], ["😃.c"]],
  ["src/{**/a,b}.c", ["src/a.c", "src/x/y/a.c", "src/b.c"], ["src/x/b.c", "src/xa.c"]],
  ["{lib/**/,src/}*.c", ["lib/a.c", "lib/x/y/a.c", "src/a.c"], ["src/x/a.c"]],
  ["a{**,b}", ["ab", "axx"], ["a/b"]],
  ["[\\\\^].c", ["\\.c", "^.c"], ["a.c"]],
  ["*.{ts,js}", ["a.ts", "b/a.js"], ["a.tsx", "a.{ts,js}"]],
  ["{src,test/{a,b}}/*.ts", ["src/x.ts", "test/a/x.ts"], ["test/x.ts"]],
  ["{a}.ts", ["{a}.ts"], ["a.ts"]],
  ["a(b)+$^|.c", ["a(b)+$^|.c"], ["ab.c"]],
  ["\\*.c", ["*.c", "x/*.c"], ["a.c"]],
  ["*.ts", ["src/a.ts", "src/b/a.ts"], ["a.ts", "srca.ts"], "src"],
  ["b/*.ts", ["src/b/a.ts"], ["b/a.ts"], "src"],
  ["../*.ts", ["src/a.ts"], ["src/lib/a.ts"], "src/lib"],
  ["/b/*.ts", ["b/a.ts"], ["src/b/a.ts"], "src"],
  ["*.ts", ["app/[id]/a.ts"], ["app/i/a.ts"], "app/[id]"],
];

test.each(CASES.map((each) => [each[0], each] as const))(
  "the glob %s matches what a shell or git would match",
  (glob, [, yes, no, here]) => {
    for (const path of yes) expect(matches(glob, path, here), path).toBe(true);
    for (const path of no) expect(matches(glob, path, here), path).toBe(false);
  },
);

test("of several globs, any will do", () => {
  expect(["a.c", "b/c.h", "a.ts"].map((path) => matches(["*.c", "b/*"], path))).toEqual([true, true, false]);
});

describe("a glob that cannot be meant", () => {
  test.each([
    ["", "is empty"],
    ["/", "is empty"],
    ["a[b", "has a \\[ without"],
    ["a{b,c", "has a \\{ without"],
    ["a{1..9}", "range"],
    ["b{a,[,}]", "has a \\{ without"],
    ["[z-a].c", "ends before it begins"],
    ["[[:alpha:]]*", "character class"],
    ["src/{**,x}", "end of an alternative"],
    ["!*.ts", "excludes files"],
    ["../*", "leads out"],
    ["x".repeat(300), "300 characters"],
  ])("%s is refused, with what to write", (glob, problem) => {
    expect(() => globPattern([glob], "")).toThrow(new RegExp(`${problem}.*: .+`));
  });

  test("and is made to backtrack is matched in linear time", () => {
    const path = `${"a/".repeat(2_000)}b`;
    expect(matches(`${"**/*a*a*".repeat(8)}/c`, path)).toBe(false);
    expect(matches(`{${"a*,".repeat(60)}a*}{${"*a,".repeat(20)}*a}c`, "a".repeat(4_000))).toBe(false);
  });
});
