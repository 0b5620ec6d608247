import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/command-list.ts";
import { createProgram } from "../../src/cli/program.ts";

const FOLDER = join(import.meta.dirname, "../../src/cli/commands");
const NAMES = readdirSync(FOLDER, { encoding: "utf8", recursive: true }).flatMap((file) => /([^/\\]*)-command\.ts$/.exec(file)?.[1] ?? []);

test("the help lists every command that has a file, whatever else is typed", async () => {
  for (const argv of [
    ["--help"],
    [],
    ["qurey"],
    ["help", "query"],
    ["toString"],
    ["--", "constructor"],
    ["get", "--help"],
    ["--help", "get"],
  ]) {
    const program = await createProgram(argv, () => undefined);
    expect(program.commands.map((command) => command.name()).sort()).toEqual(NAMES.sort());
  }
});

test("each entry of the list loads the command of its name", async () => {
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const { command } = await entry.load();
    expect(command.example.split(" ")[0]).toBe(name);
  }
});

test.each([
  [["query", "--language", "get"], "query"],
  [["--json", "get", "query"], "get"],
  [["help", "query"], "query"],
])("of %j, only the command that is meant has its own options", async (argv, meant) => {
  const program = await createProgram(argv, () => undefined);
  const own = program.commands.filter((command) => command.options.some(({ long }) => long === "--explain"));
  expect(own.map((command) => command.name())).toEqual(meant === "query" ? ["query"] : []);
});
