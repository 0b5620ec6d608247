import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { INDEXING_OPTIONS } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import type { IndexCommandOptions } from "./commands/index-command.ts";
import type { ClearOptions } from "./commands/clear-command.ts";
import type { ProjectsOptions } from "./commands/projects-command.ts";
import type { QueryOptions } from "./commands/query-command.ts";
import type { CommonOptions, ExitCode } from "./session.ts";
import { writeError } from "./streams.ts";

type Done = (code: ExitCode) => void;

/** The command line as commander knows it. Each command is loaded when it is run: `query` does not wait for parsers to load. */
export function createProgram(done: Done): Command {
  const program = new Command("metacache")
    .description("What a code base says about itself, in memory: indexed, bounded, in step with its database.")
    .version(version())
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .addHelpText("after", "\nExit codes: 0 done, 1 nothing found by that name, 2 not done or something wrong.")
    .showHelpAfterError("Run `metacache --help` for the commands.");
  addIndexCommands(program, done);
  addQueryCommand(program, done);
  addReadingCommands(program, done);
  addKeepingCommands(program, done);
  return program;
}

function addCommand(program: Command, name: string, description: string, example: string): Command {
  const created = program
    .command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ writeErr: writeError })
    .showHelpAfterError(`Run \`metacache ${name} --help\` for its options.`)
    .option("--project <folder-or-name>", "the project: its folder, or with --db its name (default: the folder above with an index)")
    .option("--db <location>", "the database: a path, or postgres://user@host/database (default: .metacache/metadata.db in the project)")
    .option("--name <name>", "what the database calls the project (default: the path of its folder)")
    .option("--json", "print one JSON document")
    .addHelpText("after", `\nExample:\n  $ metacache ${example}`);
  for (const [option, { description: text, default: value }] of Object.entries(MEMORY_CACHE_OPTIONS)) {
    created.addOption(new Option(`${flagName(option)} <value>`, `${text} Default: ${value}`).helpGroup("Cache options:"));
  }
  return created;
}

function addIndexCommands(program: Command, done: Done): void {
  const tour = addCommand(program, "tour", "index this project, show three queries, say what to type next", "tour");
  addIndexingOptions(tour).action(async (options: CommonOptions) =>
    done(await (await import("./commands/tour-command.ts")).tourCommand(options)),
  );
  addIndexingOptions(addCommand(program, "index", "read the source tree and store what changed", "index . --json"))
    .argument("[dir]", "the project's folder")
    .option("--force", "read every file again, whatever is known of it")
    .option("--rebuild", "make the database anew, for one that is damaged")
    .option("--yes", "with --rebuild: give up what cannot be read of other projects in the database")
    .action(async (directory: string | undefined, options: IndexCommandOptions) =>
      done(await (await import("./commands/index-command.ts")).indexCommand(directory, options)),
    );
}

function addIndexingOptions(command: Command): Command {
  for (const [option, { kind, description }] of Object.entries(INDEXING_OPTIONS)) {
    command.option(`${flagName(option)} <${kind === "list" ? "list" : "value"}>`, description);
  }
  return command;
}

function addQueryCommand(program: Command, done: Done): void {
  addCommand(program, "query", "list the files that meet all criteria", "query --language python --doc doc/DESIGN.md --sort -size")
    .option("--language <names...>", "written in any of these languages, e.g. --language go rust")
    .option("--function <names...>", "define any of these functions or methods, e.g. --function main")
    .option("--class <names...>", "define any of these classes, e.g. --class Cache")
    .option("--doc <targets...>", "refer to any of these documents, e.g. --doc doc/DESIGN.md")
    .option("--path <pattern>", "whose path from the project's root matches this regular expression (RE2), e.g. --path '^src/.*_test'")
    .option("--prefix <prefix>", "whose path, as seen from here, begins so, e.g. --prefix src/")
    .option("--sort <order>", "path, language, size or modifiedAt; with - before it, descending, e.g. --sort -size")
    .option("--limit <n>", "at most so many, e.g. --limit 50 (default: 20; with --paths, all)")
    .option("--cursor <cursor>", "continue after an earlier answer, with the cursor that it gave")
    .option("--paths", "print paths alone, one a line, all of them")
    .option("-0, --null", "like --paths, each as it is with a NUL after it, for xargs -0")
    .option("--count", "print how many there are, and nothing else")
    .option("--explain", "say how the query is answered, and what that costs")
    .addHelpText("after", "\nA * at the end of a name stands for any ending: --function 'get*'.\nWrite \\* for the character itself.")
    .action(async (options: QueryOptions) => done(await (await import("./commands/query-command.ts")).queryCommand(options)));
}

function addReadingCommands(program: Command, done: Done): void {
  addCommand(program, "get", "show all that is known of one file", "get src/index.ts")
    .argument("<path>", "as seen from here, or from the project's folder")
    .action(async (path: string, options: CommonOptions) =>
      done(await (await import("./commands/get-command.ts")).getCommand(path, options)),
    );
  addCommand(program, "refs", "list the files whose header refers to a document", "refs doc/DESIGN.md")
    .argument("<doc>", "as the headers spell it, or as seen from here")
    .action(async (document: string, options: CommonOptions) =>
      done(await (await import("./commands/refs-command.ts")).refsCommand(document, options)),
    );
  addCommand(program, "status", "show where the data is and what state it is in", "status --json").action(async (options: CommonOptions) =>
    done(await (await import("./commands/status-command.ts")).statusCommand(options)),
  );
  addCommand(program, "stats", "show what the cache holds", "stats").action(async (options: CommonOptions) =>
    done(await (await import("./commands/stats-command.ts")).statsCommand(options)),
  );
}

function addKeepingCommands(program: Command, done: Done): void {
  addCommand(program, "verify", "check the cache's laws, and compare it with the database and the files", "verify").action(
    async (options: CommonOptions) => done(await (await import("./commands/verify-command.ts")).verifyCommand(options)),
  );
  addCommand(program, "doctor", "find what is wrong, and say what to do about it", "doctor").action(async (options: CommonOptions) =>
    done(await (await import("./commands/doctor-command.ts")).doctorCommand(options)),
  );
  addCommand(program, "projects", "list the projects of the database, or remove one", "projects --remove /path/to/old")
    .option("--remove <name>", "remove this project and all its records from the database")
    .option("--yes", "do not ask")
    .action(async (options: ProjectsOptions) => done(await (await import("./commands/projects-command.ts")).projectsCommand(options)));
  addCommand(program, "clear", "remove the project's records from its database", "clear --dry-run")
    .option("--dry-run", "say what would be removed, and remove nothing")
    .option("--yes", "do not ask")
    .action(async (options: ClearOptions) => done(await (await import("./commands/clear-command.ts")).clearCommand(options)));
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return manifest.version;
}
