import type { TreeStatus } from "../calls/tree-freshness.ts";

/** Why the watcher cannot rely on events to learn of changes, and what to do about it. */
export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
  /** True if setting the watches again may help. */
  readonly mayPass: boolean;
}

/** The present state of a watcher, without the counts of what it did. */
export interface WatchGauges extends Pick<TreeStatus, "root" | "everySeconds" | "isHolder" | "directories" | "pending"> {
  readonly obstacle: Obstacle | undefined;
}

/** Counts what a watcher does, and knows if it is closed. */
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
      reason: isOff ? "the watcher is closed" : obstacle?.reason,
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
 * Returns the obstacle to report after setting the watches failed, or after their thread ended.
 * `code` is the error code of the system.
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
  return {
    reason: `the thread that watches ended: ${message}`,
    remedy: "wait, because the watcher starts the thread again by itself",
    mayPass: true,
  };
}

const RAISE_WATCHES = "raise the limit, e.g. sudo sysctl fs.inotify.max_user_watches=1048576, or leave out directories with .gitignore";

export function remoteObstacle(kind: string): Obstacle {
  return {
    reason: `the folder is on ${kind}, which sends no events for changes that other machines make`,
    remedy: "run the watcher on the machine that has the disk",
    mayPass: false,
  };
}

export const NO_COOKIES: Obstacle = {
  reason: "the watcher cannot write the files that prove that events arrive",
  remedy: "give the user who runs metacache the right to write into the folder .metacache of the tree",
  mayPass: true,
};

export const EMPTY_FOLDER: Obstacle = {
  reason: "the folder is empty",
  remedy: "put files there, or mount the disk that has them",
  mayPass: true,
};

export const EMULATED: Obstacle = {
  reason: "this system has no recursive watches, and the substitute in Node.js misses changes",
  remedy: "leave the option recursive out",
  mayPass: false,
};

export const SILENT: Obstacle = {
  reason: "events do not arrive: the watcher wrote a file to test them, and no event came",
  remedy: "run the watcher on the machine that has the disk, outside of containers",
  mayPass: true,
};
