import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { CommandDefinition } from "../../src/cli/command-definition.ts";
import { createProgram } from "../../src/cli/program.ts";

const FOLDER = join(import.meta.dirname, "../../src/cli/commands");
const NAMES = readdirSync(FOLDER).flatMap((file) => /^(.*)-command\.ts$/.exec(file)?.[1] ?? []);

const namesFor = async (...argv: string[]): Promise<readonly string[]> =>
  (await createProgram(argv, () => undefined)).commands.map((command) => command.name());

test("the help lists every command that has a file, and each file's command has the name of the file", async () => {
  expect([...(await namesFor("--help"))].sort()).toEqual(NAMES.sort());
  for (const name of NAMES) {
    const { command } = (await import(join(FOLDER, `${name}-command.ts`))) as { command: CommandDefinition };
    expect(command.name).toBe(name);
    expect(command.example.split(" ")[0]).toBe(name);
  }
});

test("a command that is named is loaded alone; for a misspelt one all are, so that the one that is meant can be named", async () => {
  expect(await namesFor("query", "--language", "get")).toEqual(["query"]);
  expect(await namesFor("--json", "get", "query")).toEqual(["get"]);
  for (const odd of [["qurey"], [], ["help", "query"], ["toString"], ["--", "constructor"]])
    expect(await namesFor(...odd)).toHaveLength(NAMES.length);
});
