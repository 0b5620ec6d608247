import { INDEXING_OPTIONS } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import type { OptionDefinition } from "./command-definition.ts";
import { FORMATS } from "./terminal/output.ts";

/** The options of every command for its output. */
export const PRINTING_OPTIONS: readonly OptionDefinition[] = [
  ["--format <format>", "text, json (one document), or jsonl (one line for each item)", FORMATS],
  ["--json", "the same as --format json"],
  ["-q, --quiet", "print only errors; the exit code tells the result"],
  ["-v, --verbose", "say on stderr what the command reads, and how long that takes"],
];

/** The options that choose the project, of every command that works on one. */
export const PROJECT_OPTIONS: readonly OptionDefinition[] = [
  [
    "--project <folder-or-name>",
    "the project: its folder, or with --db its name (default: the nearest folder, here or above, that has an index)",
    "directory",
  ],
  [
    "--db, --database <location>",
    "the database: a path, or postgres://user@host/database (default: .metacache/metadata.db in the project)",
    "file",
  ],
  ["--name <name>", "the name of the project in the database (default: the path of its folder)"],
];

/** The options of the cache, of every command that works on a project. */
export const CACHE_OPTIONS: readonly OptionDefinition[] = Object.entries(MEMORY_CACHE_OPTIONS).map(([name, option]) => [
  `${flagName(name)} <value>`,
  `${option.description} Default: ${option.default}`,
  option.kind === "choice" ? option.choices : [],
]);

/** The options of every command that reads a source tree. */
export const TREE_OPTIONS: readonly OptionDefinition[] = Object.entries(INDEXING_OPTIONS).map(([name, { kind, description }]) => [
  `${flagName(name)} <${kind === "list" ? "list" : "value"}>`,
  description,
  [],
]);
