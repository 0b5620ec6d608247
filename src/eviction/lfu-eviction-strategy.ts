import { type Finding, finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LinkedKeys } from "./linked-keys.ts";
import { grown } from "../base/grown.ts";

/** Frequencies saturate here: how much more than this a key was used does not make it worth more. */
const MAX_FREQUENCY = 15;
/** All frequencies are halved after this many uses for each tracked key. */
const USES_PER_AGEING = 4;

/**
 * Least frequently used, with ageing: what was popular once gives way within a few thousand uses.
 *
 * A list for each frequency from 0 to 15, each in the order of the last use; the victim is the first key of the
 * lowest list that is not empty. Ageing halves every frequency at once by joining lists (2 and 3 become 1, …), so it
 * costs 15 steps however many keys there are: a key keeps the frequency of its last use and the age at that time,
 * and its present frequency is that frequency halved once for each ageing since.
 */
export class LFUEvictionStrategy implements EvictionStrategy {
  readonly #keys = new LinkedKeys(MAX_FREQUENCY + 1);
  #frequencies = new Uint8Array(16);
  #ages = new Uint32Array(16);
  #age = 0;
  #uses = 0;

  get size(): number {
    return this.#keys.size;
  }

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  admit(key: number): void {
    this.#frequencies = grown(this.#frequencies, key + 1);
    this.#ages = grown(this.#ages, key + 1);
    this.#keys.append(1, key);
    this.#note(key, 1);
  }

  touch(key: number): void {
    const frequency = Math.min(MAX_FREQUENCY, this.#frequencyOf(key) + 1);
    this.#keys.moveToEnd(frequency, key);
    this.#note(key, frequency);
  }

  forget(key: number): void {
    this.#keys.remove(key);
  }

  takeVictim(): number | undefined {
    for (let frequency = 0; frequency <= MAX_FREQUENCY; frequency++) {
      const victim = this.#keys.first(frequency);
      if (victim === undefined) continue;
      this.#keys.remove(victim);
      return victim;
    }
    return undefined;
  }

  clear(): void {
    this.#keys.clear();
    this.#uses = 0;
  }

  verify(): Finding[] {
    const findings = this.#keys.verify();
    for (let frequency = 0; frequency <= MAX_FREQUENCY; frequency++) {
      for (const key of this.#keys.keys(frequency)) {
        if (this.#frequencyOf(key) !== frequency)
          findings.push(finding("EVICTION_LIST", `key ${key} of frequency ${this.#frequencyOf(key)} is listed under ${frequency}`));
      }
    }
    return findings;
  }

  #frequencyOf(key: number): number {
    const halvings = this.#age - (this.#ages[key] ?? 0);
    return halvings > 4 ? 0 : (this.#frequencies[key] ?? 0) >>> halvings;
  }

  #note(key: number, frequency: number): void {
    this.#frequencies[key] = frequency;
    this.#ages[key] = this.#age;
    if (++this.#uses >= USES_PER_AGEING * this.#keys.size) this.#halveAll();
  }

  #halveAll(): void {
    this.#uses = 0;
    this.#age++;
    for (let frequency = 1; frequency <= MAX_FREQUENCY; frequency++) this.#keys.join(frequency >>> 1, frequency);
  }
}
