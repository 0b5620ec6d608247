import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Clock, millisecondsSince } from "../../base/clock.ts";
import { type TreeFreshness, treeIdentity } from "../../calls/tree-freshness.ts";
import type { ResolvedProject } from "../../cache/opening/resolve-project.ts";
import type { ProjectStore } from "../../database/metadata-database.ts";
import type { Lease } from "../../watch/tree-lease.ts";
import type { Output } from "../terminal/output.ts";

/** The option of each command that waits for a watcher. */
export const NO_WAIT: readonly [string, string] = ["--no-wait", "answer at once, even if a watcher has not indexed every change yet"];

const LIMIT_MS = 5_000;

/**
 * Returns the watcher of this project and this database. Returns `undefined` if no watcher runs, or
 * if the tree is not on this machine.
 */
export async function watcherOf({ root }: ResolvedProject, store: ProjectStore, clock: Clock): Promise<Lease | undefined> {
  // Most projects have no watcher. Load no module and read no position for them.
  if (root === undefined || !existsSync(join(root, ".metacache", "cookies"))) return undefined;
  const { findWatcher } = await import("../../watch/ask-watcher.ts");
  return findWatcher(root, treeIdentity(store.project, (await store.position()).epoch), clock);
}

/**
 * If a watcher of the project's tree runs, in any process, waits until it has indexed every change
 * that was made before this call. Says on stderr how the wait ended. Returns true if it waited.
 */
export async function waitForWatcher(project: ResolvedProject, store: ProjectStore, output: Output, clock: Clock): Promise<boolean> {
  const begun = clock.microseconds();
  const lease = await watcherOf(project, store, clock);
  if (lease === undefined || project.root === undefined) return false;
  const { state, reason, everySeconds } = lease.status;
  const watcher = `the watcher (process ${lease.pid})`;
  if (state !== "watching") {
    output.note(`${watcher} looks at the files every ${everySeconds} s, because ${reason}: this answer may be older than the files`);
    return false;
  }
  const { askWatcher } = await import("../../watch/ask-watcher.ts");
  const identity = treeIdentity(store.project, (await store.position()).epoch);
  const freshness = await askWatcher(project.root, identity, LIMIT_MS, clock);
  output.note(`waited ${millisecondsSince(begun, clock)} ms for ${watcher}: ${outcome(freshness)}`);
  return true;
}

function outcome(freshness: TreeFreshness | undefined): string {
  if (freshness === undefined) return `the watcher did not answer within ${LIMIT_MS / 1_000} s, so this answer may be older than the files`;
  if (freshness.fresh) return "up to date";
  const some = freshness.behind.slice(0, 3).join(", ");
  return `${freshness.reason}${some === "" ? "" : `; behind: ${some}${freshness.behind.length > 3 ? ", …" : ""}`}`;
}
