import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

import { assert } from "../../base/assert.ts";
import { codeOf, messageOf } from "../../base/errors.ts";
import { systemClock } from "../../base/clock.ts";
import { isAwaited } from "../cookies/cookie-directory.ts";
import { DirectoryRules } from "../thread/directory-rules.ts";
import { DirectoryWatches } from "../thread/directory-watches.ts";
import { EventQueue } from "../thread/event-queue.ts";
import type { CoverRequest, WatchReply, WatchTask } from "../thread/watch-messages.ts";

// This thread drains the system's queue of events, and does nothing else.
const task = workerData as WatchTask;
assert(parentPort !== null, "a watch worker is a thread");
const port = parentPort;
const reply = (message: WatchReply): void => port.postMessage(message);
const rules = new DirectoryRules(task);
const queue = new EventQueue(task, rules);
let isDraining = false;

const watches = new DirectoryWatches(task, rules, (directory, name, isRename) => {
  queue.noteInTree(directory, name, isRename);
  drainSoon();
});

/**
 * Replies after one turn of the event loop: all events that the system's queue holds now come in
 * that turn.
 */
function drainSoon(): void {
  if (isDraining) return;
  isDraining = true;
  void systemClock.yield().then(() => {
    isDraining = false;
    attempt(() => reply(queue.take(watches)));
  });
}

function attempt(step: () => void): void {
  try {
    step();
  } catch (error) {
    const message = messageOf(error);
    reply({ kind: "failed", code: codeOf(error) === "E_SOURCE" ? "ENOSPC" : (codeOf(error) ?? "unknown"), message });
    port.close();
    // The watches keep the thread alive.
    process.exit();
  }
}

function noted(note: (name: string | null) => void): (name: string | null) => void {
  return (name) => {
    note(name);
    drainSoon();
  };
}

attempt(() => {
  if (task.git !== undefined) {
    watches.watchOther(
      task.git.own,
      noted((name) => queue.noteInGit(name)),
    );
    watches.watchOther(
      join(task.git.common, "info"),
      noted((name) => queue.noteInGitInfo(name)),
    );
    if (task.git.own !== task.git.common)
      watches.watchOther(
        task.git.common,
        noted((name) => name === "config" && queue.noteInGit(name)),
      );
  }
  if (task.cookies !== undefined)
    watches.watchOther(task.cookies, (name) => {
      // The lease file in this folder is renewed every few seconds. Nobody waits for those events.
      if (name !== null && !isAwaited(name)) return;
      queue.noteCookie(name);
      drainSoon();
    });
  watches.enter("");
  reply({ kind: "armed", directories: watches.size });
});

port.on("message", ({ directories, isWhole }: CoverRequest) => {
  attempt(() => {
    const paths = watches.cover(directories, isWhole);
    const none = { ignored: [], cookies: [], rules: false, head: false, index: false, root: false, overflow: false };
    if (paths.length > 0) reply({ kind: "batch", events: 0, paths, ...none, directories: watches.size });
    reply({ kind: "covered", directories: watches.size });
  });
});
