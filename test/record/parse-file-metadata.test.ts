import { describe, expect, test } from "vitest";
import type { MetacacheError } from "../../src/base/errors.ts";
import { parseFileMetadata } from "../../src/record/parsing/parse-file-metadata.ts";
import { recordOf } from "../support/small-records.ts";

const valid = (): Record<string, unknown> =>
  JSON.parse(JSON.stringify(recordOf({ path: "a.ts", functions: ["f"], classes: ["C"], documents: ["d.md"] }))) as Record<string, unknown>;

function refusal(value: unknown): MetacacheError {
  try {
    parseFileMetadata(value);
  } catch (error) {
    return error as MetacacheError;
  }
  throw new TypeError("it was accepted");
}

describe("a record at the boundary", () => {
  test("comes out equal, deeply frozen, and sharing nothing with what was given", () => {
    const given = valid();
    const record = parseFileMetadata(given);
    expect(record).toEqual(given);
    (given["functions"] as unknown[]).length = 0;
    expect(record.functions).toHaveLength(1);
    expect(() => (record.functions as unknown[]).push(1)).toThrow(TypeError);
    expect(Object.isFrozen(record.functions[0]?.docSections)).toBe(true);
  });

  test("is refused with every problem at once, each with its path", () => {
    const given = valid();
    given["language"] = "";
    given["size"] = -1;
    given["modifiedAt"] = Number.NaN;
    given["colour"] = "red";
    (given["functions"] as Record<string, unknown>[])[0]!["lineRange"] = { start: 3, end: 2 };
    (given["headerSections"] as Record<string, unknown>)["referenceDocumentation"] = [{ target: 7, line: 0, kind: "odd" }];
    const { code, message } = refusal(given);
    expect(code).toBe("E_RECORD");
    for (const problem of [
      "language must not be empty",
      "size must be an integer from 0",
      "modifiedAt must be a finite number",
      "colour is unknown",
      "functions[0].lineRange.end must be an integer from 3",
      "headerSections.referenceDocumentation[0].target must be a string, not 7",
      "headerSections.referenceDocumentation[0].line must be an integer from 1",
      'headerSections.referenceDocumentation[0].kind must be one of "codebase"',
    ]) {
      expect(message).toContain(problem);
    }
  });

  test.each([null, undefined, 3, "text", [], {}])("%o is no record", (value) => {
    expect(refusal(value).code).toBe("E_RECORD");
  });

  test.each(["", "/a.ts", "../a.ts", "a/../b.ts", "a//b.ts", "./a.ts", "a/", ".", "a\0b", "\ud800", "x".repeat(4_097)])(
    "the path %j is refused with E_PATH",
    (path) => {
      expect(refusal({ ...valid(), path }).code).toBe("E_PATH");
    },
  );

  test.each(["a.ts", "a b.ts", "a\nb.ts", "..a/b..", "...", "é/日本.ts", "__proto__", "-x", "a\\b", "C:/a.ts", "C:\\a.ts"])(
    "the path %j is one spelling of a file",
    (path) => {
      expect(parseFileMetadata({ ...valid(), path }).path).toBe(path);
    },
  );

  test("text that a database would not give back is refused", () => {
    for (const language of ["a\0b", "\udc00"]) expect(refusal({ ...valid(), language }).message).toContain("language must");
    expect(Object.is(parseFileMetadata({ ...valid(), modifiedAt: -0, size: -0 }).modifiedAt, 0)).toBe(true);
  });
});
