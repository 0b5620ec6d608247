import { type Clock, millisecondsSince } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { MetadataCache } from "../../cache/metadata-cache.ts";
import type { IndexingConfig } from "../../config/indexing-config.ts";
import type { IndexProgress } from "../../extraction/run/index-run.ts";
import { indexSourceTree } from "../../extraction/run/index-source-tree.ts";
import { SharedTask } from "../../sync/shared-task.ts";
import { watchSourceTree, type WatchedTree } from "../../watch/watch-source-tree.ts";

/** What is proved about the tree at the moment of a question. */
export type TreeProof =
  | { readonly state: "fresh" }
  /** The tree was never read to its end. `done` of `total` files are in the index. */
  | { readonly state: "indexing"; readonly done: number; readonly total: number }
  | {
      readonly state: "unproved";
      /** Files that are known to be behind. */
      readonly behind: readonly string[];
      /** True if all other files are proved. */
      readonly onlyThese: boolean;
      readonly reason: string;
    };

export interface FollowerOptions {
  readonly clock: Clock;
  readonly config: IndexingConfig;
  /** True if the tree was read to its end before. */
  readonly isWhole: boolean;
  /** True to watch the tree. If false, each question looks at the whole tree. */
  readonly watches: boolean;
}

/** Keeps a cache in step with its tree, and proves that for each question. Starts at once. */
export class TreeFollower {
  readonly #root: string;
  readonly #cache: MetadataCache;
  readonly #options: FollowerOptions;
  readonly #abort = new AbortController();
  readonly #looks = new SharedTask(() => this.#look());
  #watching: Promise<WatchedTree> | undefined;
  #isWhole: boolean;
  #progress = { done: 0, total: 0 };

  constructor(root: string, cache: MetadataCache, options: FollowerOptions) {
    this.#root = root;
    this.#cache = cache;
    this.#options = options;
    this.#isWhole = options.isWhole;
    if (options.watches) this.#watch().catch(() => undefined);
  }

  /**
   * Resolves when every change of the tree before this call is in the cache, or after `limitMs`
   * with what is known then.
   */
  async settled(limitMs: number): Promise<TreeProof> {
    const { clock } = this.#options;
    const proof = this.#prove(limitMs).catch((error: unknown): TreeProof => unproved(messageOf(error)));
    const timeout = Promise.withResolvers<TreeProof>();
    const cancel = clock.schedule(limitMs + GRACE_MS, () => timeout.resolve(this.#late(limitMs)), "awaited");
    try {
      return await Promise.race([proof, timeout.promise]);
    } finally {
      cancel();
    }
  }

  /** Ends the watcher and all looks. Idempotent. */
  async close(): Promise<void> {
    this.#abort.abort();
    const tree = await this.#watching?.catch(() => undefined);
    await tree?.close();
    await this.#looks.idle();
  }

  async #prove(limitMs: number): Promise<TreeProof> {
    if (!this.#options.watches) return this.#looks.execute();
    const { clock } = this.#options;
    const begun = clock.microseconds();
    const tree = await this.#watch();
    const freshness = await tree.settled({ timeoutMs: Math.max(1, limitMs - millisecondsSince(begun, clock)) });
    return freshness.fresh ? FRESH : { state: "unproved", ...freshness };
  }

  #late(limitMs: number): TreeProof {
    if (!this.#isWhole) return { state: "indexing", ...this.#progress };
    return unproved(`looking at the files takes longer than ${limitMs} ms`);
  }

  /** If the watcher fails to start, the next question starts it again. */
  #watch(): Promise<WatchedTree> {
    this.#watching ??= watchSourceTree(this.#root, this.#cache, this.#indexOptions()).then(
      (tree) => {
        this.#isWhole = true;
        return tree;
      },
      (error: unknown) => {
        this.#watching = undefined;
        throw error;
      },
    );
    return this.#watching;
  }

  async #look(): Promise<TreeProof> {
    const { aborted } = await indexSourceTree(this.#root, this.#cache, this.#indexOptions());
    if (aborted) return unproved("the server is ending");
    this.#isWhole = true;
    return FRESH;
  }

  #indexOptions(): Pick<IndexingConfig, "exclude" | "languages" | "maxFileBytes"> & {
    readonly signal: AbortSignal;
    readonly clock: Clock;
    readonly onProgress: (progress: IndexProgress) => void;
  } {
    const { clock, config } = this.#options;
    const { maxFileBytes, exclude, languages } = config;
    const onProgress = ({ phase, done, total }: IndexProgress): void => {
      if (phase === "extracting") this.#progress = { done, total };
    };
    return { maxFileBytes, exclude, languages, signal: this.#abort.signal, clock, onProgress };
  }
}

/**
 * The extra time after the limit. The watcher itself knows best what is behind, so it gets the
 * chance to answer first.
 */
const GRACE_MS = 50;
const FRESH: TreeProof = Object.freeze({ state: "fresh" });

function unproved(reason: string): TreeProof {
  return { state: "unproved", behind: [], onlyThese: false, reason };
}
