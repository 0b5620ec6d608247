import { lstat, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";

import { isAbsence, messageOf, MetacacheError } from "../../base/errors.ts";
import { pathFault, type ProjectPath } from "../../record/project-path.ts";
import type { IgnoredPath } from "./ignored-paths.ts";
import { type GitResult, type GitSettings, runGit } from "./run-git.ts";
import type { SkippedPath } from "../run/skip-reason.ts";
import { isWithin, type TreeListing } from "./tree-listing.ts";

/** What git says of a root: its files, that the work tree around it ignores it, or why it says nothing. */
export type GitAnswer =
  | { readonly kind: "listed"; readonly listing: TreeListing }
  | { readonly kind: "ignored"; readonly warning: string }
  | { readonly kind: "failed"; readonly warning: string };

export interface GitListingSettings extends GitSettings {
  /** Of these files and directories alone, as many as a command line holds. */
  readonly only?: readonly string[] | undefined;
}

/**
 * Lists the tracked files and those that are neither tracked nor ignored, below `root`, if git speaks for a work tree that holds the root.
 * An abort rejects with the signal's reason.
 */
export async function listWithGit(root: string, settings: GitListingSettings): Promise<GitAnswer> {
  try {
    const [topGiven, index] = await askForPlaces(root, settings);
    const top = await realpath(topGiven);
    // Its configuration may name any other directory, as may an empty `.git` within another repository.
    if (!isWithin(top, root)) return failed(root, `it speaks for the work tree ${top} (core.worktree?)`);
    if (top !== root && (await runGit(root, ["check-ignore", "--quiet", "."], settings)).code === 0) {
      return { kind: "ignored", warning: `the git work tree around ${root} ignores it: only the .gitignore files within it were applied` };
    }
    const missing = await explainMissingIndex(root, index, settings);
    if (missing !== undefined) return failed(root, missing);
    // One process, and so one reading of the index: of two, a file added between them could be seen by neither.
    const listed = await listFiles(root, settings);
    if (listed.code !== 0) return failed(root, listed.stderr.trim() || `git ended with ${listed.code}`);
    return { kind: "listed", listing: await readListing(root, listed.stdout, listed.stderr) };
  } catch (error) {
    settings.signal?.throwIfAborted();
    return failed(root, messageOf(error));
  }
}

/** The files that the rules leave out below `root`; empty if git does not say. Of many, a sample is asked which rule it was. */
export async function findIgnored(root: string, settings: GitSettings): Promise<readonly IgnoredPath[]> {
  const { code, stdout } = await runGit(root, ["ls-files", "--others", "--ignored", "--exclude-standard", "-z"], settings);
  const paths = Array.from(entries(stdout), (bytes) => bytes.toString("utf8")).filter((path) => !METACACHE_FOLDER.test(path));
  if (code !== 0 || paths.length === 0) return [];
  const step = Math.ceil(paths.length / MAX_EXPLAINED);
  const asked = paths.filter((_, index) => index % step === 0);
  const told = await runGit(root, ["check-ignore", "--verbose", "--non-matching", "--", ...asked], settings);
  // One line a path, in which a path's own line breaks are escaped: source, number, pattern, and after a tab the path.
  const lines = told.stdout.toString("utf8").split("\n");
  const rules = asked.map((_, index) => {
    const [, source = "", line = "", pattern = ""] = /^(.*?):(\d+):(.*)\t/.exec(lines[index] ?? "") ?? [];
    return `${source}:${line} \`${pattern}\``;
  });
  return paths.map((path, index) => ({ path, isDirectory: false, rule: rules[Math.floor(index / step)] ?? "" }));
}

/** As many names as a command line holds on every system. */
const MAX_EXPLAINED = 50;

function failed(root: string, why: string): GitAnswer {
  return { kind: "failed", warning: `git could not list ${root}, so its .gitignore files were applied without it: ${why}` };
}

async function askForPath(root: string, question: readonly string[], settings: GitSettings): Promise<string> {
  const { code, stdout, stderr } = await runGit(root, ["rev-parse", ...question], settings);
  const answer = UTF8.decode(stdout).replace(/\n$/, "");
  if (code === 0 && answer !== "") return resolve(root, answer);
  throw new MetacacheError("E_SOURCE", stderr.trim() || `git rev-parse ended with ${code}`);
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

/** Without its index git lists what the rules leave, and knows nothing of what is tracked in spite of them. */
async function explainMissingIndex(root: string, index: string, settings: GitSettings): Promise<string | undefined> {
  try {
    await lstat(index);
    return undefined;
  } catch (error) {
    if (!isAbsence(error)) return `its index ${index} cannot be looked at: ${messageOf(error)}`;
  }
  const head = await runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD"], settings);
  return head.code === 0 ? `its index ${index} is missing` : undefined;
}

/** Directories outside of a sparse checkout stay closed: to open them may take objects that a partial clone has not fetched. */
async function listFiles(root: string, settings: GitListingSettings): Promise<GitResult> {
  const paths = settings.only === undefined ? [] : ["--", ...settings.only];
  const listed = await runGit(root, ["--literal-pathspecs", "ls-files", "--sparse", ...LIST_OPTIONS, ...paths], settings);
  // Before 2.35 git knew neither the option nor such directories.
  return listed.code === USAGE_ERROR ? runGit(root, ["--literal-pathspecs", "ls-files", ...LIST_OPTIONS, ...paths], settings) : listed;
}

/** The files that git tracks below `root` although its rules would leave them out; empty if git does not say. */
export async function findTrackedIgnored(root: string, settings: GitSettings): Promise<ReadonlySet<string>> {
  const { code, stdout } = await runGit(root, ["ls-files", "--cached", "--ignored", "--exclude-standard", "-z"], settings);
  return new Set(code === 0 ? Array.from(entries(stdout), (bytes) => bytes.toString("utf8")) : []);
}

const LIST_OPTIONS = ["-t", "--stage", "--cached", "--others", "--exclude-standard", "-z"];
const USAGE_ERROR = 129;

async function readListing(root: string, output: Buffer, messages: string): Promise<TreeListing> {
  const tracked: ProjectPath[] = [];
  const paths: ProjectPath[] = [];
  const skipped: SkippedPath[] = [];
  for (const bytes of entries(output)) {
    const entry = parseEntry(bytes);
    if (entry.kind === "skipped") skipped.push(entry.skipped);
    else if (entry.kind === "closed" || METACACHE_FOLDER.test(entry.path)) continue;
    else if (entry.kind === "tracked") tracked.push(entry.path);
    else paths.push(entry.path);
  }
  // A directory that was replaced by a link may lead anywhere: to git what it tracked below is deleted, and to us.
  const real = await realDirectories(root, tracked);
  for (const path of tracked) if (real.get(parentOf(path)) === true) paths.push(path);
  const warnings = messages.split("\n").filter((line) => line !== "");
  return { paths, skipped, warnings, isTrusted: !warnings.some((line) => /^(?:error|fatal):/.test(line)) };
}

const METACACHE_FOLDER = /(?:^|\/)\.metacache\//;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type GitEntry =
  | { readonly kind: "tracked" | "untracked"; readonly path: ProjectPath }
  /** A directory outside of a sparse checkout: nothing of it is on disk. */
  | { readonly kind: "closed" }
  | { readonly kind: "skipped"; readonly skipped: SkippedPath };

/** `? name` for what is not tracked; `H mode object stage\tname` (or another letter) for what is. */
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
  const fault = pathFault(name);
  if (fault !== undefined) return skip(name, "path-refused", fault);
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

/** For each directory of `paths`: whether it is there, with no link on the way to it. Cost: one `lstat` a directory. */
async function realDirectories(root: string, paths: readonly ProjectPath[]): Promise<ReadonlyMap<string, boolean>> {
  const real = new Map<string, boolean>([["", true]]);
  const check = async (directory: string): Promise<boolean> => {
    const known = real.get(directory);
    if (known !== undefined) return known;
    const parent = await check(parentOf(directory));
    const result = parent && (await isDirectory(join(root, directory)));
    real.set(directory, result);
    return result;
  };
  for (const path of paths) await check(parentOf(path));
  return real;
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    // What cannot be looked at is not absent: the files below are listed, and will say themselves what is wrong.
    return !isAbsence(error);
  }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
