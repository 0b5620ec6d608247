import { type Finding, finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { GhostMemory } from "./memory/ghost-memory.ts";
import { LinkedKeys } from "./linked-keys.ts";
import { grown } from "../base/grown.ts";

const SMALL = 0;
const MAIN = 1;
/** All of these are the paper's. */
const SMALL_SHARE = 0.1;
const GHOSTS_PER_KEY = 0.9;
const MAX_FREQUENCY = 3;

/**
 * S3-FIFO: three queues, none of which is ever reordered by a use.
 *
 * J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi, "FIFO queues are all you need for cache eviction", SOSP 2023.
 *
 * Most records are used once and not again soon: the small queue, a tenth of all keys, lets them go quickly. A key that was used
 * more than once while it was there goes on to the main queue; any other leaves, and is remembered as a ghost.
 * What comes back while it is a ghost enters the main queue at once. The main queue's first goes round again for as
 * many times as it was used, three at most, and leaves when its uses are used up.
 *
 * The paper's sizes are shares of the capacity. Here the small queue's is a share of the keys that are tracked when a
 * victim is asked for, and the ghosts' a share of the most that ever were: neither bound of the cache tells how many
 * records it will hold. `takeVictim` is O(1) on average: each further step uses up a use, or moves a key on for good.
 */
export class S3FIFOEvictionStrategy implements EvictionStrategy {
  readonly #keys = new LinkedKeys(2);
  readonly #ghosts = new GhostMemory();
  #listOf = new Uint8Array(16);
  #frequencies = new Uint8Array(16);
  #identities = new Uint32Array(16);
  #smallCount = 0;
  #most = 0;

  get size(): number {
    return this.#keys.size;
  }

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  admit(key: number, identity: number): void {
    const list = this.#ghosts.take(identity, GHOSTS_PER_KEY * this.#most) ? MAIN : SMALL;
    this.#keys.append(list, key);
    if (list === SMALL) this.#smallCount++;
    this.#listOf = grown(this.#listOf, key + 1);
    this.#listOf[key] = list;
    this.#frequencies = grown(this.#frequencies, key + 1);
    this.#frequencies[key] = 0;
    this.#identities = grown(this.#identities, key + 1);
    this.#identities[key] = identity;
    if (this.#keys.size > this.#most) this.#most = this.#keys.size;
  }

  touch(key: number): void {
    this.#frequencies[key] = Math.min(MAX_FREQUENCY, this.#frequencyOf(key) + 1);
  }

  forget(key: number): void {
    if (this.#keys.remove(key) && this.#listOf[key] === SMALL) this.#smallCount--;
  }

  takeVictim(): number | undefined {
    for (;;) {
      const small = this.#keys.first(SMALL);
      const main = this.#keys.first(MAIN);
      if (small !== undefined && (main === undefined || this.#smallCount >= SMALL_SHARE * this.#keys.size)) {
        if (this.#frequencyOf(small) <= 1) return this.#leave(small);
        this.#promote(small);
      } else if (main !== undefined) {
        if (this.#frequencyOf(main) === 0) return this.#leave(main);
        this.#frequencies[main] = this.#frequencyOf(main) - 1;
        this.#keys.moveToEnd(MAIN, main);
      } else return undefined;
    }
  }

  clear(): void {
    this.#keys.clear();
    this.#ghosts.clear();
    this.#smallCount = 0;
    this.#most = 0;
  }

  verify(): Finding[] {
    const findings = this.#keys.verify();
    for (const list of [SMALL, MAIN]) {
      let count = 0;
      for (const key of this.#keys.keys(list)) {
        if (this.#listOf[key] !== list)
          findings.push(finding("EVICTION_LIST", `key ${key} of queue ${this.#listOf[key]} is in queue ${list}`));
        count++;
      }
      const expected = list === SMALL ? this.#smallCount : this.#keys.size - this.#smallCount;
      if (count !== expected) findings.push(finding("EVICTION_COUNT", `queue ${list} has ${count} keys but ${expected} counted`));
    }
    return findings;
  }

  #frequencyOf(key: number): number {
    return this.#frequencies[key] ?? 0;
  }

  #promote(key: number): void {
    this.#keys.moveToEnd(MAIN, key);
    this.#listOf[key] = MAIN;
    this.#smallCount--;
    this.#frequencies[key] = 0;
  }

  #leave(key: number): number {
    if (this.#listOf[key] === SMALL) this.#ghosts.add(this.#identities[key] ?? 0);
    this.forget(key);
    return key;
  }
}
