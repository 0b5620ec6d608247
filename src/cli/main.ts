import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { isMetacacheError, messageOf } from "../base/errors.ts";
import type { IndexingConfig } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import { clearCommand } from "./commands/clear-command.ts";
import { doctorCommand } from "./commands/doctor-command.ts";
import { getCommand } from "./commands/get-command.ts";
import { indexCommand, type IndexCommandOptions } from "./commands/index-command.ts";
import { queryCommand, type QueryOptions } from "./commands/query-command.ts";
import { refsCommand } from "./commands/refs-command.ts";
import { statsCommand } from "./commands/stats-command.ts";
import { statusCommand } from "./commands/status-command.ts";
import { tourCommand } from "./commands/tour-command.ts";
import { verifyCommand } from "./commands/verify-command.ts";
import { type CommonOptions, type ExitCode, outputFor } from "./session.ts";

/** The command `metacache`. Resolves to its exit code: 0 done, 1 nothing found by that name, 2 could not be done. */
export async function main(argv: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  // It stays: what was written last may fail only after this function has ended.
  if (process.stdout.listenerCount("error", endOnBrokenPipe) === 0) process.stdout.on("error", endOnBrokenPipe);
  try {
    await program.parseAsync([...argv], { from: "user" });
    return exitCode;
  } catch (error) {
    // Commander has printed its own message.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (argv.includes("--json")) outputFor(true).document("error", { error: { code: codeOf(error), message: messageOf(error) } });
    process.stderr.write(`metacache: ${messageOf(error)}\n`);
    return 2;
  }
}

/** Whoever reads the output may stop early (`| head`): that is no failure. */
function endOnBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit();
}

function codeOf(error: unknown): string {
  return isMetacacheError(error) ? error.code : "E_INVARIANT";
}

function createProgram(done: (code: ExitCode) => void): Command {
  const program = new Command("metacache")
    .description("What a code base says about itself, in memory: indexed, bounded, in step with its database.")
    .version(version())
    .exitOverride()
    .showHelpAfterError("(--help shows what there is)");

  const command = (name: string, description: string, example: string): Command => {
    const created = program
      .command(name)
      .description(description)
      .exitOverride()
      .addOption(new Option("--project <root-or-name>", "the project: its folder, or a name (with --db)").default("."))
      .option("--db <location>", "the database: a path, or postgres://user@host/database (default: .metacache/metadata.db in the project)")
      .option("--name <name>", "what the database calls the project (default: the path of its folder)")
      .option("--json", "print one JSON document")
      .addHelpText("after", `\nExample:\n  $ metacache ${example}`);
    for (const [option, { description: text, default: value }] of Object.entries(MEMORY_CACHE_OPTIONS)) {
      created.addOption(new Option(`${flagName(option)} <value>`, `${text} Default: ${value}`).helpGroup("Cache options:"));
    }
    return created;
  };

  command("tour", "index this project, show three queries, say what to type next", "tour").action(async (options: CommonOptions) =>
    done(await tourCommand(options)),
  );
  command("index", "read the source tree and store what changed", "index . --json")
    .argument("[dir]", "the project's folder")
    .addOption(indexingOption("maxFileBytes", "skip files over so many bytes, e.g. --max-file-bytes 4000000 (default: 1048576)"))
    .addOption(indexingOption("languages", "only files in these languages, e.g. --languages go,rust"))
    .addOption(indexingOption("exclude", "leave these out as well, as in a .gitignore, e.g. --exclude 'vendor/,*.min.js'"))
    .option("--force", "read and extract every file again, whatever is known of it")
    .action(async (directory: string | undefined, options: IndexCommandOptions) => done(await indexCommand(directory, options)));
  command("query", "list the files that meet all criteria", "query --language python --doc doc/DESIGN.md --sort -modifiedAt --limit 10")
    .option("--language <names...>", "written in any of these languages, e.g. --language go rust")
    .option("--function <names...>", "define any of these functions or methods, e.g. --function main")
    .option("--class <names...>", "define any of these classes, e.g. --class Cache")
    .option("--doc <targets...>", "refer to any of these documents, e.g. --doc doc/DESIGN.md")
    .option("--path <pattern>", "whose path matches this regular expression (RE2), e.g. --path '^src/.*_test'")
    .option("--prefix <prefix>", "whose path begins so, e.g. --prefix src/")
    .option("--sort <order>", "path, language, size or modifiedAt; with - before it, descending, e.g. --sort -size")
    .option("--limit <n>", "at most so many, e.g. --limit 50 (default: 20)", wholeNumber)
    .option("--cursor <cursor>", "continue after an earlier answer, with the cursor that it gave")
    .option("--paths", "print paths alone, one a line")
    .option("--count", "print how many there are, and nothing else")
    .option("--explain", "say how the query is answered, and what that costs")
    .addHelpText("after", "\nA * at the end of a name stands for any ending: --function 'get*'. Write \\* for the character itself.")
    .action(async (options: QueryOptions) => done(await queryCommand(options)));
  command("get", "show all that is known of one file", "get src/index.ts")
    .argument("<path>", "relative to the project's folder")
    .action(async (path: string, options: CommonOptions) => done(await getCommand(path, options)));
  command("refs", "list the files whose header refers to a document", "refs doc/DESIGN.md")
    .argument("<doc>", "as the headers spell it")
    .action(async (document: string, options: CommonOptions) => done(await refsCommand(document, options)));
  command("status", "show where the data is and what state it is in", "status --json").action(async (options: CommonOptions) =>
    done(await statusCommand(options)),
  );
  command("stats", "show what the cache holds", "stats").action(async (options: CommonOptions) => done(await statsCommand(options)));
  command("verify", "check the cache's laws and compare it with the database", "verify").action(async (options: CommonOptions) =>
    done(await verifyCommand(options)),
  );
  command("doctor", "find what is wrong, and say what to do about it", "doctor").action(async (options: CommonOptions) =>
    done(await doctorCommand(options)),
  );
  command("clear", "remove the project's records from its database", "clear").action(async (options: CommonOptions) =>
    done(await clearCommand(options)),
  );
  return program;
}

function indexingOption(name: keyof IndexingConfig, description: string): Option {
  return new Option(`${flagName(name)} <value>`, description);
}

/** What is no number is passed on as it is, so that the query's own check names it with everything else. */
function wholeNumber(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : (text as unknown as number);
}

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { readonly version: string };
  return manifest.version;
}
