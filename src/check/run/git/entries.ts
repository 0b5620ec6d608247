import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { MetacacheError } from "../../../base/errors.ts";
import { type GitResult, type GitSettings, runGit, runGitOnFiles } from "../../../extraction/tree/run-git.ts";

/** A file of git's index. */
export interface IndexEntry {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
  /** True if git was told to ignore changes of the file in the working tree. */
  readonly isUnwatched: boolean;
  /** Above 0 if a merge left several versions of the file. */
  readonly stage: number;
}

/** How the files of the working tree differ from git's index. */
export interface WorkingChanges {
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly untracked: readonly string[];
  /** Files for which the index has a name, but no content: `git add --intent-to-add`. */
  readonly intended: readonly string[];
}

/** Throws `E_SOURCE` if `root` is not in a repository. */
export async function requireRepository(root: string, option: string, settings: GitSettings): Promise<void> {
  if ((await runGit(root, ["rev-parse", "--git-dir"], settings)).code === 0) return;
  throw new MetacacheError("E_SOURCE", `${option} needs a git repository, and ${root} is not in one`, {
    remedy: `omit ${option} to check everything`,
  });
}

/**
 * Returns the index file that the running commit will use: `git commit -a` and `git commit FILE`
 * make an index of their own, and pass its name to their hooks. Returns `undefined` if the commit
 * uses the repository's own index. If the variable names a file elsewhere, it is about another
 * repository.
 */
export async function indexFileOf(root: string, clock: Clock): Promise<string | undefined> {
  const given = process.env["GIT_INDEX_FILE"];
  if (given === undefined || given === "" || !existsSync(given)) return undefined;
  const { code, stdout } = await runGit(root, ["rev-parse", "--absolute-git-dir"], { clock });
  const file = resolve(given);
  return code === 0 && realpathSync(dirname(file)) === realpathSync(textOf(stdout)) ? file : undefined;
}

/** Returns the files of git's index below `root`. */
export async function readIndexEntries(root: string, settings: GitSettings): Promise<readonly IndexEntry[]> {
  const listed = await succeeded(runGit(root, ["ls-files", "--cached", "--stage", "-v", "-z"], settings), root);
  return wordsOf(listed).flatMap((word) => {
    const [, tag = "", mode = "", object = "", stage = "", path] = ENTRY.exec(word) ?? [];
    return path === undefined ? [] : [{ path, mode, object, isUnwatched: tag === "S" || tag !== tag.toUpperCase(), stage: Number(stage) }];
  });
}

const ENTRY = /^(\S) (\d+) ([0-9a-f]+) (\d)\t(.+)$/s;

/**
 * Compares contents if times differ. Writes nothing. `git diff` instead would write the new times
 * into the index.
 */
export async function readWorkingChanges(root: string, settings: GitSettings): Promise<WorkingChanges> {
  const options = ["--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all", "--", "."];
  const words = wordsOf(await succeeded(runGitOnFiles(root, ["status", ...options], settings), root));
  const prefix = await runGit(root, ["rev-parse", "--show-prefix"], settings);
  const start = prefix.stdout.toString("utf8").replace(/\n$/, "").length;
  const found = { changed: [] as string[], removed: [] as string[], untracked: [] as string[], intended: [] as string[] };
  for (const word of words) {
    if (word.startsWith("? ")) found.untracked.push(word.slice("? ".length + start));
    const path = (CHANGED.exec(word) ?? UNMERGED.exec(word))?.groups?.["path"]?.slice(start);
    if (path === undefined) continue;
    const state = word.startsWith("u") ? (existsSync(join(root, path)) ? "M" : "D") : word.charAt("1 X".length);
    if (state === "D") found.removed.push(path);
    else if (state !== ".") found[state === "A" ? "intended" : "changed"].push(path);
  }
  return found;
}

/** `1 XY sub mH mI mW hH hI path`: `Y` is the change in the working tree. */
const CHANGED = /^1 \S\S(?: \S+){6} (?<path>.+)$/s;
/** `u XY sub m1 m2 m3 mW h1 h2 h3 path` */
const UNMERGED = /^u \S\S(?: \S+){8} (?<path>.+)$/s;

/** Returns the words of an output in which a NUL ends each word. */
export function wordsOf({ stdout }: GitResult): readonly string[] {
  return stdout
    .toString("utf8")
    .split("\0")
    .filter((word) => word !== "");
}

export async function succeeded(running: Promise<GitResult>, root: string): Promise<GitResult> {
  const result = await running;
  if (result.code === 0) return result;
  throw new MetacacheError("E_SOURCE", `git cannot tell what has changed in ${root}: ${result.stderr.trim()}`, {
    remedy: "run `git status` to see the problem",
  });
}

export function textOf(output: Buffer): string {
  return output.toString("utf8").trim();
}
