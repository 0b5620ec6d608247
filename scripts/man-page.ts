import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../src/cli/command-list.ts";
import type { OptionDefinition } from "../src/cli/command-definition.ts";
import { CACHE_OPTIONS, PRINTING_OPTIONS, PROJECT_OPTIONS, TREE_OPTIONS } from "../src/cli/common-options.ts";

/** Where the manual page is kept: it goes into the package. */
export const MAN_PAGE: string = join(import.meta.dirname, "../man/metacache.1");

/** The manual page, from the definitions of the commands. */
export async function manPage(): Promise<string> {
  const commands = Object.entries(COMMANDS).filter(([, { hidden }]) => hidden !== true);
  const sections = await Promise.all(commands.map(([name]) => commandSection(name)));
  return `${[
    '.TH METACACHE 1 "" metacache "User Commands"',
    ".SH NAME",
    "metacache \\- the metadata of a code base, in memory",
    ".SH SYNOPSIS",
    ".B metacache",
    ".I command",
    "[options]",
    ".SH DESCRIPTION",
    "Keeps the metadata of the files of a project: languages, functions, classes, headers and references. The index is in a database. Answers say if they are out of date.",
    ".SH COMMANDS",
    ...sections.flat(),
    ".SH OPTIONS OF EVERY COMMAND",
    ...PRINTING_OPTIONS.flatMap(optionLines),
    ".SH OPTIONS OF EVERY COMMAND THAT WORKS ON A PROJECT",
    ...[...PROJECT_OPTIONS, ...CACHE_OPTIONS].flatMap(optionLines),
    ".SH EXIT STATUS",
    ...[
      ["0", "Done, or found."],
      ["1", "Nothing was found."],
      ["2", "Not done: wrong usage, a failure, or no to a question; for verify and doctor: something is wrong."],
    ].flatMap(([code, meaning]) => [".TP", `.B ${code}`, meaning ?? ""]),
    ".SH ENVIRONMENT",
    ...[
      ["NO_COLOR", "If it is set and not empty, nothing is coloured."],
      ["FORCE_COLOR", "Colours also what goes into a pipe; 0 colours nothing."],
      ["METACACHE_*", "Each option of the cache and of indexing, such as METACACHE_MAX_ITEMS."],
    ].flatMap(([name, meaning]) => [".TP", `.B ${name}`, meaning ?? ""]),
    ".SH FILES",
    ".TP",
    ".I .metacache/metadata.db",
    "The database of a project, in its folder.",
    ".TP",
    ".I metacache.json",
    "The settings of a project, in its folder.",
  ].join("\n")}\n`;
}

async function commandSection(name: string): Promise<readonly string[]> {
  const entry = COMMANDS[name];
  if (entry === undefined) return [];
  const { command } = await entry.load();
  const argument = entry.argument === undefined ? [] : [`.I ${roff(entry.argument[0])}`];
  return [
    `.SS metacache ${name}`,
    ...argument,
    ...(argument.length === 0 ? [] : [".br"]),
    roff(sentence(entry.description)),
    ...[...(command.options ?? []), ...(command.indexes === true ? TREE_OPTIONS : [])].flatMap(optionLines),
    ...(command.notes === undefined ? [] : [".PP", ".nf", ...command.notes.split("\n").map(roff), ".fi"]),
    ".PP",
    `Example: \\fBmetacache ${roff(command.example)}\\fR`,
  ];
}

function optionLines([flags, meaning]: OptionDefinition): readonly string[] {
  return [".TP", `.B ${roff(flags)}`, roff(sentence(meaning))];
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/**
 * Text that roff sets as it is: no backslash, hyphen or quotation mark of it means something else,
 * and no line begins with a command.
 */
function roff(text: string): string {
  return text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("'", "\\(aq")
    .replaceAll("`", "\\(ga")
    .replaceAll('"', "\\(dq")
    .replaceAll("…", "...")
    .replaceAll(/[^\p{ASCII}]/gu, (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`)
    .replace(/^\./, "\\&.");
}

if (process.argv.includes("--write")) writeFileSync(MAN_PAGE, await manPage());
