import { expect, test } from "vitest";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import { LFUEvictionStrategy } from "../../src/eviction/lfu-eviction-strategy.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { describeEvictionStrategy, type NaiveStrategy } from "../contracts/eviction-strategy-contract.ts";

class NaiveLru implements NaiveStrategy {
  #keys: number[] = [];
  admit(key: number): void {
    this.#keys.push(key);
  }
  touch(key: number): void {
    this.forget(key);
    this.admit(key);
  }
  forget(key: number): void {
    this.#keys = this.#keys.filter((other) => other !== key);
  }
  takeVictim(): number | undefined {
    return this.#keys.shift();
  }
  clear(): void {
    this.#keys = [];
  }
  keys(): number[] {
    return this.#keys;
  }
}

/** Sorts by frequency, then by the last use; halves every frequency after four uses a key. */
class NaiveLfu implements NaiveStrategy {
  #keys: { key: number; frequency: number }[] = [];
  #uses = 0;
  admit(key: number): void {
    this.#use(key, 1);
  }
  touch(key: number): void {
    const frequency = this.#keys.find((entry) => entry.key === key)?.frequency ?? 0;
    this.forget(key);
    this.#use(key, Math.min(15, frequency + 1));
  }
  forget(key: number): void {
    this.#keys = this.#keys.filter((entry) => entry.key !== key);
  }
  takeVictim(): number | undefined {
    const least = Math.min(...this.#keys.map((entry) => entry.frequency));
    const victim = this.#keys.find((entry) => entry.frequency === least);
    if (victim !== undefined) this.forget(victim.key);
    return victim?.key;
  }
  clear(): void {
    this.#keys = [];
    this.#uses = 0;
  }
  keys(): number[] {
    return this.#keys.map((entry) => entry.key);
  }
  #use(key: number, frequency: number): void {
    this.#keys.push({ key, frequency });
    if (++this.#uses < 4 * this.#keys.length) return;
    this.#uses = 0;
    // Of those that now share a frequency, the ones that had less stand first.
    const before = this.#keys.toSorted((a, b) => a.frequency - b.frequency);
    this.#keys = before.map((entry) => ({ key: entry.key, frequency: entry.frequency >>> 1 }));
  }
}

describeEvictionStrategy(
  "lru",
  () => new LRUEvictionStrategy(),
  () => new NaiveLru(),
);
describeEvictionStrategy(
  "lfu",
  () => new LFUEvictionStrategy(),
  () => new NaiveLfu(),
);

test("every listed strategy bears the name that it is listed under", () => {
  for (const [name, create] of Object.entries(EVICTION_STRATEGIES)) expect(create().name).toBe(name);
});

test("lfu lets a new working set in: frequencies age", () => {
  const strategy = new LFUEvictionStrategy();
  const capacity = 100;
  const resident = new Set<number>();
  const slots: number[] = [];
  let nextSlot = 0;
  const slotOf = new Map<number, number>();
  const fileIn = new Map<number, number>();
  const read = (file: number): boolean => {
    if (resident.has(file)) {
      strategy.touch(slotOf.get(file) as number);
      return true;
    }
    if (resident.size === capacity) {
      const slot = strategy.takeVictim() as number;
      resident.delete(fileIn.get(slot) as number);
      slots.push(slot);
    }
    const slot = slots.pop() ?? nextSlot++;
    slotOf.set(file, slot);
    fileIn.set(slot, file);
    resident.add(file);
    strategy.admit(slot);
    return false;
  };
  for (let round = 0; round < 50; round++) for (let file = 0; file < capacity; file++) read(file);
  let hits = 0;
  for (let access = 0; access < 4_000; access++) if (read(1_000 + (access % 20))) hits++;
  expect(hits).toBeGreaterThan(2_000);
});
