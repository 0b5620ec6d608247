import { Command, Option } from "commander";
import type { CommandDefinition, OptionDefinition } from "./command-definition.ts";
import { COMMANDS, type CommandEntry } from "./command-list.ts";
import { CACHE_OPTIONS, PRINTING_OPTIONS, PROJECT_OPTIONS, TREE_OPTIONS } from "./common-options.ts";
import { programVersion } from "./program-version.ts";
import type { CommonOptions, ExitCode } from "./session.ts";
import { writeError } from "./terminal/streams.ts";

/** The flag that also shows the options of all commands in the help. */
const ALL = "--all";

/**
 * Returns the program of commander, with the names of all commands. Loads only the command that
 * `argv` names: `get` must not wait until parsers are loaded.
 */
export async function createProgram(argv: readonly string[], done: (code: ExitCode) => void): Promise<Command> {
  const program = new Command("metacache")
    .description("Keeps the metadata of a code base in memory: indexed, limited in size, and equal to its database.")
    .version(programVersion())
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .configureHelp({ minWidthToWrap: 20 })
    .addHelpText(
      "after",
      "\nOptions of a command: `metacache help COMMAND`.\nExit codes, as in grep: 0 done or found, 1 nothing found, 2 error.",
    )
    .showHelpAfterError("Run `metacache --help` for the list of commands.");
  const named = nameIn(argv);
  const isAll = argv.includes(ALL);
  for (const [name, entry] of Object.entries(COMMANDS)) {
    const command = addCommand(program, name, entry);
    if (name === named) addDefinition(command, (await entry.load()).command, { isAll, done });
  }
  return program;
}

/** Returns the name of the command that the line runs, also in `help get`. */
function nameIn(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((word) => !word.startsWith("-"));
  return first === "help" ? second : first;
}

/** Adds a command with the parts that the list of commands shows. */
function addCommand(program: Command, name: string, { description, argument, hidden }: CommandEntry): Command {
  const command = program
    .command(name, { hidden: hidden === true })
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .showHelpAfterError(`Run \`metacache ${name} --help\` for its options.`);
  if (argument !== undefined) command.argument(...argument);
  return command;
}

interface Use {
  readonly isAll: boolean;
  readonly done: (code: ExitCode) => void;
}

function addDefinition(command: Command, definition: CommandDefinition, { isAll, done }: Use): void {
  const { example, options = [], indexes, standsAlone, notes } = definition;
  addOptions(command, options, undefined);
  if (indexes === true) addOptions(command, TREE_OPTIONS, undefined);
  const common = isAll ? { hidden: false } : { hidden: true };
  addOptions(command, PRINTING_OPTIONS, { ...common, group: "Options of every command:" });
  if (standsAlone !== true) {
    addOptions(command, PROJECT_OPTIONS, { ...common, group: "Options of every command:" });
    addOptions(command, CACHE_OPTIONS, { ...common, group: "Cache options:" });
  }
  if (notes !== undefined) command.addHelpText("after", `\n${notes}`);
  command.addHelpText("after", `\nExample:\n  $ metacache ${example}`);
  if (!isAll) command.addHelpText("after", `\nMore (${shortList(standsAlone === true)}): metacache ${command.name()} --help ${ALL}`);
  command.action(async () => done(await definition.run(command.opts<CommonOptions>(), command.args[0], command.args)));
}

function shortList(standsAlone: boolean): string {
  return standsAlone ? "--json, -q, -v" : "--json, -q, -v, --project, --db, …";
}

function addOptions(
  command: Command,
  options: readonly OptionDefinition[],
  common: { readonly hidden: boolean; readonly group: string } | undefined,
): void {
  for (const [flags, meaning, , repeated] of options) {
    const option = new Option(flags, meaning);
    if (repeated !== undefined) option.argParser((value, before: readonly string[] | undefined) => [...(before ?? []), value]);
    if (common !== undefined) option.hideHelp(common.hidden).helpGroup(common.group);
    command.addOption(option);
  }
}
