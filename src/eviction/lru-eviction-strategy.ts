import type { Finding } from "../base/finding.ts";
import type { EvictionStrategy } from "./eviction-strategy.ts";
import { LinkedKeys } from "./linked-keys.ts";

const RECENCY = 0;

/** Least recently used: one list in the order of the last use; the victim is its first key. */
export class LRUEvictionStrategy implements EvictionStrategy {
  readonly #keys = new LinkedKeys(1);

  get size(): number {
    return this.#keys.size;
  }

  has(key: number): boolean {
    return this.#keys.has(key);
  }

  admit(key: number): void {
    this.#keys.append(RECENCY, key);
  }

  touch(key: number): void {
    this.#keys.moveToEnd(RECENCY, key);
  }

  forget(key: number): void {
    this.#keys.remove(key);
  }

  takeVictim(): number | undefined {
    const victim = this.#keys.first(RECENCY);
    if (victim !== undefined) this.#keys.remove(victim);
    return victim;
  }

  clear(): void {
    this.#keys.clear();
  }

  verify(): Finding[] {
    return this.#keys.verify();
  }
}
