import { lstatSync } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { isAbsence, messageOf, MetacacheError } from "../../base/errors.ts";
import { Slices } from "../../base/slices.ts";
import { pathProblem, type ProjectPath } from "../../record/project-path.ts";
import type { IgnoredPath } from "./ignored-paths.ts";
import { type GitResult, type GitSettings, runGit } from "./run-git.ts";
import type { SkippedPath } from "../run/skip-reason.ts";
import { isWithin, type TreeListing } from "./tree-listing.ts";

/**
 * What git says about a root: its files, or that the work tree around it ignores it, or why git
 * says nothing.
 */
export type GitAnswer =
  | { readonly kind: "listed"; readonly listing: TreeListing }
  | { readonly kind: "ignored"; readonly warning: string }
  | { readonly kind: "failed"; readonly warning: string };

export interface GitListingSettings extends GitSettings {
  /**
   * Lists only these files and directories. There must not be more of them than a command line
   * holds.
   */
  readonly only?: readonly string[] | undefined;
}

/**
 * Lists the tracked files below `root`, and the files that are neither tracked nor ignored. Fails
 * if git does not answer for a work tree that contains the root. If the signal aborts, rejects with
 * its reason.
 */
export async function listWithGit(root: string, settings: GitListingSettings): Promise<GitAnswer> {
  const unwanted = new AbortController();
  const signal = settings.signal === undefined ? unwanted.signal : AbortSignal.any([settings.signal, unwanted.signal]);
  // Git lists the whole tree while another process says whether this list counts. A part of a tree
  // often has no tracked file, and would have to be listed again.
  const early = settings.only === undefined ? listFiles(root, { ...settings, signal }) : undefined;
  early?.catch(() => undefined);
  try {
    const [topGiven, index] = await askForPlaces(root, settings);
    const top = await realpath(topGiven);
    // The configuration may name any other directory. So may an empty `.git` inside another
    // repository.
    if (!isWithin(top, root)) return failed(root, `it answers for the work tree ${top} (see core.worktree)`);
    if (top !== root && (await runGit(root, ["check-ignore", "--quiet", "."], settings)).code === 0) {
      return {
        kind: "ignored",
        warning: `the git work tree around ${root} ignores it, so only the .gitignore files inside it were applied`,
      };
    }
    let listed = await early;
    // Without a tracked file in the list, git may have had no index when it made the list.
    if (listed === undefined || !hasTracked(listed.stdout)) {
      const missing = await explainMissingIndex(root, index, settings);
      if (missing !== undefined) return failed(root, missing);
      // One process reads git's index once. With two processes, both could miss a file that is
      // added between them.
      listed = await listFiles(root, settings);
    }
    if (listed.code !== 0) return failed(root, listed.stderr.trim() || `git ended with exit code ${listed.code}`);
    return { kind: "listed", listing: await readListing(root, listed, settings.clock) };
  } catch (error) {
    settings.signal?.throwIfAborted();
    return failed(root, messageOf(error));
  } finally {
    unwanted.abort();
  }
}

/**
 * Returns the files below `root` that the rules leave out, or an empty list if git does not say. If
 * there are many, asks for the rule of only a sample.
 */
export async function findIgnored(root: string, settings: GitSettings): Promise<readonly IgnoredPath[]> {
  const { code, stdout } = await runGit(root, ["ls-files", "--others", "--ignored", "--exclude-standard", "-z"], settings);
  const paths = Array.from(entries(stdout), (bytes) => bytes.toString("utf8")).filter((path) => !METACACHE_FOLDER.test(path));
  if (code !== 0 || paths.length === 0) return [];
  const step = Math.ceil(paths.length / MAX_EXPLAINED);
  const asked = paths.filter((_, index) => index % step === 0);
  const explained = await runGit(root, ["check-ignore", "--verbose", "--non-matching", "--", ...asked], settings);
  // One line for each path: the file of the rule, the line, the pattern and, after a tab, the path.
  // Line breaks in a path are escaped.
  const lines = explained.stdout.toString("utf8").split("\n");
  const rules = asked.map((_, index) => {
    const [, ruleFile = "", line = "", pattern = ""] = /^(.*?):(\d+):(.*)\t/.exec(lines[index] ?? "") ?? [];
    return `${ruleFile}:${line} \`${pattern}\``;
  });
  return paths.map((path, index) => ({ path, isDirectory: false, rule: rules[Math.floor(index / step)] ?? "" }));
}

