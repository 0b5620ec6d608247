import { type Finding, finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { GhostMemory } from "./memory/ghost-memory.ts";
import { LinkedSlots } from "./linked-slots.ts";
import { grown } from "../base/grown.ts";

const SMALL = 0;
const MAIN = 1;
/** These numbers are the paper's. */
const SMALL_SHARE = 0.1;
const GHOSTS_PER_SLOT = 0.9;
const MAX_FREQUENCY = 3;

/**
 * S3-FIFO: three queues. A use never moves a record within a queue.
 *
 * J. Yang, Y. Zhang, Z. Qiu, Y. Yue, K. V. Rashmi, "FIFO queues are all you need for cache
 * eviction", SOSP 2023.
 *
 * Most records are used once and not again soon. The small queue, a tenth of all slots, lets them
 * leave quickly. A record that was used more than once while it was in the small queue moves on to
 * the main queue. Any other record leaves, and is remembered as a ghost. A record that comes back
 * while it is a ghost enters the main queue at once. The first record of the main queue goes round
 * again, once for each of its uses, three times at most. It leaves when these uses are spent.
 *
 * In the paper, the sizes are shares of the capacity. Here the small queue is a share of the slots
 * that are tracked when a victim is taken, and the ghosts are a share of the greatest number of
 * slots that were ever tracked: neither bound of the cache tells how many records it will hold.
 * `takeVictim` is O(1) on average: each further step spends one use, or moves a slot on for good.
 */
export class S3FIFOEvictionStrategy implements EvictionStrategy {
  readonly #slots = new LinkedSlots(2);
  readonly #ghosts = new GhostMemory();
  #listOf = new Uint8Array(16);
  #frequencies = new Uint8Array(16);
  #identities = new Uint32Array(16);
  #smallCount = 0;
  #most = 0;

  get size(): number {
    return this.#slots.size;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  admit(slot: number, identity: number): void {
    const list = this.#ghosts.take(identity, GHOSTS_PER_SLOT * this.#most) ? MAIN : SMALL;
    this.#slots.append(list, slot);
    if (list === SMALL) this.#smallCount++;
    this.#listOf = grown(this.#listOf, slot + 1);
    this.#listOf[slot] = list;
    this.#frequencies = grown(this.#frequencies, slot + 1);
    this.#frequencies[slot] = 0;
    this.#identities = grown(this.#identities, slot + 1);
    this.#identities[slot] = identity;
    if (this.#slots.size > this.#most) this.#most = this.#slots.size;
  }

  touch(slot: number): void {
    this.#frequencies[slot] = Math.min(MAX_FREQUENCY, this.#frequencyOf(slot) + 1);
  }

  forget(slot: number): void {
    if (this.#slots.remove(slot) && this.#listOf[slot] === SMALL) this.#smallCount--;
  }

  takeVictim(): number | undefined {
    for (;;) {
      const small = this.#slots.first(SMALL);
      const main = this.#slots.first(MAIN);
      if (small !== undefined && (main === undefined || this.#smallCount >= SMALL_SHARE * this.#slots.size)) {
        if (this.#frequencyOf(small) <= 1) return this.#leave(small);
        this.#promote(small);
      } else if (main !== undefined) {
        if (this.#frequencyOf(main) === 0) return this.#leave(main);
        this.#frequencies[main] = this.#frequencyOf(main) - 1;
        this.#slots.moveToEnd(MAIN, main);
      } else return undefined;
    }
  }

  clear(): void {
    this.#slots.clear();
    this.#ghosts.clear();
    this.#smallCount = 0;
    this.#most = 0;
  }

  verify(): Finding[] {
    const findings = this.#slots.verify();
    for (const list of [SMALL, MAIN]) {
      let count = 0;
      for (const slot of this.#slots.slots(list)) {
        if (this.#listOf[slot] !== list)
          findings.push(finding("EVICTION_LIST", `slot ${slot} of queue ${this.#listOf[slot]} is in queue ${list}`));
        count++;
      }
      const expected = list === SMALL ? this.#smallCount : this.#slots.size - this.#smallCount;
      if (count !== expected) findings.push(finding("EVICTION_COUNT", `queue ${list} has ${count} slots, but ${expected} are counted`));
    }
    return findings;
  }

  #frequencyOf(slot: number): number {
    return this.#frequencies[slot] ?? 0;
  }

  #promote(slot: number): void {
    this.#slots.moveToEnd(MAIN, slot);
    this.#listOf[slot] = MAIN;
    this.#smallCount--;
    this.#frequencies[slot] = 0;
  }

  #leave(slot: number): number {
    if (this.#listOf[slot] === SMALL) this.#ghosts.add(this.#identities[slot] ?? 0);
    this.forget(slot);
    return slot;
  }
}
