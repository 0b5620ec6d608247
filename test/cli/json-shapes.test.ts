import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/command-list.ts";
import { schemaFaults, SCHEMAS } from "../support/json-schema.ts";
import { metacacheAll, metacacheIn } from "../support/command.ts";
import { keptDirectory } from "../support/temporary-database.ts";

const root = keptDirectory();

const HEADER = `###
# [Source file intent]
# Says hello.
###
# [Reference documentation]
# - doc/D.md: why
###
# [GenAI tool change history]
# 2025-04-15T09:47:05Z : Made it. (a@b)
###
`;

beforeAll(async () => {
  writeFileSync(
    join(root, "a.py"),
    `${HEADER}def hello(name: str) -> int:\n    """Greets."""\n\nclass Greeter:\n    def greet(self): pass\n`,
  );
  writeFileSync(join(root, "broken.ts"), "export function {{{ (\n");
  writeFileSync(join(root, "README.md"), "# Title\n\nSee [the code](a.py#hello) and [nothing](none.md).\n");
  writeFileSync(join(root, "binary.py"), Buffer.from([0, 1, 2]));
  await metacacheIn(root, "index");
});

/** Command lines by the schema that their documents are of. */
const LINES: readonly (readonly [schema: string, ...lines: readonly string[]])[] = [
  ["index", "index"],
  ["find", "find hel", "find hel --count", "find hel --select name,line", "find nothingatall", "find hello -n 1 --paths"],
  ["query", "query", "query --count", "query --explain", "query --paths -n 1", "query --select path,functions", "query --function none"],
  ["get", "get a.py", "get README.md", "get binary.py", "get none.py", "get a.py --select language"],
  ["refs", "refs doc/D.md", "refs none.md"],
  ["check", "check", "check --at-least 2"],
  ["languages", "languages", "languages --known"],
  ["mcp", "mcp --print-config claude"],
  ["status", "status"],
  ["stats", "stats"],
  ["verify", "verify"],
  ["doctor", "doctor"],
  ["projects", "projects"],
  ["compact", "compact", "compact --dry-run"],
  ["clear", "clear --dry-run"],
  ["tour", "tour"],
  ["completion", "completion bash"],
  ["complete", "complete zsh -- qu"],
  ["error", "query --sort x", "frobnicate", "get", "find x --kind y", "completion tcsh", "get ../x", "status --project /nowhere/at/all"],
];

test("the document of every command is of its schema, errors included", async () => {
  const lines = LINES.flatMap(([schema, ...texts]) => texts.map((text) => ({ schema, text })));
  const outcomes = await metacacheAll(root, ...lines.map(({ text }) => withJson(text)));
  for (const [at, { schema, text }] of lines.entries()) {
    const { stdout = "" } = outcomes[at] ?? {};
    expect(stdout.trimEnd().split("\n"), text).toHaveLength(1);
    expect(schemaFaults(schema, JSON.parse(stdout)), text).toEqual([]);
  }
});

function withJson(line: string): readonly string[] {
  const [command = "", ...rest] = line.split(" ");
  return [command, "--json", ...rest];
}

test("every command has a schema, and every schema a command", () => {
  const files = readdirSync(SCHEMAS).map((file) => file.replace(/\.json$/, ""));
  expect(files.sort()).toEqual([...Object.keys(COMMANDS), "common", "error"].sort());
  // What never ends by itself is tried in `watch.test.ts`.
  expect([...LINES.map(([schema]) => schema), "watch"].sort()).toEqual([...Object.keys(COMMANDS), "error"].sort());
});

test("a document that is not of its schema is found out", () => {
  const document = { schemaVersion: 1, command: "languages", languages: [{ name: "c", files: 1.5, aliases: [], covers: [] }], extra: 1 };
  expect(schemaFaults("languages", document)).toEqual([
    ".revision is missing",
    ".languages[0].files is no integer",
    ".extra is not in the schema",
  ]);
});
