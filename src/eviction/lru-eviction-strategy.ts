import type { Finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LinkedSlots } from "./linked-slots.ts";

const RECENCY = 0;

/** Least recently used: one list in the order of the last use. The victim is its first slot. */
export class LRUEvictionStrategy implements EvictionStrategy {
  readonly #slots = new LinkedSlots(1);

  get size(): number {
    return this.#slots.size;
  }

  has(slot: number): boolean {
    return this.#slots.has(slot);
  }

  admit(slot: number): void {
    this.#slots.append(RECENCY, slot);
  }

  touch(slot: number): void {
    this.#slots.moveToEnd(RECENCY, slot);
  }

  forget(slot: number): void {
    this.#slots.remove(slot);
  }

  takeVictim(): number | undefined {
    const victim = this.#slots.first(RECENCY);
    if (victim !== undefined) this.#slots.remove(victim);
    return victim;
  }

  clear(): void {
    this.#slots.clear();
  }

  verify(): Finding[] {
    return this.#slots.verify();
  }
}
