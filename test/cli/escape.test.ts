import fc from "fast-check";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { escapeProse, quoteName, safeJson } from "../../src/base/text/escape.ts";
import { metacacheAll, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

/** What a terminal obeys, or what makes one name look like another. */
const HOSTILE = "\u001b[2J\u009b31m\u007f\u202egpj.\u2066\u200b\u2028\ufeff";
const UNSAFE = /[^\P{C}\n\p{Cn}\p{Co}]|[\u2028\u2029]/u;

describe("text for people", () => {
  test("never holds a character that a terminal obeys or hides, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        for (const escaped of [quoteName(text), safeJson(text)]) expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(escapeProse(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u);
      }),
    );
  });

  test("escapes each kind of what is unsafe, and tells which character it is", () => {
    const kinds = ["\u0000", "\u001b", "\u007f", "\u0085", "\u009b", "\u00ad", "\u061c", "\u200b", "\u200e", "\u202e", "\u2028", "\u2029"];
    for (const kind of [...kinds, "\u2066", "\u2069", "\ufeff", "\ufff9", "\ud800", "\udfff"]) {
      const escape = `\\u${kind.charCodeAt(0).toString(16).padStart(4, "0")}`;
      expect([escapeProse(`a${kind}b`), quoteName(`a${kind}b`), safeJson(`a${kind}b`)]).toEqual([
        `a${escape}b`,
        `"a${escape}b"`,
        `"a${escape}b"`,
      ]);
    }
    // A language tag, beyond the first plane; and a joiner, which a name has no need of.
    expect(escapeProse("\u{e0001}")).toBe("\\udb40\\udc01");
    expect(quoteName("a\u200db")).toBe('"a\\u200db"');
  });

  test("names are told apart, and a name that is quoted is the JSON string of it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (one, other) => {
        expect(quoteName(one) === quoteName(other)).toBe(one === other);
        for (const name of [one, other]) if (quoteName(name) !== name) expect(JSON.parse(quoteName(name))).toBe(name);
      }),
    );
    expect(quoteName('"a\\n"')).not.toBe(quoteName("a\n"));
    expect(quoteName("\ud800")).toBe('"\\ud800"');
  });

  test("JSON is exact: it parses to what it was made of", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(safeJson({ [text]: [text] }))).toEqual({ [text]: [text] });
      }),
    );
  });

  test("prose stays readable: emoji and scripts that need joiners, and line ends as spaces", () => {
    expect(escapeProse("\u{1f469}\u200d\u{1f4bb} می\u200cخواهم\r\nnext\tline\u001b")).toBe(
      "\u{1f469}\u200d\u{1f4bb} می\u200cخواهم next line\\u001b",
    );
  });
});

describe("a repository with hostile names and texts", () => {
  const root = keptDirectory();
  const file = `src/x${HOSTILE}.js`;

  beforeAll(async () => {
    mkdirSync(join(root, "src"));
    const header = `/**\n * Purpose ${HOSTILE}.\n * [Reference documentation]\n * - doc/${HOSTILE}.md\n */\n`;
    writeFileSync(join(root, file), `${header}function f() {}\nclass C {}\n`);
    writeFileSync(join(root, `src/binary${HOSTILE}.js`), Buffer.from([0, 1]));
    writeFileSync(join(root, "src/bad.py"), `###\n# [Source file intent]\n# Intent ${HOSTILE}\n###\ndef g(): pass\n`);
    await metacacheIn(root, "index");
  });

  const COMMANDS = [
    ["index"],
    ["tour"],
    ["query"],
    ["query", "--paths"],
    ["query", "--explain", "--function", `f${HOSTILE}`],
    ["query", "--json"],
    ["get", file],
    ["get", file, "--json"],
    ["get", "src/bad.py"],
    ["get", `nowhere${HOSTILE}`],
    ["get", `nowhere${HOSTILE}`, "--json"],
    ["get", `../outside${HOSTILE}`],
    ["refs", `doc/${HOSTILE}.md`],
    ["refs", HOSTILE],
    ["status"],
    ["stats"],
    ["verify"],
    ["doctor"],
    ["projects"],
    ["projects", "--remove", HOSTILE],
    ["clear", "--dry-run"],
    ["query", "--path", `(${HOSTILE}`],
    ["query", "--sort", HOSTILE],
    ["query", "--limit", HOSTILE],
    ["query", `--${HOSTILE}`],
    ["query", `--${HOSTILE}`, "--json"],
    ["query", "--db", HOSTILE],
    ["query", "--name", HOSTILE],
    ["query", "--project", `./${HOSTILE}`],
    ["query", "--max-items", HOSTILE],
    [HOSTILE],
  ];

  test("never reaches a terminal raw, on either stream, whatever the command and what is typed", async () => {
    const outcomes = await metacacheAll(root, ...COMMANDS);
    expect(outcomes.map(({ code }) => code)).toEqual(COMMANDS.map(() => expect.any(Number) as number));
    // What is hostile is there, and escaped.
    expect(outcomes[COMMANDS.findIndex(([, path]) => path === "src/bad.py")]?.stdout).toContain(
      "    Intent \\u001b[2J\\u009b31m\\u007f\\u202egpj.",
    );
    for (const [at, { stdout, stderr }] of outcomes.entries()) {
      expect(stdout + stderr, COMMANDS[at]?.join(" ")).not.toBe("");
      expect(stdout + stderr, COMMANDS[at]?.join(" ")).not.toMatch(UNSAFE);
    }
  });

  test("is told of on stderr in the same way, and given raw only to a pipe that asks for it", async () => {
    writeFileSync(join(root, file), "changed");
    const [get, query] = await metacacheAll(root, ["get", file, "--no-look"], ["query", "--null"]);
    expect(get?.stderr).toContain("has changed since it was indexed");
    expect(get?.stderr).not.toMatch(UNSAFE);
    expect(query?.stdout.split("\0")).toEqual(["src/bad.py", file, ""]);
  });
});
