import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { INDEXING_OPTIONS } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import type { CommandDefinition } from "./command-definition.ts";
import { COMMANDS, type CommandEntry } from "./command-list.ts";
import type { CommonOptions, ExitCode } from "./session.ts";
import { writeError } from "./terminal/streams.ts";

/**
 * The command line as commander knows it, with the names of all commands. Only the command that `argv` names is loaded: `get` does not
 * wait for parsers to load.
 */
export async function createProgram(argv: readonly string[], done: (code: ExitCode) => void): Promise<Command> {
  const program = new Command("metacache")
    .description("What a code base says about itself, in memory: indexed, bounded, in step with its database.")
    .version(version())
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .addHelpText("after", "\nExit codes: 0 done, 1 nothing found by that name, 2 not done or something wrong.")
    .showHelpAfterError("Run `metacache --help` for the commands.");
  const named = nameIn(argv);
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = addCommand(program, name, entry);
    if (name === named) addDefinition(command, (await entry.load()).command, done);
  }
  return program;
}

/** The command that is meant, also in `help get`. */
function nameIn(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  return first === "help" ? second : first;
}

/** A command with all that the list of commands shows of it. */
function addCommand(program: Command, name: string, { description, argument }: CommandEntry): Command {
  const command = program
    .command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .showHelpAfterError(`Run \`metacache ${name} --help\` for its options.`);
  if (argument !== undefined) command.argument(...argument);
  addCommonOptions(command);
  return command;
}

function addDefinition(command: Command, definition: CommandDefinition, done: (code: ExitCode) => void): void {
  const { example, options = [], indexes, notes } = definition;
  command.addHelpText("after", `\nExample:\n  $ metacache ${example}`);
  if (indexes === true) addIndexingOptions(command);
  for (const [flags, meaning] of options) command.option(flags, meaning);
  if (notes !== undefined) command.addHelpText("after", `\n${notes}`);
  command.action(async () => done(await definition.run(command.opts<CommonOptions>(), command.args[0])));
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