/** A command line on every system holds this many names. */
const MAX_EXPLAINED = 50;

function failed(root: string, why: string): GitAnswer {
  return { kind: "failed", warning: `git could not list ${root}, so its .gitignore files were applied without git: ${why}` };
}

async function askForPath(root: string, question: readonly string[], settings: GitSettings): Promise<string> {
  const { code, stdout, stderr } = await runGit(root, ["rev-parse", ...question], settings);
  const answer = UTF8.decode(stdout).replace(/\n$/, "");
  if (code === 0 && answer !== "") return resolve(root, answer);
  throw new MetacacheError("E_SOURCE", stderr.trim() || `git rev-parse ended with exit code ${code}`);
}

/** The top of the work tree and its index, from one process if no line break is in their names. */
async function askForPlaces(root: string, settings: GitSettings): Promise<readonly [top: string, index: string]> {
  const { code, stdout } = await runGit(root, ["rev-parse", ...TOP, ...INDEX], settings);
  const [top, index, ...rest] = code === 0 ? UTF8.decode(stdout).split("\n") : [];
  if (top !== undefined && index !== undefined && rest.length === 1) return [resolve(root, top), resolve(root, index)];
  return [await askForPath(root, TOP, settings), await askForPath(root, INDEX, settings)];
}

const TOP = ["--show-toplevel"];
const INDEX = ["--git-path", "index"];

/**
 * Returns what is wrong if git's index is missing. Without it, git lists the files that the rules
 * allow, and does not know which files are tracked in spite of them.
 */
async function explainMissingIndex(root: string, indexFile: string, settings: GitSettings): Promise<string | undefined> {
  try {
    await lstat(indexFile);
    return undefined;
  } catch (error) {
    if (!isAbsence(error)) return `its index ${indexFile} cannot be read: ${messageOf(error)}`;
  }
  const head = await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD"], settings);
  return head.code === 0 ? `its index ${indexFile} is missing` : undefined;
}

/**
 * Directories outside of a sparse checkout stay closed, because opening them may need objects that
 * a partial clone has not fetched.
 */
async function listFiles(root: string, settings: GitListingSettings): Promise<GitResult> {
  const paths = settings.only === undefined ? [] : ["--", ...settings.only];
  const listed = await runGit(root, ["--literal-pathspecs", "ls-files", "--sparse", ...LIST_OPTIONS, ...paths], settings);
  // Git before 2.35 knew neither the option nor such directories.
  return listed.code === USAGE_ERROR ? runGit(root, ["--literal-pathspecs", "ls-files", ...LIST_OPTIONS, ...paths], settings) : listed;
}

/**
 * Returns the files below `root` that git tracks although its rules would leave them out, or an
 * empty set if git does not say.
 */
export async function findTrackedIgnored(root: string, settings: GitSettings): Promise<ReadonlySet<string>> {
  const { code, stdout } = await runGit(root, ["ls-files", "--cached", "--ignored", "--exclude-standard", "-z"], settings);
  return new Set(code === 0 ? Array.from(entries(stdout), (bytes) => bytes.toString("utf8")) : []);
}

const LIST_OPTIONS = ["-t", "--stage", "--cached", "--others", "--exclude-standard", "-z"];
const USAGE_ERROR = 129;

