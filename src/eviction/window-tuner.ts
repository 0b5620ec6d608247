import type { Finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { MiniatureCache } from "./miniature-cache.ts";

/** The shares that are tried: from the paper's own to one that leaves little but LRU. */
const WINDOW_SHARES = [0.01, 0.1, 0.3, 0.6, 0.98];
/** Until the first round has ended: the one that is never far off. */
const FIRST_WINDOW_SHARE = 0.3;
/** A miniature has from this many slots to twice as many, all of them where the cache itself has fewer. */
const MINIATURE_SIZE = 256;
/** How many accesses that are played through make a round. */
const ROUND = 1_000;
/** How much of the rounds before counts on in the next. */
const REMEMBERED = 0.75;
/** How much better than the present share another one must be, in hits for each access. */
const MARGIN = 0.005;

/**
 * Finds the window's best share: plays a sample of all accesses through five miniatures of the cache, each with a share of its
 * own, and after each round takes that of the one with the most hits. Hits of earlier rounds count less and less.
 *
 * Which share is right depends on the load alone: a loop wants next to no window, a working set that moves on wants
 * hardly anything else, and the wrong one of the two costs up to half of all hits. The hill climber of "Adaptive
 * Software Cache Management" (Einziger, Eytan, Friedman, Manes, Middleware 2018) compares the hit ratio before and after
 * a step, and so takes every change of the load for its own doing; miniatures see the same accesses at the same time.
 *
 * C. Waldspurger, T. Saemundsson, I. Ahmad, N. Park, "Cache Modeling and Optimization using Miniature Simulations",
 * USENIX ATC 2017.
 *
 * The sample is every 2 ** n-th identity, so that the miniatures' slots together are less than 512 x 5 however large the cache
 * is. Cost: O(1); a cache of fewer than 512 records plays every access five times, one of 10,000 every 32nd.
 */
export class WindowTuner {
  readonly #frequencies: FrequencyMemory;
  #windowShare = FIRST_WINDOW_SHARE;
  #miniatures: readonly MiniatureCache[] = [];
  #capacity = 0;
  /** One in 2 ** this many identities is played through. */
  #sampling = 0;
  /** Of this round, and of all that still count. */
  #accesses = 0;
  #weightedAccesses = 0;

  constructor(frequencies: FrequencyMemory) {
    this.#frequencies = frequencies;
    this.clear();
  }

  get windowShare(): number {
    return this.#windowShare;
  }

  /** Notes an access to `identity` in a cache that holds `capacity` slots; begins anew where that has doubled. */
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
