import type { Completion, OptionDefinition } from "../command-definition.ts";
import { COMMANDS } from "../command-list.ts";
import { CACHE_OPTIONS, PRINTING_OPTIONS, PROJECT_OPTIONS, TREE_OPTIONS } from "../common-options.ts";
import { LANGUAGE_NAMES } from "../languages/language-names.ts";
import type { CommonOptions } from "../session.ts";
import { namesInIndex } from "./names-in-index.ts";
import { DIRECTORIES, FILES, isMark } from "./shells.ts";

/**
 * What can stand in the place of the last of these words, which follow `metacache`; first the mark
 * for files or folders, if those can.
 */
export async function candidatesFor(words: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? "";
  const [name = "", ...rest] = words.slice(0, -1);
  const found = await candidates(name, rest, current);
  return found.filter((word) => isMark(word) || (word.startsWith(current) && !CONTROL.test(word)));
}

/** A name that a line of a terminal cannot hold is not offered. */
const CONTROL = /\p{Cc}/u;

async function candidates(name: string, rest: readonly string[], current: string): Promise<readonly string[]> {
  if (name === "" || (name === "help" && rest.length === 0))
    return [...commandNames(), ...(name === "" ? ["help", "--help", "--version"] : [])];
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined || rest.includes("--")) return [];
  const { command } = await entry.load();
  const options = [
    ...(command.options ?? []),
    ...(command.indexes === true ? TREE_OPTIONS : []),
    ...PRINTING_OPTIONS,
    ...(command.standsAlone === true ? [] : [...PROJECT_OPTIONS, ...CACHE_OPTIONS]),
  ];
  const typed = /^(--[a-z-]+=)(.*)$/s.exec(current);
  if (typed !== null) {
    const [, flag = "", value = ""] = typed;
    const definition = options.find(([flags]) => flagsIn(flags).includes(flag.slice(0, -1)));
    return (await completed(definition?.[2], value, rest)).filter((word) => !isMark(word)).map((word) => `${flag}${word}`);
  }
  if (current.startsWith("-")) return [...options.flatMap(([flags]) => flagsIn(flags)), "--help", "--all"];
  const open = openOption(options, rest);
  if (open !== undefined) return completed(open[2], current, rest);
  return entry.argument === undefined || hasWord(options, rest) ? [] : completed(command.completion, current, rest);
}

function commandNames(): readonly string[] {
  return Object.entries(COMMANDS).flatMap(([name, { hidden }]) => (hidden === true ? [] : [name]));
}

function flagsIn(flags: string): readonly string[] {
  return flags.match(/--[a-z-]+/g) ?? [];
}

/** The option whose value comes next; of one that takes several, the values may go on. */
function openOption(options: readonly OptionDefinition[], rest: readonly string[]): OptionDefinition | undefined {
  const at = rest.findLastIndex((word) => word.startsWith("-"));
  const definition = at === -1 ? undefined : definitionOf(options, rest[at] ?? "");
  if (definition === undefined || !definition[0].includes("<")) return undefined;
  return at === rest.length - 1 || definition[0].includes("...>") ? definition : undefined;
}

function definitionOf(options: readonly OptionDefinition[], word: string): OptionDefinition | undefined {
  return options.find(([flags]) => flags.split(/[ ,]+/).includes(word));
}

/** Whether the one word of the command is there already. */
function hasWord(options: readonly OptionDefinition[], rest: readonly string[]): boolean {
  return rest.some((word, at) => !word.startsWith("-") && !(definitionOf(options, rest[at - 1] ?? "")?.[0].includes("<") ?? false));
}

async function completed(completion: Completion | undefined, current: string, rest: readonly string[]): Promise<readonly string[]> {
  if (completion === undefined) return [];
  if (typeof completion !== "string") return completion;
  switch (completion) {
    case "file":
      return [FILES];
    case "directory":
      return [DIRECTORIES];
    case "language":
      return LANGUAGE_NAMES.flatMap(({ name, aliases }) => [name, ...aliases]);
    case "name":
      return current === "" ? [] : namesInIndex(projectIn(rest), current);
  }
}

/** The options that choose a project, if the line has them already. */
function projectIn(rest: readonly string[]): CommonOptions {
  const valueOf = (...flags: readonly string[]): string | undefined => {
    const at = rest.findLastIndex((word) => flags.includes(word));
    return at === -1 ? undefined : rest[at + 1];
  };
  const [project, database, name] = [valueOf("--project"), valueOf("--db", "--database"), valueOf("--name")];
  return { ...(project !== undefined && { project }), ...(database !== undefined && { database }), ...(name !== undefined && { name }) };
}
