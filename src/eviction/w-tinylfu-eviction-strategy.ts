import type { Finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { FrequencyMemory } from "./memory/frequency-memory.ts";
import { WindowTuner } from "./window-tuner.ts";
import { WindowedSlots } from "./windowed-slots.ts";

/**
 * The paper's sample: all frequencies are halved after this many accesses per slot that the cache
 * holds.
 */
const ACCESSES_PER_AGEING = 10;

/**
 * W-TinyLFU: a new record stays only if it was used more often lately than the record that it would
 * displace.
 *
 * G. Einziger, R. Friedman, B. Manes, "TinyLFU: A Highly Efficient Cache Admission Policy", ACM
 * Transactions on Storage 13(4), 2017.
 *
 * New records enter a window, which is kept by recency. The oldest record of the window competes
 * with the oldest record of the main part: the record whose identity was used less often, in or out
 * of the cache, leaves. So a scan passes through the window and does not touch the rest, and
 * records that are used often come back to stay. `WindowedSlots` has the lists, and describes how a
 * batch of victims is chosen. `FrequencyMemory` has the frequencies. `WindowTuner` finds the best
 * size of the window.
 *
 * The strategy takes the greatest number of slots that it ever tracked as the capacity of the
 * cache: neither bound tells how many records the cache can hold. Memory besides the lists of
 * slots: 2 bytes for each record of the project, and up to 10 more if the cache holds fewer than
 * 512 records.
 */
export class WTinyLFUEvictionStrategy implements EvictionStrategy {
  readonly #frequencies = new FrequencyMemory();
  readonly #tuner = new WindowTuner(this.#frequencies);
  readonly #slots = new WindowedSlots(this.#frequencies, this.#tuner.windowShare);
  #most = 0;

  get size(): number {
    return this.#slots.size;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  admit(slot: number, identity: number): void {
    this.#slots.admit(slot, identity);
    if (this.#slots.size > this.#most) this.#most = this.#slots.size;
    this.#note(identity);
  }

  touch(slot: number): void {
    this.#slots.touch(slot);
    this.#note(this.#slots.identityOf(slot));
  }

  forget(slot: number): void {
    this.#slots.forget(slot);
  }

  takeVictim(): number | undefined {
    return this.#slots.takeVictim();
  }

  clear(): void {
    this.#slots.clear();
    this.#frequencies.clear();
    this.#tuner.clear();
    this.#most = 0;
  }

  verify(): Finding[] {
    return [...this.#slots.verify(), ...this.#tuner.verify()];
  }

  #note(identity: number): void {
    this.#frequencies.add(identity, ACCESSES_PER_AGEING * this.#most);
    this.#tuner.note(identity, this.#most);
    this.#slots.windowShare = this.#tuner.windowShare;
  }
}
