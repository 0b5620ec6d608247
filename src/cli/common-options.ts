import { INDEXING_OPTIONS } from "../config/indexing-config.ts";
import { MEMORY_CACHE_OPTIONS } from "../config/memory-cache-config.ts";
import { flagName } from "../config/option.ts";
import type { OptionDefinition } from "./command-definition.ts";
import { FORMATS } from "./terminal/output.ts";

/** The options of every command: how it prints. */
export const PRINTING_OPTIONS: readonly OptionDefinition[] = [
  ["--format <format>", "text, json for one document, or jsonl for one line an item", FORMATS],
  ["--json", "the same as --format json"],
  ["-q, --quiet", "print nothing but errors: the exit code tells"],
  ["-v, --verbose", "say on stderr what is read, and how long it takes"],
];

/** The options of every command that works on a project: which one. */
export const PROJECT_OPTIONS: readonly OptionDefinition[] = [
  ["--project <folder-or-name>", "the project: its folder, or with --db its name (default: the folder above with an index)", "directory"],
  [
    "--db, --database <location>",
    "the database: a path, or postgres://user@host/database (default: .metacache/metadata.db in the project)",
    "file",
  ],
  ["--name <name>", "what the database calls the project (default: the path of its folder)"],
];

/** The options of every command that works on a project: how its cache is set. */
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
