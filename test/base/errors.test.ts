import { describe, expect, test } from "vitest";
import { assert } from "../../src/base/assert.ts";
import {
  codeOf,
  ConfigError,
  DatabaseUnavailableError,
  isAbsence,
  isMetacacheError,
  MetacacheError,
  messageOf,
  problemOf,
  remedyOf,
} from "../../src/base/errors.ts";
import { describeFinding, finding, findingOf } from "../../src/base/finding.ts";
import { receiveError, sendError } from "../../src/threads/protocol/thread-messages.ts";

const failureOf = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    return error;
  }
};

const ERRORS: readonly (readonly [string, unknown, string, string | undefined])[] = [
  ["of any code", new MetacacheError("E_CLOSED", "it is closed", { remedy: "open it again" }), "it is closed", "open it again"],
  ["without a remedy", new MetacacheError("E_QUERY", "limit must be 1: not 0"), "limit must be 1: not 0", undefined],
  ["of a configuration", new ConfigError("database", ["is missing"], { remedy: "give one" }), "database: is missing", "give one"],
  ["of a database", new DatabaseUnavailableError("locked", "a: b (c: d)", { remedy: "try: again" }), "a: b (c: d)", "try: again"],
  ["of an invariant", failureOf(() => assert(false, "no")), "no", "this is a bug in metacache, please report it"],
];

describe.each(ERRORS)("an error %s", (_, error, problem, remedy) => {
  const message = remedy === undefined ? problem : `${problem}: ${remedy}`;

  test("says what happened and what to do, together for people and apart for programs", () => {
    expect([messageOf(error), problemOf(error), remedyOf(error)]).toEqual([message, problem, remedy]);
    expect(error).toMatchObject({ message, remedy });
  });

  test("is the same in another thread", () => {
    const { code, fault } = error as DatabaseUnavailableError;
    expect(receiveError(structuredClone(sendError(error)))).toMatchObject({ message, remedy, code, ...(fault !== undefined && { fault }) });
  });

  test("as a finding has the same code, problem and remedy", () => {
    const { code } = error as MetacacheError;
    expect(findingOf(error)).toEqual(remedy === undefined ? { code, problem } : { code, problem, remedy });
    expect(describeFinding(findingOf(error))).toBe(message);
  });
});

test("the cause of an error is kept beside its remedy", () => {
  const cause = new TypeError("why");
  expect(new MetacacheError("E_SOURCE", "no", { remedy: "look", cause })).toMatchObject({ message: "no: look", cause });
  expect(new MetacacheError("E_SOURCE", "no")).not.toHaveProperty("cause");
});

test("what is no error of metacache's has no remedy, and another thread hears of it as a bug", () => {
  expect([problemOf("odd"), remedyOf("odd"), problemOf(new TypeError("a: b")), remedyOf({ remedy: "none" })]).toEqual([
    "odd",
    undefined,
    "a: b",
    undefined,
  ]);
  expect(receiveError(sendError(new TypeError("odd")))).toMatchObject({
    code: "E_INVARIANT",
    message: "TypeError in the owner's thread: odd: this is a bug in metacache, please report it",
  });
  expect(findingOf(new TypeError("odd"))).toEqual({ code: "E_INVARIANT", problem: "odd" });
});

test("a finding names its file if it has one, and is a bug in metacache unless it says what to do", () => {
  expect(finding("TREE_OUTDATED", "it is old", { remedy: "run it" })).toEqual({
    code: "TREE_OUTDATED",
    problem: "it is old",
    remedy: "run it",
  });
  expect(finding("STATE_TERMS", "it differs", { path: "a.ts" })).toEqual({
    code: "STATE_TERMS",
    path: "a.ts",
    problem: "it differs",
    remedy: expect.stringContaining("a bug in metacache") as string,
  });
});

test("the message of an assertion is built only if the assertion fails", () => {
  const built: string[] = [];
  const message = (text: string) => (): string => {
    built.push(text);
    return text;
  };
  assert(true, message("holds"));
  expect(failureOf(() => assert(0, message("fails")))).toMatchObject({
    code: "E_INVARIANT",
    message: expect.stringMatching(/^fails: /) as string,
  });
  expect(built).toEqual(["fails"]);
});

test("anything that was thrown says its code, if it is an error with one that is a text", () => {
  expect(codeOf(Object.assign(new Error("no"), { code: "EACCES" }))).toBe("EACCES");
  expect(codeOf(new MetacacheError("E_QUERY", "no"))).toBe("E_QUERY");
  for (const odd of [undefined, null, "EACCES", { code: "EACCES" }, new Error("no"), Object.assign(new Error("no"), { code: 2 })]) {
    expect(codeOf(odd)).toBeUndefined();
    expect(isMetacacheError(odd)).toBe(false);
    expect(isAbsence(odd)).toBe(false);
  }
});

test("only the two codes of a file that does not exist mean an absence", () => {
  const absences = ["ENOENT", "ENOTDIR", "EACCES", "ELOOP", "ENAMETOOLONG", "EIO"].filter((code) =>
    isAbsence(Object.assign(new Error("no"), { code })),
  );
  expect(absences).toEqual(["ENOENT", "ENOTDIR"]);
});
