import { describe, expect, test } from "vitest";
import { queryHashOf, prepareQuery } from "../../src/query/prepared-query.ts";
import { encodeCursor } from "../../src/query/cursor.ts";

function fault(query: unknown): string {
  try {
    prepareQuery(query);
  } catch (error) {
    expect(error).toMatchObject({ code: "E_QUERY" });
    return (error as Error).message;
  }
  return "accepted";
}

describe("a query is refused as a whole, with every problem named", () => {
  test.each([
    [{ limit: -1 }, /limit must be an integer from 1/],
    [{ limit: 0 }, /limit must be an integer from 1/],
    [{ limit: 1.5 }, /limit must be an integer/],
    [{ limit: "10" }, /limit must be an integer/],
    [{ languge: "go" }, /languge is unknown; use one of language/],
    [{ language: 7 }, /language must be a string, not 7/],
    [{ language: "" }, /language is empty/],
    [{ functionName: [] }, /functionName is an empty list/],
    [{ functionName: ["a", 1] }, /functionName\[1\] must be a string/],
    [{ functionName: { prefix: "" } }, /functionName\.prefix is empty: leave it out to accept any/],
    [{ functionName: {} }, /functionName\.prefix must be a string, not undefined/],
    [{ className: ["a", { prefix: 7 }] }, /className\[1\]\.prefix must be a string, not 7/],
    [{ className: { prefix: "a", suffix: "b" } }, /className\.suffix is unknown; use one of prefix/],
    [{ language: [["go"]] }, /language\[0\] must be a string, not a list/],
    [{ language: null }, /language must be a string, not null/],
    [{ orderBy: "name" }, /orderBy must be one of "path", "-path"/],
    [{ select: [] }, /select is empty/],
    [{ select: ["intent"] }, /select\[0\] must be one of "path"/],
    [{ pathPrefix: "../x" }, /is not the beginning of a path/],
    [{ pathPrefix: "/x" }, /is not the beginning of a path/],
    [{ pathPattern: "(" }, /pathPattern "\(" cannot be used/],
    [{ pathPattern: "(?=a)" }, /look-around/],
    [{ pathPattern: "(a)\\1" }, /cannot be used/],
    [{ pathPattern: /a/g }, /flag "g"/],
    [{ pathPattern: "a".repeat(1_001) }, /at most 1000/],
    [{ pathPattern: 3 }, /must be a string or a RegExp/],
    [{ cursor: "nonsense" }, /is not a cursor/],
    [{ cursor: 3 }, /is not a cursor/],
    [null, /must be an object, not null/],
    ["typescript", /must be an object/],
  ])("%o", (query, message) => {
    expect(fault(query)).toMatch(message);
  });

  test("several problems in one error", () => {
    expect(fault({ limit: -1, language: 3, colour: "red" })).toMatch(/colour.*language.*limit|limit.*language/s);
  });

  test("a cursor of another query, and a damaged one", () => {
    const own = prepareQuery({ language: "go" });
    const cursor = encodeCursor(queryHashOf(own), { value: "a.go", path: "a.go" });
    expect(prepareQuery({ language: "go", limit: 7, cursor }).after).toEqual({ value: "a.go", path: "a.go" });
    expect(fault({ language: "rust", cursor })).toMatch(/belongs to another query/);
    expect(fault({ language: "go", orderBy: "-path", cursor })).toMatch(/belongs to another query/);
    expect(
      fault({
        language: "go",
        orderBy: "size",
        cursor: encodeCursor(queryHashOf(prepareQuery({ language: "go", orderBy: "size" })), { value: "x", path: "a" }),
      }),
    ).toMatch(/damaged/);
  });
});

test("a pattern made to backtrack is answered in time linear in the path", () => {
  const pattern = prepareQuery({ pathPattern: "(a+)+$" }).pattern;
  expect(pattern?.test(`${"a".repeat(2_000)}!`)).toBe(false);
  expect(pattern?.test("a".repeat(2_000))).toBe(true);
});

test.each(["SRC", "S(R+)+C"])("the flags of a RegExp count: %s", (source) => {
  expect(prepareQuery({ pathPattern: new RegExp(source, "i") }).pattern?.test("src/a")).toBe(true);
  expect(prepareQuery({ pathPattern: new RegExp(source) }).pattern?.test("src/a")).toBe(false);
});

test("alternatives that another one covers are left out", () => {
  const names = ["set", "ge", "getAll", "a", "set", { prefix: "get" }, { prefix: "ge" }, { prefix: "b" }, { prefix: "setAll" }];
  expect(prepareQuery({ functionName: names }).criteria).toEqual([
    { index: "functionName", terms: ["a", "set"], prefixes: ["b", "ge", "setAll"] },
  ]);
});

test("equal queries have equal fingerprints, whatever the order of alternatives", () => {
  const queryHash = (query: object): string => queryHashOf(prepareQuery(query));
  expect(queryHash({ language: ["go", "rust", "go"] })).toBe(queryHash({ language: ["rust", "go"] }));
  expect(queryHash({ functionName: ["get", { prefix: "get" }, { prefix: "getAll" }] })).toBe(
    queryHash({ functionName: { prefix: "get" } }),
  );
  expect(queryHash({ functionName: "get" })).not.toBe(queryHash({ functionName: { prefix: "get" } }));
  expect(queryHash({ functionName: { prefix: "set" } })).not.toBe(queryHash({ functionName: { prefix: "get" } }));
  expect(queryHash({ functionName: "get" })).not.toBe(queryHash({ className: "get" }));
});
