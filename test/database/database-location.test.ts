import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { parseDatabaseLocation, shownLocation } from "../../src/database/location/database-location.ts";

describe("the option database", () => {
  test.each([
    ["sqlite:./cache/metadata.db", "/base/cache/metadata.db"],
    ["SQLite:metadata.db", "/base/metadata.db"],
    ["sqlite:/abs/metadata.db", "/abs/metadata.db"],
    ["sqlite:///abs/metadata.db", "/abs/metadata.db"],
    ["metadata.db", "/base/metadata.db"],
    ["../a b/ü?mode=memory", "/a b/ü?mode=memory"],
    ["/abs/metadata.db", "/abs/metadata.db"],
  ])("%s names the file %s", (value, file) => {
    expect(parseDatabaseLocation(value, "/base")).toEqual({ kind: "sqlite", file: resolve(file) });
  });

  test.each(["postgres://user:s3cret@host:5432/db?sslmode=require", "postgresql:///db?host=/run/postgresql&password=s3cret"])(
    "%s is handed to the driver as it is, and shown without its password",
    (url) => {
      const location = parseDatabaseLocation(url, "/base");
      expect(location).toEqual({ kind: "postgres", url });
      expect(shownLocation(location)).not.toContain("s3cret");
      expect(shownLocation(location)).toMatch(/^postgres:\/\/(user@host:5432|\/run\/postgresql)\/db$/);
    },
  );

  test("a relative path starts at the working directory unless another one is given", () => {
    expect(parseDatabaseLocation("metadata.db")).toEqual({ kind: "sqlite", file: resolve("metadata.db") });
  });

  test.each([
    ["sqlite::memory:", /in memory/],
    [":memory:", /in memory/],
    ["sqlite:", /needs a file/],
    ["", /needs a file/],
    ["sqlite://host/metadata.db", /host/],
    ["postgres://user:s3cret@host:port/db", /is not a valid URL/],
    ["mysql://user:s3cret@host/db", /the scheme "mysql:" is unknown/],
    ["user:s3cret@host/db", /the scheme "user:" is unknown/],
    ["file:metadata.db", /the scheme "file:" is unknown/],
    ["a\0b", /NUL/],
    [undefined, /must be a string, not undefined/],
    [{}, /must be a string/],
  ])("%j is refused with what to give instead, and without a password", (value, message) => {
    const parse = (): unknown => parseDatabaseLocation(value, "/base");
    expect(parse).toThrow(expect.objectContaining({ code: "E_CONFIG", message: expect.stringMatching(message) as string }));
    expect(parse).toThrow(/give /);
    expect(parse).not.toThrow(/s3cret/);
  });
});
