import type { CommandDefinition } from "./command-definition.ts";

/** What the list of commands says of one of them, and where the rest is. */
export interface CommandEntry {
  readonly description: string;
  /**
   * The one word that the command takes besides its options, as commander writes it, and what the
   * word means.
   */
  readonly argument?: readonly [word: string, meaning: string];
  /** One that programs call: the list does not show it. */
  readonly hidden?: true;
  /** Loads the command, with all that it needs. */
  load(): Promise<{ readonly command: CommandDefinition }>;
}

/**
 * Every command by its name, in the order of the help. The list of commands is printed from here
 * alone: no command is loaded for it.
 */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  tour: {
    description: "index this project, show three queries, say what to type next",
    load: () => import("./commands/tour-command.ts"),
  },
  index: {
    description: "read the source tree and store what changed",
    argument: ["[dir]", "the project's folder"],
    load: () => import("./commands/index-command.ts"),
  },
  watch: {
    description: "follow the source tree, and store each change as it is made",
    argument: ["[dir]", "the project's folder"],
    load: () => import("./commands/watch-command.ts"),
  },
  query: {
    description: "list the files that meet all criteria",
    load: () => import("./commands/query-command.ts"),
  },
  find: {
    description: "find where something is declared, by its name, and what it is for",
    argument: ["<name>", "or its beginning, words of it, or Class.method"],
    load: () => import("./commands/find-command.ts"),
  },
  get: {
    description: "show all that is known of one file",
    argument: ["<path>", "as seen from here, or from the project's folder"],
    load: () => import("./commands/get-command.ts"),
  },
  refs: {
    description: "list who refers to a document or another file, to any depth",
    argument: ["[doc]", "as seen from here or from the project's folder, or a glob"],
    load: () => import("./commands/refs-command.ts"),
  },
  check: {
    description: "check that every reference of code and documents names what exists",
    load: () => import("./commands/check-command.ts"),
  },
  languages: {
    description: "list the languages of the project's files",
    load: () => import("./commands/languages-command.ts"),
  },
  status: {
    description: "show where the data is and what state it is in",
    load: () => import("./commands/status-command.ts"),
  },
  stats: {
    description: "show what the cache holds",
    load: () => import("./commands/stats-command.ts"),
  },
  verify: {
    description: "check the cache's laws, and compare it with the database and the files",
    load: () => import("./commands/verify-command.ts"),
  },
  doctor: {
    description: "find what is wrong, and say what to do about it",
    load: () => import("./commands/doctor-command.ts"),
  },
  mcp: {
    description: "answer the questions of a coding assistant, as a context server",
    argument: ["[dirs...]", "the projects' folders (default: the one around here)"],
    load: () => import("./commands/mcp-command.ts"),
  },
  projects: {
    description: "list the projects of the database, or remove one",
    load: () => import("./commands/projects-command.ts"),
  },
  compact: {
    description: "forget old deletions of the project, which its database remembers for readers",
    load: () => import("./commands/compact-command.ts"),
  },
  clear: {
    description: "remove the project's records from its database",
    load: () => import("./commands/clear-command.ts"),
  },
  completion: {
    description: "print what makes a shell complete the command",
    argument: ["<shell>", "bash, zsh or fish"],
    load: () => import("./commands/completion-command.ts"),
  },
  complete: {
    description: "list what can follow some words",
    argument: ["<words...>", "the shell, and the words so far"],
    hidden: true,
    load: () => import("./commands/complete-command.ts"),
  },
};
