import { lstat, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ownDatabaseOf } from "../../cache/opening/resolve-project.ts";
import { linkedWorktree } from "../../cache/opening/worktree.ts";
import { PROJECT_FILE_NAME } from "../../config/project-file.ts";

/**
 * Returns the nearest folder, `start` or above, that has an index or a project file, as git looks
 * for `.git`. A linked worktree has the index of its repository.
 * - The search stops at the top of a repository: its files are not part of the folders around it.
 * - The search stops below the home folder: otherwise every folder would belong to a project there.
 * - The search skips a folder of another user, who could otherwise answer for every folder below it
 *   (`/tmp`).
 */
export async function findProjectRoot(start: string): Promise<string | undefined> {
  const userHome = await realpath(homedir()).catch(() => homedir());
  for (let folder = start; folder === start || folder !== userHome; folder = dirname(folder)) {
    const home = (await linkedWorktree(folder))?.home ?? folder;
    const marked = (await exists(ownDatabaseOf(home))) || (await exists(join(folder, PROJECT_FILE_NAME)));
    if (marked && (folder === start || (await isTrusted(folder, start)))) return folder;
    if ((await exists(join(folder, ".git"))) || folder === dirname(folder)) return undefined;
  }
  return undefined;
}

/** Tells if the folder belongs to this user, to root, or to the owner of the folder `below`. */
async function isTrusted(folder: string, below: string): Promise<boolean> {
  const [{ uid }, own] = await Promise.all([stat(folder), stat(below)]);
  return uid === process.getuid?.() || uid === 0 || uid === own.uid;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
