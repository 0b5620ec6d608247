import type { CommandDefinition } from "./command-definition.ts";

/** A command in the list of commands: its description, and how to load it. */
export interface CommandEntry {
  readonly description: string;
  /** The argument of the command in the syntax of commander, and its meaning. */
  readonly argument?: readonly [word: string, meaning: string];
  /** True for a command that only programs call. The list does not show it. */
  readonly hidden?: true;
  /** Loads the command and all modules that it needs. */
  load(): Promise<{ readonly command: CommandDefinition }>;
}

/**
 * All commands by name, in the order of the help. The list of commands is printed from this table,
 * without loading any command.
 */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  tour: {
    description: "index this project, show some queries, and suggest the next commands",
    load: () => import("./commands/tour/tour-command.ts"),
  },
  index: {
    description: "read the source tree and store what changed",
    argument: ["[dir]", "the project's folder"],
    load: () => import("./commands/index-command.ts"),
  },
  watch: {
    description: "watch the source tree, and store each change when it happens",
    argument: ["[dir]", "the project's folder"],
    load: () => import("./commands/watch-command.ts"),
  },
  query: {
    description: "list the files that meet all criteria",
    load: () => import("./commands/query/query-command.ts"),
  },
  find: {
    description: "find where a symbol is declared, by its name, and what it is for",
    argument: ["<name>", "the name, its beginning, some of its words, or Class.method"],
    load: () => import("./commands/find/find-command.ts"),
  },
  get: {
    description: "show everything that is known about one file",
    argument: ["<path>", "a path relative to the working directory or to the project's folder"],
    load: () => import("./commands/get/get-command.ts"),
  },
  refs: {
    description: "list the files that refer to a document or another file, directly or through others",
    argument: ["[doc]", "a path relative to the working directory or to the project's folder, or a glob"],
    load: () => import("./commands/refs/refs-command.ts"),
  },
  check: {
    description: "check that every reference in code and documents names something that exists",
    argument: ["[path...]", "check only references in and to these files and folders"],
    load: () => import("./commands/check/check-command.ts"),
  },
  languages: {
    description: "list the languages of the project's files",
    load: () => import("./commands/languages-command.ts"),
  },
  status: {
    description: "show where the data is, and its state",
    load: () => import("./commands/status-command.ts"),
  },
  stats: {
    description: "show how much the cache holds",
    load: () => import("./commands/stats-command.ts"),
  },
  verify: {
    description: "check the cache's laws, and compare it with the database and the files",
    load: () => import("./commands/verify-command.ts"),
  },
  doctor: {
    description: "find problems of the database and the index, and say how to solve them",
    load: () => import("./commands/doctor-command.ts"),
  },
  mcp: {
    description: "answer the questions of a coding assistant, as a context server",
    argument: ["[dirs...]", "the folders of the projects (default: the project of the working directory)"],
    load: () => import("./commands/mcp/mcp-command.ts"),
  },
  projects: {
    description: "list the projects of the database, or remove one",
    load: () => import("./commands/projects-command.ts"),
  },
  compact: {
    description: "forget old deletions of the project, which the database remembers for other caches",
    load: () => import("./commands/compact-command.ts"),
  },
  clear: {
    description: "remove the project's records from its database",
    load: () => import("./commands/clear-command.ts"),
  },
  completion: {
    description: "print the completion script of a shell",
    argument: ["<shell>", "bash, zsh or fish"],
    load: () => import("./commands/completion-command.ts"),
  },
  complete: {
    description: "list the words that can follow some words",
    argument: ["<words...>", "the shell, and the words before the cursor"],
    hidden: true,
    load: () => import("./commands/complete-command.ts"),
  },
};
