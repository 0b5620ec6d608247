import { type Finding, finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LinkedSlots } from "./linked-slots.ts";
import { grown } from "../base/grown.ts";

/** Frequencies stop growing here: more uses than this do not make a record more valuable. */
const MAX_FREQUENCY = 15;
/** All frequencies are halved after this many uses per tracked slot. */
const USES_PER_AGEING = 4;

/**
 * Least frequently used, with ageing: a record that was popular once can be evicted after a few
 * thousand other uses.
 *
 * There is one list for each frequency from 0 to 15, in the order of the last use. The victim is
 * the first slot of the lowest list that is not empty. Ageing halves every frequency at once by
 * joining lists (2 and 3 become 1, and so on), so it costs 15 steps for any number of slots. A slot
 * keeps the frequency of its last use and the age at that time. Its current frequency is this
 * frequency, halved once for each ageing since.
 */
export class LFUEvictionStrategy implements EvictionStrategy {
  readonly #slots = new LinkedSlots(MAX_FREQUENCY + 1);
  #frequencies = new Uint8Array(16);
  #ages = new Uint32Array(16);
  #age = 0;
  #uses = 0;

  get size(): number {
    return this.#slots.size;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  admit(slot: number): void {
    this.#frequencies = grown(this.#frequencies, slot + 1);
    this.#ages = grown(this.#ages, slot + 1);
    this.#slots.append(1, slot);
    this.#note(slot, 1);
  }

  touch(slot: number): void {
    const frequency = Math.min(MAX_FREQUENCY, this.#frequencyOf(slot) + 1);
    this.#slots.moveToEnd(frequency, slot);
    this.#note(slot, frequency);
  }

  forget(slot: number): void {
    this.#slots.remove(slot);
  }

  takeVictim(): number | undefined {
    for (let frequency = 0; frequency <= MAX_FREQUENCY; frequency++) {
      const victim = this.#slots.first(frequency);
      if (victim === undefined) continue;
      this.#slots.remove(victim);
      return victim;
    }
    return undefined;
  }

  clear(): void {
    this.#slots.clear();
    this.#uses = 0;
  }

  verify(): Finding[] {
    const findings = this.#slots.verify();
    for (let frequency = 0; frequency <= MAX_FREQUENCY; frequency++) {
      for (const slot of this.#slots.slots(frequency)) {
        if (this.#frequencyOf(slot) !== frequency)
          findings.push(finding("EVICTION_LIST", `slot ${slot} of frequency ${this.#frequencyOf(slot)} is listed under ${frequency}`));
      }
    }
    return findings;
  }

  #frequencyOf(slot: number): number {
    const halvings = this.#age - (this.#ages[slot] ?? 0);
    return halvings > 4 ? 0 : (this.#frequencies[slot] ?? 0) >>> halvings;
  }

  #note(slot: number, frequency: number): void {
    this.#frequencies[slot] = frequency;
    this.#ages[slot] = this.#age;
    if (++this.#uses >= USES_PER_AGEING * this.#slots.size) this.#halveAll();
  }

  #halveAll(): void {
    this.#uses = 0;
    this.#age++;
    for (let frequency = 1; frequency <= MAX_FREQUENCY; frequency++) this.#slots.join(frequency >>> 1, frequency);
  }
}
