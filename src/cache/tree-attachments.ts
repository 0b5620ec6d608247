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

/**
 * The watcher of a cache's tree, if it has one. Tells the watcher what happens to the records, and
 * asks it what is proved (law 15).
 */
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

  /** Throws `E_ARGUMENT` if the cache already has a watcher. */
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
   * Waits until the cache shows every change of the tree before the call, or until the time is
   * over. Notes in `proof` what is proved. Throws `E_ARGUMENT` if no watcher is attached, and
   * `E_TIMEOUT` if the read is of one file that may be behind.
   */
  async prove(proof: Proof, timeoutMs: number = DEFAULT_TIMEOUT_MS): Promise<void> {
    if (this.#tree === undefined)
      throw new MetacacheError("E_ARGUMENT", 'consistency "tree" needs a watcher, and this cache has none', {
        remedy: "attach one with watchSourceTree(root, cache) of metacache/extraction, or use another consistency",
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

/** What a read learns about the tree. */
export interface Proof {
  tree?: TreeFreshness;
  /**
   * The path of a read of one record. Such an answer is only a record, so it can say only by an
   * error that it may be behind.
   */
  readonly path?: ProjectPath;
}

/**
 * Returns the part of `freshness` that concerns an answer with these items, or nothing if the
 * caller did not ask for it. If the items have no path, or the answer has no items, every file that
 * is behind concerns it.
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
    remedy: 'set a longer timeoutMs, or use consistency "cached" to read what the cache knows',
  });
}
