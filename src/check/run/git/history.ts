import { join } from "node:path";
import { messageOf } from "../../../base/errors.ts";
import { type FileHistory, NO_HISTORY, type Removal } from "../../remedies/file-history.ts";
import { lookAt } from "../../../files/open-databases.ts";
import { pathProblem } from "../../../record/project-path.ts";
import { folderOf } from "../../../references/candidates.ts";
import { type GitResult, type GitSettings, runGit, runGitOnFiles } from "../../../extraction/tree/run-git.ts";

/**
 * Limits on the number of paths and commits, and on the time of git. A walk through a million
 * commits would delay every check.
 */
const MOST_PATHS = 1_000;
const MOST_COMMITS = 200;
const LIMIT_MS = 10_000;
/** A file that was renamed several times is followed this often. */
const MOST_RENAMES = 3;

export interface HistoryOptions {
  readonly git: GitSettings;
  /** True if git's index is the present state, instead of the working tree. */
  readonly isStaged: boolean;
  readonly exists: (path: string) => boolean;
  readonly note: (text: string) => void;
  readonly limitMs?: number | undefined;
}

/**
 * Returns what git's history tells about paths that no longer exist: the last commit that removed
 * each, and its new name. The history tells little or nothing without git, in a shallow clone, or
 * if git takes too long. `note` gets the reason.
 */
export async function readHistory(root: string, paths: readonly string[], options: HistoryOptions): Promise<FileHistory> {
  if (paths.length === 0) return NO_HISTORY;
  const limit = new AbortController();
  const cancel = options.git.clock.schedule(options.limitMs ?? LIMIT_MS, () => limit.abort());
  const settings = { ...options.git, signal: limit.signal };
  const git = (...args: readonly string[]): Promise<GitResult> => runGit(root, args, settings);
  try {
    const shallow = await git("rev-parse", "--is-shallow-repository");
    if (shallow.code !== 0) return NO_HISTORY;
    const isShallow = shallow.stdout.toString("utf8").trim() === "true";
    if (isShallow)
      options.note(
        "this is a shallow clone, so it is not known what became of missing files: fetch the whole history (git fetch --unshallow, or fetch-depth: 0)",
      );
    const removals = await uncommittedRemovals(root, options.isStaged, settings);
    let asked = paths.slice(0, MOST_PATHS);
    for (let round = 0; round < MOST_RENAMES && asked.length > 0; round++) {
      const found = await removalsOf(git, asked);
      if (found === undefined) return NO_HISTORY;
      for (const [path, removal] of found) if (!removals.has(path)) removals.set(path, removal);
      asked = [...found.values()].flatMap(({ renamedTo }) =>
        renamedTo === undefined || options.exists(renamedTo) || removals.has(renamedTo) ? [] : [renamedTo],
      );
    }
    return historyOf(removals, !isShallow && paths.length <= MOST_PATHS);
  } catch (error) {
    options.note(
      limit.signal.aborted
        ? "git's history was not read to its end, because that takes too long"
        : `git's history was not read: ${messageOf(error)}`,
    );
    return NO_HISTORY;
  } finally {
    cancel();
  }
}

/**
 * Returns what git's index, or else the working tree, has removed or renamed since the last commit.
 */
async function uncommittedRemovals(root: string, isStaged: boolean, settings: GitSettings): Promise<Map<string, Removal>> {
  const options = ["-M", "--diff-filter=DR", "--name-status", "--relative", "--no-ext-diff", "--ignore-submodules"];
  // Without this option, git would lock and rewrite its index if the times of files have changed.
  // This code does not need to know which files were only touched.
  const diff = isStaged
    ? await runGit(root, [...QUOTE, "diff", "--cached", ...options, "HEAD", "--"], settings)
    : await runGitOnFiles(root, [...QUOTE, "-c", "diff.autoRefreshIndex=false", "diff", ...options, "HEAD", "--"], settings);
  const removals = new Map<string, Removal>();
  for (const line of diff.stdout.toString("utf8").split("\n")) {
    const [status = "", from = "", to] = line.split("\t");
    if (status.startsWith("R") && to !== undefined) removals.set(from, { renamedTo: to });
    else if (status === "D") removals.set(from, {});
  }
  return removals;
}

