import { spawn } from "node:child_process";
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { MetacacheError } from "../../base/errors.ts";
import { isWithin } from "./tree-listing.ts";

export interface GitResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface GitSettings {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** What git reads from its standard input; nothing if it is missing. */
  readonly input?: string | undefined;
  /**
   * The file that stands for the repository's index, as git names it to the hooks of a commit that
   * does not take the whole index.
   */
  readonly indexFile?: string | undefined;
}

/**
 * Runs git in a tree that may belong to a stranger. No other code runs git. Neither the tree nor
 * the configuration of its repository can make git run a program or use the network; decision 14
 * lists what was tried. The user's own configuration counts, except for what is overridden here.
 *
 * Rejects if git is not installed, if it does not answer in time, or when the signal aborts.
 */
export async function runGit(root: string, args: readonly string[], settings: GitSettings): Promise<GitResult> {
  return spawnGit(root, args, settings, []);
}

/**
 * Does the same for a question for which git reads files of the working tree (`diff`). For such a
 * question, git would pass each file through the filter that its attributes name. Every filter is
 * turned off, also the user's own, so a file that needs one may count as changed. Cost: one more
 * git process.
 */
export async function runGitOnFiles(root: string, args: readonly string[], settings: GitSettings): Promise<GitResult> {
  const filters = await runGit(root, ["config", "--null", "--name-only", "--get-regexp", "^filter\\."], settings);
  // Git ends with 1 if no filter is configured.
  if (filters.code !== 0 && filters.code !== 1) return filters;
  const names = new Set(filters.stdout.toString("utf8").match(/(?<=^|\0)filter\.[^\0]*(?=\.[^\0.]*\0)/g));
  return spawnGit(root, args, settings, [...names].flatMap(filterOff));
}

type ConfigEntry = readonly [name: string, value: string];

function filterOff(filter: string): readonly ConfigEntry[] {
  return [
    [`${filter}.clean`, ""],
    [`${filter}.process`, ""],
    [`${filter}.required`, "false"],
  ];
}

async function spawnGit(
  root: string,
  args: readonly string[],
  { clock, signal, input, indexFile }: GitSettings,
  config: readonly ConfigEntry[],
): Promise<GitResult> {
  const directories = programDirectories(root);
  const child = spawn(findGit(root, directories), [...OPTIONS, ...args], {
    cwd: root,
    env: {
      ...cleanEnvironment(),
      ...ENVIRONMENT,
      ...configEnvironment(config),
      ...(indexFile !== undefined && { GIT_INDEX_FILE: indexFile }),
      PATH: directories.join(delimiter),
    },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
    ...(signal !== undefined && { signal }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  // If a file that git reads were replaced by a pipe, git would wait for ever.
  const cancel = clock.schedule(LIMIT_MS, () => {
    reject(new MetacacheError("E_SOURCE", `git ${args[0]} did not answer within ${LIMIT_MS / 1_000} s`));
    child.kill("SIGKILL");
  });
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.setEncoding("utf8");
  child.stderr.on("data", (text: string) => (stderr = (stderr + text).slice(0, MAX_MESSAGES)));
  child.on("error", reject);
  // git may end before it has read everything; its exit code says why.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  child.on("close", (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr }));
  try {
    return await promise;
  } finally {
    cancel();
  }
}

const LIMIT_MS = 300_000;
const MAX_MESSAGES = 65_536;

/**
 * These options override what the configuration of a repository could say. An option on the command
 * line is stronger than every file.
 */
const OPTIONS: readonly string[] = [
  "--no-pager",
  "--no-optional-locks",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.editor=false",
    "core.askPass=",
    "core.sshCommand=false",
    "core.gitProxy=",
    "core.alternateRefsCommand=false",
    "core.untrackedCache=false",
    "credential.helper=",
    // `log` would run the program that checks signatures.
    "log.showSignature=false",
    "protocol.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
  ].flatMap((setting) => ["-c", setting]),
];

const ENVIRONMENT: NodeJS.ProcessEnv = {
  // A configuration can allow single protocols in spite of `protocol.allow`, but not in spite of
  // this.
  GIT_ALLOW_PROTOCOL: "none",
  GIT_ASKPASS: "",
  GIT_NO_LAZY_FETCH: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_PAGER: "cat",
  GIT_TERMINAL_PROMPT: "0",
  LANGUAGE: "C",
  LC_ALL: "C",
};

/**
 * The variables that name the user's configuration and the place of git's programs. The others
 * belong to another repository, tree or call.
 */
const KEPT_VARIABLE = /^GIT_(?:CONFIG_.*|EXEC_PATH|DISCOVERY_ACROSS_FILESYSTEM)$/i;

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(?:GIT_|PATH$)/i.test(name) || KEPT_VARIABLE.test(name)));
}

/**
 * Settings whose names may contain an equals sign, which `-c` does not accept. They come after the
 * settings of the user's environment.
 */
function configEnvironment(config: readonly ConfigEntry[]): NodeJS.ProcessEnv {
  if (config.length === 0) return {};
  const first = Number(process.env["GIT_CONFIG_COUNT"] ?? 0) || 0;
  const entries = config.flatMap(([name, value], at): [string, string][] => [
    [`GIT_CONFIG_KEY_${first + at}`, name],
    [`GIT_CONFIG_VALUE_${first + at}`, value],
  ]);
  return { ...Object.fromEntries(entries), GIT_CONFIG_COUNT: String(first + config.length) };
}

/**
 * Returns the directories of `PATH` that do not depend on where git runs, and that are not part of
 * the tree.
 */
function programDirectories(root: string): readonly string[] {
  const directories = (process.env["PATH"] ?? "").split(delimiter).filter((directory) => isAbsolute(directory));
  return directories.filter((directory) => !isWithin(root, realOrSame(directory)));
}

function findGit(root: string, directories: readonly string[]): string {
  for (const directory of directories) {
    const file = join(directory, process.platform === "win32" ? "git.exe" : "git");
    if (isProgram(file) && !isWithin(root, realOrSame(file))) return file;
  }
  throw new MetacacheError("E_SOURCE", "there is no git in PATH (a git inside the tree is never run)");
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
