import type { Finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { MiniatureCache } from "./miniature-cache.ts";

/** The shares that are tried: from the paper's share to one that is almost LRU. */
const WINDOW_SHARES = [0.01, 0.1, 0.3, 0.6, 0.98];
/** The share until the first round ends. It is never far from the best. */
const FIRST_WINDOW_SHARE = 0.3;
/**
 * A miniature has from this many slots to twice as many. If the cache has fewer slots, a miniature
 * has all of them.
 */
const MINIATURE_SIZE = 256;
/** The number of simulated accesses in a round. */
const ROUND = 1_000;
/** The share of the earlier rounds that still counts in the next round. */
const REMEMBERED = 0.75;
/** How much better than the current share another share must be, in hits per access. */
const MARGIN = 0.005;

/**
 * Finds the best share of the window. It simulates a sample of all accesses in five miniatures of
 * the cache, each with a share of its own. After each round, the window takes the share of the
 * miniature with the most hits. Hits of earlier rounds count less and less.
 *
 * The best share depends on the load alone: a loop needs almost no window, a working set that moves
 * on needs almost nothing else, and the wrong one of the two costs up to half of all hits. The hill
 * climber of "Adaptive Software Cache Management" (Einziger, Eytan, Friedman, Manes, Middleware
 * 2018) compares the hit ratio before and after a step. So it takes every change of the load for an
 * effect of its step. Miniatures see the same accesses at the same time.
 *
 * C. Waldspurger, T. Saemundsson, I. Ahmad, N. Park, "Cache Modeling and Optimization using
 * Miniature Simulations", USENIX ATC 2017.
 *
 * The sample is every 2 ** n-th identity, so that all miniatures together have fewer than 512 x 5
 * slots for any size of the cache. Cost: O(1). A cache of fewer than 512 records simulates every
 * access five times, a cache of 10,000 records every 32nd access.
 */
export class WindowTuner {
  readonly #frequencies: FrequencyMemory;
  #windowShare = FIRST_WINDOW_SHARE;
  #miniatures: readonly MiniatureCache[] = [];
  #capacity = 0;
  /** One in 2 ** this many identities is in the sample. */
  #sampling = 0;
  /**
   * First the accesses of this round, then the weighted accesses of all rounds that still count.
   */
  #accesses = 0;
  #weightedAccesses = 0;

  constructor(frequencies: FrequencyMemory) {
    this.#frequencies = frequencies;
    this.clear();
  }

  get windowShare(): number {
    return this.#windowShare;
  }

  /**
   * Notes an access to `identity` in a cache that holds `capacity` slots. Starts again with new
   * miniatures if the capacity has doubled.
   */
  note(identity: number, capacity: number): void {
    if (capacity !== this.#capacity) this.#resize(capacity);
    const sample = identity >>> this.#sampling;
    if (sample << this.#sampling !== identity) return;
    const size = capacity >>> this.#sampling;
    for (const miniature of this.#miniatures) miniature.access(sample, identity, size);
    this.#accesses++;
    if (this.#accesses >= ROUND) this.#endRound();
  }

  clear(): void {
    this.#windowShare = FIRST_WINDOW_SHARE;
    this.#capacity = 0;
    this.#begin();
  }

  verify(): Finding[] {
    return this.#miniatures.flatMap((miniature) => miniature.verify());
  }

  #resize(capacity: number): void {
    this.#capacity = capacity;
    const sampling = Math.max(0, Math.floor(Math.log2(capacity / MINIATURE_SIZE)));
    if (sampling === this.#sampling) return;
    this.#sampling = sampling;
    this.#begin();
  }

  #begin(): void {
    this.#miniatures = WINDOW_SHARES.map((share) => new MiniatureCache(this.#frequencies, share));
    this.#accesses = 0;
    this.#weightedAccesses = 0;
  }

  #endRound(): void {
    this.#weightedAccesses += this.#accesses;
    this.#accesses = 0;
    const present = this.#miniatures.find((miniature) => miniature.windowShare === this.#windowShare)?.hits ?? 0;
    const best = this.#miniatures.reduce((a, b) => (b.hits > a.hits ? b : a));
    if (best.hits - present > MARGIN * this.#weightedAccesses) this.#windowShare = best.windowShare;
    for (const miniature of this.#miniatures) miniature.hits *= REMEMBERED;
    this.#weightedAccesses *= REMEMBERED;
  }
}
