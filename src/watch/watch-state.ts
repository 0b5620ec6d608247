import type { TreeStatus } from "../calls/tree-freshness.ts";

/** Why events do not tell of changes, and what to do about it. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
  /** Whether setting the watches again may help. */
  readonly mayPass: boolean;
}

/** What a watcher is at the moment of the call, besides what it has done. */
export interface WatchGauges extends Pick<TreeStatus, "root" | "everySeconds" | "isHolder" | "directories" | "pending"> {
  readonly obstacle: Obstacle | undefined;
}

/** Counts what a watcher does, and knows whether it is closed. */
export class WatchState {
  isOff = false;
  events = 0;
  batches = 0;
  looks = 0;
  overflows = 0;
  lastLookAt: number | undefined;
  lastLookReason: string | undefined;

  status({ obstacle, ...gauges }: WatchGauges): TreeStatus {
    const { isOff, events, batches, looks, overflows, lastLookAt, lastLookReason } = this;
    return Object.freeze({
      ...gauges,
      state: isOff ? "off" : obstacle === undefined ? "watching" : "looking",
      reason: isOff ? "the watcher was closed" : obstacle?.reason,
      remedy: isOff ? "open another one" : obstacle?.remedy,
      events,
      batches,
      looks,
      overflows,
      lastLookAt,
      lastLookReason,
    });
  }
}

/**
 * What stands in the way if setting the watches failed, or their thread ended, with this code of
 * the system's.
 */
export function obstacleOf(code: string, message: string): Obstacle {
  if (code === "ENOSPC" || code === "EMFILE") {
    return {
      reason: `the system has no more watches for directories (${code})`,
      remedy: code === "ENOSPC" ? RAISE_WATCHES : "raise fs.inotify.max_user_instances, or end other watchers",
      mayPass: true,
    };
  }
  if (code === "ENOENT" || code === "ENOTDIR")
    return { reason: "the folder is gone", remedy: "put it back, or close the watcher", mayPass: true };
  return { reason: `its thread ended: ${message}`, remedy: "it is started again by itself", mayPass: true };
}

const RAISE_WATCHES = "raise the limit, e.g. sudo sysctl fs.inotify.max_user_watches=1048576, or leave out directories by .gitignore";

export function remoteObstacle(kind: string): Obstacle {
  return {
    reason: `the folder is on ${kind}, where changes by others give no events`,
    remedy: "watch on the machine that has the disk",
    mayPass: false,
  };
}

export const NO_COOKIES: Obstacle = {
  reason: "no file can be written beside the tree to prove that events arrive",
  remedy: "let the user who runs metacache write into the folder .metacache of the tree",
  mayPass: true,
};

export const EMPTY_FOLDER: Obstacle = {
  reason: "the folder is empty",
  remedy: "put files there, or the disk that they are on",
  mayPass: true,
};

export const EMULATED: Obstacle = {
  reason: "this system has no recursive watches: what Node.js makes up for them misses changes",
  remedy: "leave the option recursive out",
  mayPass: false,
};

export const SILENT: Obstacle = {
  reason: "events do not arrive: a file that was written for one gave none",
  remedy: "watch on the machine that has the disk, outside of containers",
  mayPass: true,
};
