import { type Finding, finding } from "../base/finding.ts";
import type { FrequencyMemory } from "./memory/frequency-memory.ts";
import { grown } from "../base/grown.ts";
import { WindowedSlots } from "./windowed-slots.ts";

/**
 * A small simulated cache. It counts the accesses that the cache would answer if the window had
 * this share.
 */
export class MiniatureCache {
  hits = 0;
  readonly #slots: WindowedSlots;
  /** For each sample, its slot plus 1; 0 if the sample is not in the miniature. */
  #slotsBySample = new Uint16Array(16);
  #samples: Uint32Array = new Uint32Array(16);

  constructor(frequencies: FrequencyMemory, windowShare: number) {
    this.#slots = new WindowedSlots(frequencies, windowShare);
  }

  get windowShare(): number {
    return this.#slots.windowShare;
  }

  /**
   * `sample` is a small integer for `identity` among the sampled identities. `capacity` may grow
   * from call to call. It is less than 2 ** 16.
   */
  access(sample: number, identity: number, capacity: number): void {
    const slot = (this.#slotsBySample[sample] ?? 0) - 1;
    if (slot >= 0) {
      this.hits++;
      this.#slots.touch(slot);
      return;
    }
    const free = this.#freeSlot(capacity);
    this.#slotsBySample = grown(this.#slotsBySample, sample + 1);
    this.#slotsBySample[sample] = free + 1;
    this.#samples = grown(this.#samples, free + 1);
    this.#samples[free] = sample;
    this.#slots.admit(free, identity);
  }

  verify(): Finding[] {
    const findings = this.#slots.verify();
    let count = 0;
    for (const [sample, slot] of this.#slotsBySample.entries()) {
      if (slot === 0) continue;
      count++;
      if (!this.#slots.has(slot - 1) || this.#samples[slot - 1] !== sample)
        findings.push(finding("EVICTION_LIST", `a miniature has sample ${sample} under a wrong slot`));
    }
    if (count !== this.#slots.size)
      findings.push(finding("EVICTION_COUNT", `a miniature has ${count} samples, but ${this.#slots.size} slots`));
    return findings;
  }

  #freeSlot(capacity: number): number {
    const victim = this.#slots.size < capacity ? undefined : this.#slots.takeVictim();
    if (victim === undefined) return this.#slots.size;
    this.#slotsBySample[this.#samples[victim] ?? 0] = 0;
    return victim;
  }
}
