import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { builtCommand } from "./built-command.ts";

/**
 * A tree of 86,000 real files with its database in `.metacache`, or the reason why there is none.
 * Without it, its rows are left out, and the report says so.
 */
export type Kernel = { readonly tree: string } | { readonly missing: string };

export const NOT_ASKED_FOR: Kernel = { missing: "--kernel was not given" };

const PACKAGE = "linux-source-6.12";
const INSTALLED = `/usr/src/${PACKAGE}.tar.xz`;

/**
 * Takes the given tree, or unpacks Debian's package below `directory`. Indexes the tree if it is
 * not indexed. Takes minutes.
 */
export function prepareKernel(directory: string, givenTree: string | undefined): Kernel {
  const found = givenTree === undefined ? unpacked(directory) : { tree: resolve(givenTree) };
  if ("missing" in found) return found;
  if (existsSync(databaseOf(found.tree))) return found;
  console.error(`indexing ${found.tree}`);
  const failure = run(process.execPath, [builtCommand(), "index"], found.tree);
  return failure === undefined ? found : { missing: `the kernel's tree cannot be indexed: ${failure}` };
}

export function databaseOf(tree: string): string {
  return join(tree, ".metacache/metadata.db");
}

function unpacked(directory: string): Kernel {
  const folder = join(directory, "kernel");
  mkdirSync(folder, { recursive: true });
  const archive = archiveIn(folder);
  if (typeof archive !== "string") return archive;
  console.error(`unpacking ${archive}`);
  const failure = run("tar", ["-xJf", archive, "-C", folder], folder);
  const tree = join(folder, PACKAGE);
  if (failure !== undefined || !existsSync(tree))
    return { missing: `${archive} cannot be unpacked: ${failure ?? `it has no ${PACKAGE}/`}` };
  includeAll(join(tree, ".gitignore"));
  return { tree };
}

/** The package's archive: the installed one, or a downloaded one, taken out of the package. */
function archiveIn(folder: string): string | { readonly missing: string } {
  if (existsSync(INSTALLED)) return INSTALLED;
  console.error(`downloading ${PACKAGE}`);
  const download = run("apt-get", ["download", PACKAGE], folder);
  const file = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (download !== undefined || file === undefined) {
    return { missing: `Debian's package ${PACKAGE} is neither installed nor can it be downloaded: ${download ?? "no file came"}` };
  }
  const extraction = run("dpkg-deb", ["-x", file, "package"], folder);
  const archive = join(folder, "package", INSTALLED);
  if (extraction !== undefined || !existsSync(archive))
    return { missing: `${file} cannot be unpacked: ${extraction ?? "no archive is in it"}` };
  return archive;
}

/** The last rule in Debian's package ignores every file at the root, that is, the whole tree. */
function includeAll(gitignore: string): void {
  const lines = readFileSync(gitignore, "utf8").trimEnd().split("\n");
  if (lines.at(-1) === "/*") writeFileSync(gitignore, `${lines.slice(0, -1).join("\n")}\n`);
}

/** Returns the error; `undefined` if there was none. */
function run(command: string, args: readonly string[], cwd: string): string | undefined {
  const { status, error, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "ignore", "pipe"] });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : stderr.trim().split("\n").at(-1) || `${command} ended with ${status}`;
}
