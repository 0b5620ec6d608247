import { realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readSmallFile } from "../../files/read-file.ts";

/** A linked worktree of git. */
export interface Worktree {
  /**
   * The folder with the database of the whole repository: the real path of the main worktree, or of
   * the repository if it has no main worktree.
   */
  readonly home: string;
}

/**
 * Checks in git's own files if `root` is a linked worktree (made by `git worktree add`). Returns
 * `undefined` if `root` is a main worktree, a submodule, no worktree, or a folder that only claims
 * to be one. A stranger may have written the file `.git`, so the repository must also name this
 * folder as its worktree (law 12). Runs no program. Costs five small reads.
 */
export async function linkedWorktree(root: string): Promise<Worktree | undefined> {
  try {
    const link = join(root, ".git");
    // A stranger's file may be a pipe, a link to a device, or huge. `readSmallFile` reads none of
    // these.
    const own = /^gitdir: (.+)$/m.exec(readSmallFile(link))?.[1];
    if (own === undefined) return undefined;
    const folder = await realpath(resolve(root, own));
    const back = readSmallFile(join(folder, "gitdir")).trim();
    if ((await realpath(resolve(folder, back))) !== (await realpath(link))) return undefined;
    const repository = await realpath(resolve(folder, readSmallFile(join(folder, "commondir")).trim()));
    if (dirname(dirname(folder)) !== repository) return undefined;
    return { home: basename(repository) === ".git" ? dirname(repository) : repository };
  } catch {
    // An incomplete worktree does not count: git itself would report it.
    return undefined;
  }
}
