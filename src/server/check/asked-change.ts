import type { Clock } from "../../base/clock.ts";
import { quoteName } from "../../base/text/escape.ts";
import { counted } from "../../base/text/words.ts";
import { readChangeSince, type RepositoryChange } from "../../check/run/git/change.ts";
import { always, changeOfPaths } from "../../check/run/part-of-change.ts";
import { type GitResult, runGit } from "../../extraction/tree/run-git.ts";
import type { OpenProject } from "../projects/served-project.ts";
import type { CheckBase } from "./check-memory.ts";
import type { ProjectFiles } from "./project-files.ts";

/** What a check must look at. */
export interface AskedChange {
  /** The text for the head of the answer. */
  readonly title: string;
  /** Missing if the check looks at everything. */
  readonly change?: RepositoryChange;
}

/** If more files changed, git's list of changes helps more than that of the database. */
const MAX_CHANGES = 10_000;
const SHOWN_FILES = 5;

/**
 * Selects references in and to these paths of the project. A folder means everything in it, and the
 * root means everything.
 */
export function changeOfFiles(paths: readonly string[], { recorded, others }: ProjectFiles): AskedChange {
  const change = changeOfPaths(paths, new Set([...recorded, ...others]));
  if (change === undefined) return { title: "every file" };
  const names = paths
    .slice(0, SHOWN_FILES)
    .map((path) => (change.removed.has(path) ? `${quoteName(path)} (which does not exist)` : quoteName(path)));
  const more = paths.length > SHOWN_FILES ? ` and ${paths.length - SHOWN_FILES} more` : "";
  return { title: `references in and to ${names.join(", ")}${more}`, change };
}

/**
 * Selects what changed since an earlier check, and what had findings then. If there was no earlier
 * check, or the history since then is not known, selects what changed since the last commit. If
 * there is no commit, selects everything.
 */
export async function changeSince(
  { root, store, clock }: OpenProject,
  base: CheckBase | undefined,
  files: ProjectFiles,
): Promise<AskedChange> {
  if (base === undefined) return sinceCommit(root, clock);
  const { continues, changes } = await store.readChanges(base.position, MAX_CHANGES);
  if (!continues || changes === undefined) return sinceCommit(root, clock);
  const changed = new Set(base.found);
  const removed = new Set([...base.others].filter((path) => !files.others.has(path) && !files.recorded.has(path)));
  for (const change of changes) ("deleted" in change ? removed : changed).add(change.path);
  return { title: describe("check", changed, removed), change: { changed, removed, hadSection: always } };
}

async function sinceCommit(root: string, clock: Clock): Promise<AskedChange> {
  const asked = runGit(root, ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"], { clock });
  const head = await asked.catch((): GitResult | undefined => undefined);
  if (head?.code !== 0) return { title: "every file, because there is no commit to compare with" };
  const change = await readChangeSince(root, "HEAD", clock);
  return { title: describe("commit", change.changed, change.removed), change };
}

function describe(since: "check" | "commit", changed: ReadonlySet<string>, removed: ReadonlySet<string>): string {
  return `since the last ${since}: ${counted(changed.size, "file")} to look at, ${removed.size} removed`;
}