async function readListing(root: string, { stdout, stderr }: GitResult, clock: Clock): Promise<TreeListing> {
  const tracked: ProjectPath[] = [];
  const paths: ProjectPath[] = [];
  const skipped: SkippedPath[] = [];
  for (const bytes of entries(stdout)) {
    const entry = parseEntry(bytes);
    if (entry.kind === "skipped") skipped.push(entry.skipped);
    else if (entry.kind === "closed" || METACACHE_FOLDER.test(entry.path)) continue;
    else if (entry.kind === "tracked") tracked.push(entry.path);
    else paths.push(entry.path);
  }
  // If a directory was replaced by a symbolic link, the link may lead anywhere. Git takes the files
  // that it tracked below it as deleted, and so does this function.
  const real = await realDirectories(root, tracked, clock);
  for (const path of tracked) if (real.get(parentOf(path)) === true) paths.push(path);
  const warnings = stderr.split("\n").filter((line) => line !== "");
  return { paths, skipped, warnings, isTrusted: !warnings.some((line) => /^(?:error|fatal):/.test(line)) };
}

function hasTracked(output: Buffer): boolean {
  for (const bytes of entries(output)) if (bytes[0] !== QUESTION_MARK) return true;
  return false;
}

const METACACHE_FOLDER = /(?:^|\/)\.metacache\//;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type GitEntry =
  | { readonly kind: "tracked" | "untracked"; readonly path: ProjectPath }
  /** A directory outside of a sparse checkout. Nothing of it is on disk. */
  | { readonly kind: "closed" }
  | { readonly kind: "skipped"; readonly skipped: SkippedPath };

/**
 * An untracked file is `? name`. A tracked file is `H mode object stage\tname`, or has another
 * letter.
 */
function parseEntry(bytes: Buffer): GitEntry {
  const untracked = bytes[0] === QUESTION_MARK;
  const nameBytes = bytes.subarray(untracked ? 2 : bytes.indexOf(TAB) + 1);
  if (!untracked && bytes.subarray(2, 8).equals(TREE_MODE)) return { kind: "closed" };
  const submodule = !untracked && bytes.subarray(2, 8).equals(SUBMODULE_MODE);
  let name: string;
  try {
    name = UTF8.decode(nameBytes);
  } catch {
    return skip(nameBytes.toString("utf8"), "not-utf8-name");
  }
  if (submodule) return skip(name, "submodule");
  if (untracked && name.endsWith("/")) return skip(name.slice(0, -1), "nested-repository");
  const problem = pathProblem(name);
  if (problem !== undefined) return skip(name, "path-refused", problem);
  return { kind: untracked ? "untracked" : "tracked", path: name as ProjectPath };
}

const QUESTION_MARK = 0x3f;
const TAB = 0x09;
const TREE_MODE = Buffer.from("040000");
const SUBMODULE_MODE = Buffer.from("160000");

function skip(path: string, reason: SkippedPath["reason"], detail?: string): GitEntry {
  return { kind: "skipped", skipped: { path, reason, ...(detail !== undefined && { detail }) } };
}

function* entries(output: Buffer): Generator<Buffer> {
  for (let start = 0, end = output.indexOf(0); end >= 0; start = end + 1, end = output.indexOf(0, start)) {
    yield output.subarray(start, end);
  }
}

/**
 * Returns for each directory of `paths` whether it exists, with no symbolic link on the way to it.
 * Cost: one `lstat` for each directory, in slices.
 */
async function realDirectories(root: string, paths: readonly ProjectPath[], clock: Clock): Promise<ReadonlyMap<string, boolean>> {
  const real = new Map<string, boolean>([["", true]]);
  const check = (directory: string): boolean => {
    const known = real.get(directory);
    if (known !== undefined) return known;
    const result = check(parentOf(directory)) && isDirectory(join(root, directory));
    real.set(directory, result);
    return result;
  };
  const slices = new Slices(clock);
  for (const path of paths) {
    check(parentOf(path));
    if (slices.isOver) await slices.pause();
  }
  return real;
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch (error) {
    // A directory that cannot be looked at is not absent. The files below it are listed, and
    // reading them will say what is wrong.
    return !isAbsence(error);
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
