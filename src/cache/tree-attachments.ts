import { MetacacheError } from "../base/errors.ts";
import { DEFAULT_TIMEOUT_MS } from "../calls/call-options.ts";
import {
  type AttachedTree,
  type NotedChange,
  type ProvedAnswer,
  type TreeAttachment,
  type TreeFreshness,
  treeIdentity,
  type TreeStatus,
} from "../calls/tree-freshness.ts";
import type { StoredChange } from "../database/metadata-database.ts";
import type { ProjectPath } from "../record/project-path.ts";
import type { CacheState } from "../state/cache-state.ts";
import type { StateEvent } from "../state/state-events.ts";
import type { DatabaseSynchronizer } from "../sync/database-synchronizer.ts";

/** The watcher of a cache's tree, if it has one: it is told what happens to the records, and asked what is proved (law 15). */
export class TreeAttachments {
  readonly #project: string;
  readonly #state: CacheState;
  readonly #synchronizer: DatabaseSynchronizer;
  #tree: AttachedTree | undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(project: string, state: CacheState, synchronizer: DatabaseSynchronizer) {
    this.#project = project;
    this.#state = state;
    this.#synchronizer = synchronizer;
  }

  /** Throws `E_ARGUMENT` if the cache has a watcher already. */
  attach(tree: AttachedTree): TreeAttachment {
    if (this.#tree !== undefined)
      throw new MetacacheError("E_ARGUMENT", `this cache already watches ${this.#tree.status().root}`, {
        remedy: "close that watcher first, or open another cache",
      });
    this.#tree = tree;
    this.#unsubscribe = this.#state.subscribe((event) => tell(tree, event));
    const identity = (): string => treeIdentity(this.#project, this.#state.position?.epoch);
    return {
      get identity() {
        return identity();
      },
      catchUp: () => this.#synchronizer.catchUp(),
      detach: () => {
        if (this.#tree === tree) this.#forget();
      },
    };
  }

  get status(): TreeStatus | undefined {
    return this.#tree?.status();
  }

  /**
   * Waits until every change of the tree before the call is in the cache, or the time is over, and notes which of it. Throws `E_ARGUMENT` if no watcher is
   * attached, and `E_TIMEOUT` if the read is of one file that may be behind.
   */
  async prove(proof: Proof, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    if (this.#tree === undefined)
      throw new MetacacheError("E_ARGUMENT", 'consistency "tree" was asked of a cache that watches no tree', {
        remedy: "attach a watcher with watchSourceTree(root, cache) of metacache/extraction, or ask for another consistency",
      });
    proof.tree = await this.#tree.settled({ timeoutMs });
    if (proof.path !== undefined) assertFresh(proof.tree, proof.path);
  }

  async close(): Promise<void> {
    const tree = this.#tree;
    this.#forget();
    await tree?.close();
  }

  #forget(): void {
    this.#unsubscribe();
    this.#tree = undefined;
  }
}

function tell(tree: AttachedTree, event: StateEvent): void {
  if (event.kind === "advanced") tree.noteStoreChange(event.changes.map(noted));
  else if (event.kind === "replaced" || event.kind === "outdated") tree.noteStoreChange(undefined);
}

function noted(change: StoredChange): NotedChange {
  return { path: change.path, digest: "record" in change ? change.record?.digest : undefined };
}

/** What a read learns of the tree. */
export interface Proof {
  tree?: TreeFreshness;
  /** Of a read of one record: an answer that is a record has no other place to say that it is behind than an error. */
  readonly path?: ProjectPath;
}

/**
 * What of `freshness` concerns an answer with these items; nothing if none was asked for. Items without a path, and an answer without items, concern every
 * file that is behind.
 */
export function provedAnswer(freshness: TreeFreshness | undefined, items: readonly object[] | undefined): ProvedAnswer {
  if (freshness === undefined) return {};
  if (freshness.fresh) return { tree: Object.freeze({ fresh: true }) };
  const { behind, onlyThese, reason } = freshness;
  const own = items?.every(hasPath) === true ? [...new Set(items.map(({ path }) => path))] : undefined;
  const all = new Set(behind);
  const named = own === undefined ? behind : onlyThese ? own.filter((path) => all.has(path)) : own;
  const mayLackOthers = !onlyThese || named.length < all.size;
  return { tree: Object.freeze({ fresh: false, behind: Object.freeze([...named]), mayLackOthers, reason }) };
}

function hasPath(item: object): item is { readonly path: ProjectPath } {
  return "path" in item;
}

function assertFresh(freshness: TreeFreshness, path: ProjectPath): void {
  if (freshness.fresh || (freshness.onlyThese && !freshness.behind.includes(path))) return;
  throw new MetacacheError("E_TIMEOUT", `the record of ${JSON.stringify(path)} may be behind its file: ${freshness.reason}`, {
    remedy: 'wait longer (timeoutMs), or read what the cache knows with consistency "cached"',
  });
}
