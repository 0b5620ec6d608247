import { readFileSync } from "node:fs";

import { callHarmlessly } from "../base/call-harmlessly.ts";
import { ConfigError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { Problems, readInput } from "../base/validation.ts";
import { waitOptionsOf } from "../calls/call-options.ts";
import type { WaitOptions } from "../calls/cache-calls.ts";
import type { TreeFreshness, TreeStatus } from "../calls/tree-freshness.ts";
import { withSignal } from "../base/abort.ts";
import { type IndexArguments, readIndexArguments, settingsOf } from "../extraction/run/index-source-tree.ts";
import { resolveRoot } from "../extraction/tree/source-tree.ts";
import { TreeWatcher } from "./tree-watcher.ts";
import { WarmExtraction } from "./changes/warm-extraction.ts";
import type { WatchOptions } from "./watch-options.ts";
import { WATCHED_CACHE_METHODS, type WatchedCache } from "./changes/watched-cache.ts";

/**
 * A source tree that a cache follows. It is closed by `close`, by `await using`, or when its cache
 * is closed.
 */
export interface WatchedTree extends AsyncDisposable {
  /** The real path of the tree. */
  readonly root: string;
  /** Returns what the watcher does now. */
  status(): TreeStatus;
  /**
   * Resolves when every change that was made in the tree before the call is in the cache. At the
   * time limit, it resolves with the paths that are behind. Cost if nothing is pending: it writes
   * and removes one file, and reads one row of the database. Throws `E_ARGUMENT` for wrong options,
   * `E_CLOSED`, `E_DATABASE_UNAVAILABLE`.
   */
  settled(options?: WaitOptions): Promise<TreeFreshness>;
  /** Compares every file with its record now. Throws `E_CLOSED`, and what the cache throws. */
  look(): Promise<void>;
  /** Ends the watch. Idempotent. Stops work that is in progress: the next watcher continues it. */
  close(): Promise<void>;
}

/**
 * Keeps `cache` in step with the source tree at `root` from now on. Resolves after the first look
 * at the whole tree, which does the same as `indexSourceTree`. From then on a saved file is in the
 * cache, and in every cache of the same database, after about 100 ms. To wait for it, call
 * `settled`, or read with consistency `"tree"`.
 *
 * Watches directories, not files, in a thread of its own. If the system does not report changes, it
 * looks at everything every few seconds: `status` then says so, why, and what to do. Does not keep
 * the process alive.
 *
 * Throws `E_CONFIG` for an option out of range, `E_ARGUMENT` if the cache has a watcher already,
 * `E_SOURCE` if the root is not a readable directory, and what the cache throws.
 */
export async function watchSourceTree(root: string, cache: WatchedCache, options: WatchOptions = {}): Promise<WatchedTree> {
  const read = readInput("E_CONFIG", "the arguments of watchSourceTree", () => readArguments(root, cache, options));
  const { index, signal, clock, logger, onBatch, onStatus } = read;
  signal?.throwIfAborted();
  await resolveRoot(root);
  const abort = new AbortController();
  const { languages, maxFileBytes, budgetMs } = index;
  const watcher = new TreeWatcher(root, cache, {
    ...read,
    exclude: index.exclude,
    abort,
    look: { ...settingsOf(index), signal: abort.signal },
    warm: new WarmExtraction({ maxFileBytes, budgetMs, languages }, clock),
    onBatch: (batch) => harmlessly(logger, "onBatch", () => onBatch?.(batch)),
    onStatus: (status) => harmlessly(logger, "onStatus", () => onStatus?.(status)),
  });
  const onAbort = (): void => void watcher.close();
  signal?.addEventListener("abort", onAbort, { once: true, signal: abort.signal });
  try {
    await watcher.start();
    signal?.throwIfAborted();
  } catch (error) {
    await watcher.close();
    signal?.throwIfAborted();
    throw error;
  }
  const close = (): Promise<void> => watcher.close();
  return {
    get root() {
      return watcher.root;
    },
    status: () => watcher.status(),
    settled: async (given = {}) => {
      const { timeoutMs, signal: giveUp } = waitOptionsOf(given);
      const answer = watcher.settled({ timeoutMs });
      return giveUp === undefined ? answer : withSignal(answer, giveUp);
    },
    look: () => watcher.look(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Arguments extends Pick<IndexArguments, "clock" | "logger" | "signal"> {
  readonly index: IndexArguments;
  readonly lookSeconds: number;
  readonly recursive: boolean;
  readonly maxWatches: number;
  readonly overflowAt: number;
  readonly onBatch: WatchOptions["onBatch"];
  readonly onStatus: WatchOptions["onStatus"];
}

/** Throws `E_CONFIG` with the list of all problems. */
function readArguments(root: unknown, cache: unknown, options: unknown): Arguments {
  const problems = new Problems();
  const given = problems.object("options", options) as WatchOptions;
  problems.withMethods("cache", cache ?? null, WATCHED_CACHE_METHODS);
  const onBatch = problems.callback("onBatch", given.onBatch);
  const onStatus = problems.callback("onStatus", given.onStatus);
  const lookSeconds = problems.integer("lookSeconds", given.lookSeconds ?? 300, 1, 86_400);
  const maxWatches = problems.integer("maxWatches", given.maxWatches ?? Number.MAX_SAFE_INTEGER, 1);
  const overflowAt = problems.integer("overflowAt", given.overflowAt ?? quarterOfQueue(), 1);
  const recursive = problems.truth("recursive", given.recursive ?? (process.platform === "darwin" || process.platform === "win32"));
  if (problems.found.length > 0) throw new ConfigError("watching", problems.found);
  const index = readIndexArguments(root, cache, options);
  const { clock, logger, signal } = index;
  return { index, clock, logger, signal, lookSeconds, recursive, maxWatches, overflowAt, onBatch, onStatus };
}

function harmlessly(logger: Logger, name: string, call: () => void): void {
  callHarmlessly(call, (error) => logger.warn(`the callback ${name} failed, and the watch continues: ${messageOf(error)}`));
}

/**
 * A quarter of the events that the Linux kernel keeps for a reader. Other systems keep as many or
 * more.
 */
function quarterOfQueue(): number {
  try {
    const limit = Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
    return limit > 0 ? Math.ceil(limit / 4) : DEFAULT_QUEUE / 4;
  } catch {
    return DEFAULT_QUEUE / 4;
  }
}

const DEFAULT_QUEUE = 16_384;
