import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { INDEXING_OPTIONS } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import type { CommandDefinition } from "./command-definition.ts";
import type { CommonOptions, ExitCode } from "./session.ts";
import { writeError } from "./terminal/streams.ts";

/** Every command, in the order of the help. */
const COMMANDS: Readonly<Record<string, () => Promise<{ readonly command: CommandDefinition }>>> = {
  tour: () => import("./commands/tour-command.ts"),
  index: () => import("./commands/index-command.ts"),
  query: () => import("./commands/query-command.ts"),
  get: () => import("./commands/get-command.ts"),
  refs: () => import("./commands/refs-command.ts"),
  status: () => import("./commands/status-command.ts"),
  stats: () => import("./commands/stats-command.ts"),
  verify: () => import("./commands/verify-command.ts"),
  doctor: () => import("./commands/doctor-command.ts"),
  projects: () => import("./commands/projects-command.ts"),
  compact: () => import("./commands/compact-command.ts"),
  clear: () => import("./commands/clear-command.ts"),
};

/**
 * The command line as commander knows it. Only the command that `argv` names is loaded: `query` does not wait for parsers to load. If `argv`
 * names none, all are, for the help.
 */
export async function createProgram(argv: readonly string[], done: (code: ExitCode) => void): Promise<Command> {
  const program = new Command("metacache")
    .description("What a code base says about itself, in memory: indexed, bounded, in step with its database.")
    .version(version())
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .addHelpText("after", "\nExit codes: 0 done, 1 nothing found by that name, 2 not done or something wrong.")
    .showHelpAfterError("Run `metacache --help` for the commands.");
  const named = argv.find((word) => !word.startsWith("-")) ?? "";
  const loads = Object.hasOwn(COMMANDS, named) ? [COMMANDS[named]] : Object.values(COMMANDS);
  for (const { command } of await Promise.all(loads.flatMap((load) => load?.() ?? []))) addCommand(program, command, done);
  return program;
}

function addCommand(program: Command, definition: CommandDefinition, done: (code: ExitCode) => void): void {
  const { name, description, example, argument, options = [], indexes, notes } = definition;
  const created = program
    .command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .showHelpAfterError(`Run \`metacache ${name} --help\` for its options.`);
  addCommonOptions(created);
  created.addHelpText("after", `\nExample:\n  $ metacache ${example}`);
  if (indexes === true) addIndexingOptions(created);
  for (const [flags, meaning] of options) created.option(flags, meaning);
  if (notes !== undefined) created.addHelpText("after", `\n${notes}`);
  if (argument === undefined) created.action(async (given: CommonOptions) => done(await definition.run(given)));
  else created.argument(...argument).action(async (word: string, given: CommonOptions) => done(await definition.run(given, word)));
}

function addCommonOptions(command: Command): void {
  command
    .option("--project <folder-or-name>", "the project: its folder, or with --db its name (default: the folder above with an index)")
    .option("--db <location>", "the database: a path, or postgres://user@host/database (default: .metacache/metadata.db in the project)")
    .option("--name <name>", "what the database calls the project (default: the path of its folder)")
    .option("--json", "print one JSON document");
  for (const [option, { description: text, default: value }] of Object.entries(MEMORY_CACHE_OPTIONS)) {
    command.addOption(new Option(`${flagName(option)} <value>`, `${text} Default: ${value}`).helpGroup("Cache options:"));
  }
}

function addIndexingOptions(command: Command): void {
  for (const [option, { kind, description }] of Object.entries(INDEXING_OPTIONS)) {
    command.option(`${flagName(option)} <${kind === "list" ? "list" : "value"}>`, description);
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return manifest.version;
}
