import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readSmallFile } from "../../files/read-file.ts";

/** A linked worktree of git, and the folder in which the database of its whole repository lies. */
export interface Worktree {
  /** The real path of the repository's main worktree, or of a repository without one. */
  readonly home: string;
}

/**
 * Tells whether `root` is a linked worktree (`git worktree add`), by what git itself keeps. `undefined` if it is none: a main worktree, a
 * submodule, no worktree at all, or a folder that only says that it is one. Whoever wrote the file `.git` may be a stranger, so
 * the repository must name this folder as its worktree, too (law 12). Runs nothing. Cost: five small reads.
 */
export async function linkedWorktree(root: string): Promise<Worktree | undefined> {
  try {
    const link = join(root, ".git");
    // A stranger's file may be a pipe, a link to a device, or huge: none of them is read.
    const own = /^gitdir: (.+)$/m.exec(readSmallFile(link))?.[1];
    if (own === undefined) return undefined;
    const folder = await realpath(resolve(root, own));
    const back = readSmallFile(join(folder, "gitdir")).trim();
    if ((await realpath(resolve(folder, back))) !== (await realpath(link))) return undefined;
    const repository = await realpath(resolve(folder, readSmallFile(join(folder, "commondir")).trim()));
    if (dirname(dirname(folder)) !== repository) return undefined;
    return { home: basename(repository) === ".git" ? dirname(repository) : repository };
  } catch {
    // Half a worktree is none: git would say so itself.
    return undefined;
  }
}
