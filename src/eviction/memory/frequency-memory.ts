import { grown } from "../../base/grown.ts";

const COUNT_BITS = 4;
/** Counts saturate here, so that four halvings forget any of them. */
const MAX_COUNT = 15;
const MAX_AGE = 0xfff;

/**
 * How often each identity was used lately, whether it is tracked or not: what the paper on TinyLFU keeps in a sketch.
 *
 * Identities are small integers without large gaps, so a count of its own for each costs 2 bytes, less than a
 * sketch's counters would take, and is exact. All counts are halved at once by raising the age: an entry keeps its
 * count and the age at that time, and is halved when it is read. The age wraps around after 4,096 halvings; an identity
 * that was not used all that while may then, for a time, have its old count back.
 */
export class FrequencyMemory {
  #entries = new Uint16Array(16);
  #age = 0;
  #uses = 0;

  /** Notes one use; every `period` uses all counts are halved. */
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
