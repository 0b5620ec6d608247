import { spawn } from "node:child_process";
import { lstat } from "node:fs/promises";
import { join } from "node:path";

import { messageOf } from "../base/errors.ts";
import { pathFault, type ProjectPath } from "../model/project-path.ts";
import { isAbsence } from "./file-errors.ts";
import type { SkippedPath } from "./skip-reason.ts";
import type { TreeListing } from "./tree-listing.ts";

/** What git says of a root: its files, that the work tree around it ignores it, or why it says nothing. */
export type GitAnswer =
  | { readonly kind: "listed"; readonly listing: TreeListing }
  | { readonly kind: "ignored"; readonly warning: string }
  | { readonly kind: "failed"; readonly warning: string };

/**
 * Lists the tracked files and those that are neither tracked nor ignored, below `root`. `mayBeIgnored`: the work tree
 * begins above the root, so that its rules may leave out the root as a whole. An abort rejects with the signal's reason.
 */
export async function listWithGit(root: string, mayBeIgnored: boolean, signal?: AbortSignal): Promise<GitAnswer> {
  try {
    if (mayBeIgnored && (await runGit(root, ["check-ignore", "--quiet", "."], signal)).code === 0) {
      return { kind: "ignored", warning: `the git work tree around ${root} ignores it: only the .gitignore files within it were applied` };
    }
    // One process, and so one reading of the index: of two, a file added between them could be seen by neither.
    const listed = await runGit(root, ["ls-files", "-t", "--stage", "--cached", "--others", "--exclude-standard", "-z"], signal);
    if (listed.code !== 0) return failed(root, listed.stderr.trim() || `git ended with ${listed.code}`);
    return { kind: "listed", listing: await readListing(root, listed.stdout, listed.stderr) };
  } catch (error) {
    signal?.throwIfAborted();
    return failed(root, messageOf(error));
  }
}

function failed(root: string, why: string): GitAnswer {
  return { kind: "failed", warning: `git could not list ${root}, so its .gitignore files were applied without it: ${why}` };
}

async function readListing(root: string, output: Buffer, messages: string): Promise<TreeListing> {
  const tracked: ProjectPath[] = [];
  const paths: ProjectPath[] = [];
  const skipped: SkippedPath[] = [];
  for (const bytes of entries(output)) {
    const entry = parseEntry(bytes);
    if (entry.kind === "skipped") skipped.push(entry.skipped);
    else if (METACACHE_FOLDER.test(entry.path)) continue;
    else if (entry.kind === "tracked") tracked.push(entry.path);
    else paths.push(entry.path);
  }
  // A directory that was replaced by a link may lead anywhere: to git what it tracked below is deleted, and to us.
  const real = await realDirectories(root, tracked);
  for (const path of tracked) if (real.get(parentOf(path)) === true) paths.push(path);
  return { paths, skipped, warnings: messages.split("\n").filter((line) => line !== "") };
}

const METACACHE_FOLDER = /(?:^|\/)\.metacache\//;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

type GitEntry =
  | { readonly kind: "tracked" | "untracked"; readonly path: ProjectPath }
  | { readonly kind: "skipped"; readonly skipped: SkippedPath };

/** `? name` for what is not tracked; `H mode object stage\tname` (or another letter) for what is. */
function parseEntry(bytes: Buffer): GitEntry {
  const untracked = bytes[0] === QUESTION_MARK;
  const nameBytes = bytes.subarray(untracked ? 2 : bytes.indexOf(TAB) + 1);
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

interface GitResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Rejects where git is not installed, or when the signal aborts. */
async function runGit(cwd: string, args: readonly string[], signal?: AbortSignal): Promise<GitResult> {
  // A repository's own configuration may name a program as its file system monitor: listing must not run it.
  const child = spawn("git", ["-c", "core.fsmonitor=false", ...args], {
    cwd,
    env: gitEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal !== undefined && { signal }),
  });
  const { promise, resolve, reject } = Promise.withResolvers<GitResult>();
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  child.on("error", reject);
  child.on("close", (code) => resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString("utf8") }));
  return promise;
}

/** Within a hook git sets variables that name another repository or index than the one at the root. */
function gitEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" };
  for (const name of REPOSITORY_VARIABLES) delete env[name];
  return env;
}

const REPOSITORY_VARIABLES = [
  "GIT_COMMON_DIR",
  "GIT_DIR",
  "GIT_INDEX_FILE",
  "GIT_NAMESPACE",
  "GIT_OBJECT_DIRECTORY",
  "GIT_PREFIX",
  "GIT_WORK_TREE",
];
