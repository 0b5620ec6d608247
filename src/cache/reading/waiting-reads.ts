import { withSignal } from "../../base/abort.ts";
import type { ReadOptions } from "../../calls/cache-calls.ts";
import { readOptionsOf } from "../../calls/call-options.ts";
import type { TreeFreshness } from "../../calls/tree-freshness.ts";
import type { DatabaseSynchronizer } from "../../sync/database-synchronizer.ts";
import type { CacheWrites } from "../writing/cache-writes.ts";
import type { Proof, TreeAttachments } from "../tree-attachments.ts";

/**
 * An answer, and what the watcher of the tree proved before the answer was made, if the caller
 * asked it.
 */
export interface Asked<T> {
  readonly answer: T;
  readonly tree: TreeFreshness | undefined;
}

/** Makes reads wait for what must happen first. */
export class WaitingReads {
  readonly #writes: CacheWrites;
  readonly #synchronizer: DatabaseSynchronizer;
  readonly #trees: TreeAttachments;

  constructor(writes: CacheWrites, synchronizer: DatabaseSynchronizer, trees: TreeAttachments) {
    this.#writes = writes;
    this.#synchronizer = synchronizer;
    this.#trees = trees;
  }

  /**
   * Returns the answer itself if possible. Most reads only need memory, and each promise in between
   * would cost as much as the read.
   */
  read<T>(options: ReadOptions, read: () => T | Promise<T>, proof: Proof): T | Promise<T> {
    const { consistency, timeoutMs, signal } = readOptionsOf(options);
    // Reading the writes that the cache owes comes first (law 3). It is also as fresh as "latest"
    // demands.
    const owed = this.#writes.isBehind ? this.#writes.catchUp() : consistency === "latest" ? this.#synchronizer.catchUp() : undefined;
    const before = consistency === "tree" ? Promise.all([this.#trees.prove(proof, timeoutMs), owed]) : owed;
    const answer = before === undefined ? read() : before.then(read);
    return signal === undefined ? answer : withSignal(Promise.resolve(answer), signal);
  }

  /** As `read`, with what the watcher proved. */
  ask<T>(options: ReadOptions, read: () => T | Promise<T>): Asked<T> | Promise<Asked<T>> {
    const proof: Proof = {};
    const answer = this.read(options, read, proof);
    return answer instanceof Promise ? answer.then((made) => ({ answer: made, tree: proof.tree })) : { answer, tree: undefined };
  }
}
