import type { Completion, OptionDefinition } from "../command-definition.ts";
import { COMMANDS } from "../command-list.ts";
import { CACHE_OPTIONS, PRINTING_OPTIONS, PROJECT_OPTIONS, TREE_OPTIONS } from "../common-options.ts";
import { LANGUAGE_NAMES } from "../languages/language-names.ts";
import type { CommonOptions } from "../session.ts";
import { namesInIndex } from "./names-in-index.ts";
import { DIRECTORIES, FILES, isMark } from "./shells.ts";

/**
 * Returns the words that can replace the last of these words, which follow `metacache`. If files or
 * folders can stand there too, their mark is the first item.
 */
export async function candidatesFor(words: readonly string[]): Promise<readonly string[]> {
  const current = words.at(-1) ?? "";
  const [name = "", ...rest] = words.slice(0, -1);
  const found = await candidates(name, rest, current);
  return found.filter((word) => isMark(word) || (word.startsWith(current) && !CONTROL.test(word)));
}

/** Names with control characters are not offered: a command line cannot hold them. */
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

/**
 * Returns the option that the next word is a value of. An option with several values may take more
 * of them.
 */
function openOption(options: readonly OptionDefinition[], rest: readonly string[]): OptionDefinition | undefined {
  const at = rest.findLastIndex((word) => word.startsWith("-"));
  const definition = at === -1 ? undefined : definitionOf(options, rest[at] ?? "");
  if (definition === undefined || !definition[0].includes("<")) return undefined;
  return at === rest.length - 1 || definition[0].includes("...>") ? definition : undefined;
}

function definitionOf(options: readonly OptionDefinition[], word: string): OptionDefinition | undefined {
  return options.find(([flags]) => flags.split(/[ ,]+/).includes(word));
}

/** Tells if the line already has the argument of the command. */
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

/** Returns the options of the line that choose a project. */
function projectIn(rest: readonly string[]): CommonOptions {
  const valueOf = (...flags: readonly string[]): string | undefined => {
    const at = rest.findLastIndex((word) => flags.includes(word));
    return at === -1 ? undefined : rest[at + 1];
  };
  const [project, database, name] = [valueOf("--project"), valueOf("--db", "--database"), valueOf("--name")];
  return { ...(project !== undefined && { project }), ...(database !== undefined && { database }), ...(name !== undefined && { name }) };
}
