import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrequencyMemory } from "../../src/eviction/memory/frequency-memory.ts";
import { GhostMemory } from "../../src/eviction/memory/ghost-memory.ts";
import { MiniatureCache } from "../../src/eviction/miniature-cache.ts";
import { WindowTuner } from "../../src/eviction/window-tuner.ts";

describe("FrequencyMemory", () => {
  test("counts up to 15 uses of each identity, and halves all counts after each period", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (uses, period) => {
        const memory = new FrequencyMemory();
        const counts = Array.from({ length: 10 }, () => 0);
        for (const [number, identity] of uses.entries()) {
          memory.add(identity, period);
          counts[identity] = Math.min(15, (counts[identity] ?? 0) + 1);
          if ((number + 1) % period === 0) for (const [each, count] of counts.entries()) counts[each] = count >>> 1;
          expect(counts.map((_, each) => memory.of(each))).toEqual(counts);
          expect(memory.of(1_000)).toBe(0);
        }
      }),
    );
  });

  test("still halves and forgets after its age has come round", () => {
    const memory = new FrequencyMemory();
    for (let use = 0; use < 5_000; use++) memory.add(1, 1);
    for (let use = 0; use < 8; use++) memory.add(0, 9);
    expect(memory.of(0)).toBe(8);
    expect(memory.of(2)).toBe(0);
    memory.add(1, 9);
    expect(memory.of(0)).toBe(4);
  });
});

test("GhostMemory knows those of the last so many that left and have not come back, like a queue of them", () => {
  const step = fc.record({ leaves: fc.boolean(), identity: fc.nat(12), reach: fc.nat(8) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const memory = new GhostMemory();
      let queue: (number | undefined)[] = [];
      for (const { leaves, identity, reach } of steps) {
        const isGhost = reach > 0 && queue.slice(-reach).includes(identity);
        expect(leaves ? isGhost : memory.take(identity, reach)).toBe(isGhost);
        queue = queue.map((ghost) => (ghost === identity ? undefined : ghost));
        if (leaves) {
          memory.add(identity);
          queue.push(identity);
        }
      }
    }),
  );
});

test("a miniature answers what a cache of its size would, and stays sound while it grows", () => {
  const frequencies = new FrequencyMemory();
  const miniature = new MiniatureCache(frequencies, 0.98);
  // With that window it is next to LRU: of a working set that fits, only the first uses miss.
  for (let access = 0; access < 1_000; access++) miniature.access(access % 10, access % 10, Math.min(20, 5 + access));
  expect(miniature.hits).toBe(990);
  for (let access = 0; access < 1_000; access++) miniature.access(access, access, 20);
  expect(miniature.verify()).toEqual([]);
});

describe("WindowTuner", () => {
  // The second capacity has the tuner look at a sample only.
  test.each([100, 3_000])("finds that a loop wants next to no window, and what moves on wants much, with %i keys", (capacity) => {
    const frequencies = new FrequencyMemory();
    const tuner = new WindowTuner(frequencies);
    const access = (identity: number): void => {
      frequencies.add(identity, 10 * capacity);
      tuner.note(identity, capacity);
    };
    const movingOn = (): void => {
      // Everything is used four times within half the capacity, and then never again.
      for (let position = 0; position < 200 * capacity + 60_000; position++) {
        const newest = Math.floor(position / 4);
        access(newest + ((position % 4) * capacity) / 10);
      }
    };
    for (let position = 0; position < 60_000; position++) access(position % Math.floor(capacity * 1.1));
    expect(tuner.windowShare).toBe(0.01);
    movingOn();
    expect(tuner.windowShare).toBeGreaterThanOrEqual(0.3);
    for (let position = 0; position < 200 * capacity + 120_000; position++) access(position % Math.floor(capacity * 1.1));
    expect(tuner.windowShare).toBe(0.01);
    expect(tuner.verify()).toEqual([]);
  });

  test("of a large cache plays only every so many identities through", () => {
    const tuner = new WindowTuner(new FrequencyMemory());
    const first = tuner.windowShare;
    // A loop, which wants another share than the first, but over identities of which none is in the
    // sample.
    for (let position = 0; position < 200_000; position++) tuner.note((position % 3_300) * 8 + 1, 3_000);
    expect(tuner.windowShare).toBe(first);
    for (let position = 0; position < 200_000; position++) tuner.note((position % 3_300) * 8, 3_000);
    expect(tuner.windowShare).not.toBe(first);
  });
});
