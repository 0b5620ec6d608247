import { assert } from "../../src/base/assert.ts";
import type { EvictionStrategy } from "../../src/eviction/eviction-strategy.ts";

const ABSENT = -1;

/**
 * How many of `accesses` a cache of `capacity` records answers with this strategy. Makes the calls
 * that CacheStorage makes if `maxItems` is the bound: a use if the record is in memory. Otherwise,
 * if there is no room, a batch of victims (never more than half of the residents), and then the new
 * record. Every key of `accesses` is an identity below `keys`.
 */
export function simulateHits(accesses: Int32Array, keys: number, strategy: EvictionStrategy, capacity: number, batchSize = 1): number {
  const slots = new Int32Array(keys).fill(ABSENT);
  const identities = new Int32Array(capacity);
  const freeSlots = Array.from({ length: capacity }, (_, slot) => capacity - 1 - slot);
  let hits = 0;
  for (const identity of accesses) {
    const slot = slots[identity] ?? ABSENT;
    if (slot !== ABSENT) {
      strategy.touch(slot);
      hits++;
      continue;
    }
    if (freeSlots.length === 0) {
      for (let left = Math.min(batchSize, Math.ceil(capacity / 2)); left > 0; left--) {
        const victim = strategy.takeVictim();
        assert(victim !== undefined, "the strategy tracks every resident");
        slots[identities[victim] ?? 0] = ABSENT;
        freeSlots.push(victim);
      }
    }
    const free = freeSlots.pop();
    assert(free !== undefined, "there is room after a batch has left");
    slots[identity] = free;
    identities[free] = identity;
    strategy.admit(free, identity);
  }
  return hits;
}
