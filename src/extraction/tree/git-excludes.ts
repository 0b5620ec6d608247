import { homedir } from "node:os";
import { join, resolve } from "node:path";

import { readSmallFile } from "../../files/read-file.ts";

/**
 * Returns the files with rules that git would apply to the whole work tree at `top`, the weakest
 * first: the user's own file (`core.excludesFile`), and the repository's (`info/exclude`), which
 * linked work trees share. Used if git itself does not answer. A file may be missing.
 */
export function findExcludeFiles(top: string): readonly string[] {
  const repository = findGitDirectories(top)?.common;
  if (repository === undefined) return [];
  return [findUserExcludes(top, repository), join(repository, "info", "exclude")];
}

/**
 * The directories of a work tree's repository: `own` has what belongs to this tree alone (`HEAD`,
 * the index), `common` has what linked work trees share.
 */
export interface GitDirectories {
  readonly own: string;
  readonly common: string;
}

/**
 * Returns the directories for the work tree at `top`. If `.git` is a file, it names its own
 * directory, and that directory may name the common one.
 */
export function findGitDirectories(top: string): GitDirectories | undefined {
  const dotGit = join(top, ".git");
  const pointer = readIfThere(dotGit);
  const named = pointer === undefined ? dotGit : /^gitdir: ([^\r\n]+)/.exec(pointer)?.[1];
  if (named === undefined) return undefined;
  const own = resolve(top, named);
  const common = readIfThere(join(own, "commondir"))?.trim();
  return { own, common: common === undefined ? own : resolve(own, common) };
}

/**
 * If several files have the setting, the last one counts, as in git. Files that these files include
 * are not read.
 */
function findUserExcludes(top: string, repository: string): string {
  const { GIT_CONFIG_NOSYSTEM, GIT_CONFIG_SYSTEM = "/etc/gitconfig", GIT_CONFIG_GLOBAL, XDG_CONFIG_HOME } = process.env;
  const userFolder = XDG_CONFIG_HOME === undefined || XDG_CONFIG_HOME === "" ? join(homedir(), ".config") : XDG_CONFIG_HOME;
  const configurations = [
    ...(GIT_CONFIG_NOSYSTEM === undefined ? [GIT_CONFIG_SYSTEM] : []),
    ...(GIT_CONFIG_GLOBAL === undefined ? [join(userFolder, "git", "config"), join(homedir(), ".gitconfig")] : [GIT_CONFIG_GLOBAL]),
    join(repository, "config"),
  ];
  const value = configurations.map((file) => excludesFileIn(readIfThere(file) ?? "")).findLast((found) => found !== undefined);
  if (value === undefined) return join(userFolder, "git", "ignore");
  return value.startsWith("~/") ? join(homedir(), value.slice(2)) : resolve(top, value);
}

/** Returns the value of `core.excludesFile` in the text of a configuration. */
function excludesFileIn(text: string): string | undefined {
  let isCore = false;
  let found: string | undefined;
  for (const line of text.replaceAll(/\\\r?\n/g, "").split(/\r?\n/)) {
    const section = /^\s*\[([^\]]*)\]/.exec(line);
    if (section !== null) isCore = section[1]?.trim().toLowerCase() === "core";
    const setting = /^\s*excludesfile\s*=(.*)$/i.exec(section === null ? line : line.slice(section[0].length));
    if (isCore && setting !== null) found = valueOf(setting[1] ?? "");
  }
  return found;
}

/** Returns the value without quotes, comments and the space around it. */
function valueOf(text: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|\\.|[^"\\#;]+|[#;].*/g) ?? [];
  const comment = parts.findIndex((part) => /^[#;]/.test(part));
  const kept = comment < 0 ? parts : parts.slice(0, comment);
  return kept
    .map((part) => (part.startsWith('"') ? part.slice(1, -1) : part).replaceAll(/\\(.)/g, "$1"))
    .join("")
    .trim();
}

function readIfThere(file: string): string | undefined {
  try {
    return readSmallFile(file, true);
  } catch {
    return undefined;
  }
}
