import { lstat, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { ownDatabaseOf } from "../../cache/opening/resolve-project.ts";
import { linkedWorktree } from "../../cache/opening/worktree.ts";
import { PROJECT_FILE_NAME } from "../../config/project-file.ts";

/**
 * The nearest folder, `start` or above, that has an index (a linked worktree: the one of its
 * repository) or a project file, as git looks for `.git`. It ends at the top of a repository, whose
 * files are no part of what lies around it; below the home folder, which everything would belong
 * to; and takes no folder of another user's, who could answer there for every folder below
 * (`/tmp`).
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

/** Of this user, of root, or of whoever has the folder below. */
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
