import { grown } from "../../base/grown.ts";

const COUNT_BITS = 4;
/** Counts stop growing here, so that four halvings set any count to zero. */
const MAX_COUNT = 15;
const MAX_AGE = 0xfff;

/**
 * How often each identity was used lately, tracked or not. The paper on TinyLFU keeps these counts
 * in a sketch.
 *
 * Identities are small integers without large gaps. So an exact count for each identity costs 2
 * bytes, less than the counters of a sketch. Raising the age halves all counts at once: an entry
 * keeps its count and the age at that time, and is halved when it is read. The age wraps around
 * after 4,096 halvings. An identity that was not used during all of them may then have its old
 * count back for a time.
 */
export class FrequencyMemory {
  #entries = new Uint16Array(16);
  #age = 0;
  #uses = 0;

  /** Notes one use. All counts are halved after every `period` uses. */
  add(identity: number, period: number): void {
    this.#entries = grown(this.#entries, identity + 1);
    const count = Math.min(MAX_COUNT, this.of(identity) + 1);
    this.#entries[identity] = (this.#age << COUNT_BITS) | count;
    if (++this.#uses < period) return;
    this.#uses = 0;
    this.#age = (this.#age + 1) & MAX_AGE;
  }

  of(identity: number): number {
    const entry = this.#entries[identity] ?? 0;
    const halvings = (this.#age - (entry >>> COUNT_BITS)) & MAX_AGE;
    return halvings > COUNT_BITS ? 0 : (entry & MAX_COUNT) >>> halvings;
  }

  clear(): void {
    this.#entries = new Uint16Array(16);
    this.#uses = 0;
  }
}
