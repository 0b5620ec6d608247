import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EvictionStrategy } from "../../src/eviction/eviction-strategy.ts";

/** The same strategy done in the plainest way: arrays and sorting, no cleverness to share a mistake with. */
export interface NaiveStrategy {
  admit(key: number): void;
  touch(key: number): void;
  forget(key: number): void;
  takeVictim(): number | undefined;
  clear(): void;
  keys(): number[];
}

type Step = readonly ["admit" | "touch" | "forget" | "victim" | "clear", number];

const steps = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 8, arbitrary: fc.constant("admit" as const) },
      { weight: 12, arbitrary: fc.constant("touch" as const) },
      { weight: 2, arbitrary: fc.constant("forget" as const) },
      { weight: 4, arbitrary: fc.constant("victim" as const) },
      { weight: 1, arbitrary: fc.constant("clear" as const) },
    ),
    fc.nat(9),
  ),
  { maxLength: 200 },
);

/** What every eviction strategy must do, and that it names the same victims as its naive reference. */
export function describeEvictionStrategy(name: string, create: () => EvictionStrategy, createNaive: () => NaiveStrategy): void {
  describe(`the ${name} strategy`, () => {
    test("tracks exactly what was admitted and has not left, and names the victims of its naive reference", () => {
      fc.assert(
        fc.property(steps, (sequence) => {
          const strategy = create();
          const naive = createNaive();
          for (const step of sequence) {
            run(strategy, naive, step);
            expect(strategy.verify()).toEqual([]);
            const keys = naive.keys();
            expect(strategy.size).toBe(keys.length);
            for (let key = 0; key < 10; key++) expect(strategy.has(key)).toBe(keys.includes(key));
          }
        }),
        { numRuns: 500 },
      );
    });

    test("names every key once until none is left", () => {
      const strategy = create();
      for (let key = 0; key < 1_000; key++) strategy.admit(key, 1);
      const victims = Array.from({ length: 1_000 }, () => strategy.takeVictim());
      expect(new Set(victims).size).toBe(1_000);
      expect(strategy.takeVictim()).toBeUndefined();
      expect(strategy.size).toBe(0);
    });

    test("ignores the end of a key that it does not track", () => {
      const strategy = create();
      strategy.forget(3);
      strategy.admit(3, 1);
      strategy.forget(3);
      strategy.forget(3);
      expect(strategy.size).toBe(0);
    });

    test("refuses to admit a key twice, since storage and strategy would then disagree", () => {
      const strategy = create();
      strategy.admit(7, 1);
      expect(() => strategy.admit(7, 1)).toThrow(expect.objectContaining({ code: "E_INVARIANT" }) as Error);
    });
  });
}

function run(strategy: EvictionStrategy, naive: NaiveStrategy, [kind, key]: Step): void {
  switch (kind) {
    case "admit":
      if (strategy.has(key)) return;
      strategy.admit(key, 1);
      return naive.admit(key);
    case "touch":
      if (!strategy.has(key)) return;
      strategy.touch(key);
      return naive.touch(key);
    case "forget":
      strategy.forget(key);
      return naive.forget(key);
    case "victim":
      return expect(strategy.takeVictim()).toBe(naive.takeVictim());
    case "clear":
      strategy.clear();
      return naive.clear();
  }
}
