import { MetacacheError } from "../base/errors.ts";
import {
  type AnswerFreshness,
  type AttachedTree,
  type NotedChange,
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

  /** Throws `E_ARGUMENT` if no watcher is attached. */
  settled(timeoutMs: number): Promise<TreeFreshness> {
    if (this.#tree === undefined)
      throw new MetacacheError("E_ARGUMENT", 'consistency "tree" was asked of a cache that watches no tree', {
        remedy: "attach a watcher with watchSourceTree(root, cache) of metacache/extraction, or ask for another consistency",
      });
    return this.#tree.settled({ timeoutMs });
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

/** What of `freshness` concerns an answer with these files. */
export function answerFreshness(freshness: TreeFreshness, paths: readonly ProjectPath[]): AnswerFreshness {
  if (freshness.fresh) return Object.freeze({ fresh: true });
  const { behind, onlyThese, reason } = freshness;
  const all = new Set(behind);
  const own = onlyThese ? paths.filter((path) => all.has(path)) : paths;
  return Object.freeze({ fresh: false, behind: Object.freeze(own), mayLackOthers: !onlyThese || own.length < all.size, reason });
}

/** Throws `E_TIMEOUT` if the record of one file is not proved: an answer that is a record has no other place to say so. */
export function assertFresh(freshness: TreeFreshness, path: ProjectPath): void {
  if (freshness.fresh || (freshness.onlyThese && !freshness.behind.includes(path))) return;
  throw new MetacacheError("E_TIMEOUT", `the record of ${JSON.stringify(path)} may be behind its file: ${freshness.reason}`, {
    remedy: 'wait longer (timeoutMs), or read what the cache knows with consistency "cached"',
  });
}