async function removalsOf(
  git: (...args: readonly string[]) => Promise<GitResult>,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Removal> | undefined> {
  const log = await git(
    "--literal-pathspecs",
    ...QUOTE,
    "log",
    "--no-renames",
    "--diff-filter=D",
    "--name-only",
    "--relative",
    "--format=%x01%h",
    "--",
    ...paths,
  );
  if (log.code !== 0) return undefined;
  const commits = new Map<string, string>();
  let commit = "";
  for (const line of log.stdout.toString("utf8").split("\n")) {
    if (line.startsWith("\u0001")) commit = line.slice(1);
    else if (line !== "" && !commits.has(line)) commits.set(line, commit);
  }
  const distinct = [...new Set(commits.values())].slice(0, MOST_COMMITS);
  const renamed = distinct.length === 0 ? new Map<string, string>() : await renamesIn(git, distinct);
  return new Map(
    Array.from(commits, ([path, removed]): [string, Removal] => {
      const renamedTo = renamed.get(`${removed} ${path}`);
      return [path, { commit: removed, ...(renamedTo !== undefined && { renamedTo }) }];
    }),
  );
}

/** Returns the new paths, by commit and old path. */
async function renamesIn(
  git: (...args: readonly string[]) => Promise<GitResult>,
  commits: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const shown = await git(...QUOTE, "show", "-M", "--diff-filter=R", "--name-status", "--relative", "--format=%x01%h", ...commits);
  const renames = new Map<string, string>();
  let commit = "";
  for (const line of shown.stdout.toString("utf8").split("\n")) {
    if (line.startsWith("\u0001")) commit = line.slice(1);
    const [status = "", from = "", to = ""] = line.split("\t");
    if (status.startsWith("R")) renames.set(`${commit} ${from}`, to);
  }
  return renames;
}

const QUOTE = ["-c", "core.quotePath=false"];

function historyOf(removals: ReadonlyMap<string, Removal>, isWhole: boolean): FileHistory {
  return {
    isWhole,
    removal(path) {
      let removal = removals.get(path) ?? folderRemoval(path, removals);
      for (let round = 0; round < MOST_RENAMES && removal?.renamedTo !== undefined; round++) {
        const later = removals.get(removal.renamedTo);
        if (later === undefined) break;
        removal = later;
      }
      return removal;
    },
  };
}

/** A folder disappears with the last of its files. */
function folderRemoval(path: string, removals: ReadonlyMap<string, Removal>): Removal | undefined {
  for (const [each, { commit }] of removals) if (each.startsWith(`${path}/`)) return { ...(commit !== undefined && { commit }) };
  return undefined;
}

/**
 * Returns those of the paths that git ignores: builds make them, and a fresh checkout lacks them.
 * git refuses to answer at all if one of the paths is behind a symbolic link, so the code does not
 * ask for such paths.
 */
export async function readIgnored(root: string, paths: readonly string[], settings: GitSettings): Promise<ReadonlySet<string>> {
  const symbolicLinks = new Map<string, boolean>();
  const asked = paths.filter((path) => pathProblem(path) === undefined && !isBehindSymbolicLink(root, folderOf(path), symbolicLinks));
  const ignored = new Set<string>();
  try {
    if (asked.length === 0) return ignored;
    // The `./` prevents that git reads a path as an option or as a special pattern.
    const input = asked.map((path) => `./${path}\0`).join("");
    const { stdout } = await runGit(root, ["check-ignore", "--no-index", "--stdin", "-z"], { ...settings, input });
    for (const path of stdout.toString("utf8").split("\0")) if (path !== "") ignored.add(path.slice("./".length));
  } catch {
    // Without git, nothing is known to be ignored.
  }
  return ignored;
}

/**
 * True if the folder, or a folder around it, is a symbolic link. Cost: one `lstat` for each folder.
 */
function isBehindSymbolicLink(root: string, folder: string, known: Map<string, boolean>): boolean {
  if (folder === "") return false;
  let found = known.get(folder);
  if (found === undefined) {
    found = isBehindSymbolicLink(root, folderOf(folder), known) || lookAt(join(root, folder))?.isSymbolicLink() === true;
    known.set(folder, found);
  }
  return found;
}

/** Returns the files that have a mark. Returns none without git. */
export async function readMarkedFiles(root: string, settings: GitSettings): Promise<readonly string[]> {
  try {
    const words = ["-c", "grep.fullName=false", "grep", "-l", "-I", "-z", "--untracked", "-F", "-e", "metacache-ignore"];
    return (await runGit(root, words, settings)).stdout.toString("utf8").split("\0");
  } catch {
    return [];
  }
}
