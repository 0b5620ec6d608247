import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { assert } from "../../src/base/assert.ts";
import type { EvictionStrategy } from "../../src/eviction/eviction-strategy.ts";

/**
 * The same strategy done in the plainest way: arrays and sorting, no cleverness to share a mistake
 * with.
 */
export interface NaiveStrategy {
  admit(key: number, identity: number): void;
  touch(key: number): void;
  forget(key: number): void;
  takeVictim(): number | undefined;
  clear(): void;
  keys(): number[];
}

interface Step {
  readonly kind: "admit" | "touch" | "forget" | "victim" | "clear";
  readonly key: number;
  /** More of them than keys: some come back, under another key than before. */
  readonly identity: number;
}

const steps = fc.array(
  fc.record<Step>({
    kind: fc.oneof(
      { weight: 8, arbitrary: fc.constant("admit" as const) },
      { weight: 12, arbitrary: fc.constant("touch" as const) },
      { weight: 2, arbitrary: fc.constant("forget" as const) },
      { weight: 4, arbitrary: fc.constant("victim" as const) },
      { weight: 1, arbitrary: fc.constant("clear" as const) },
    ),
    key: fc.nat(9),
    identity: fc.nat(14),
  }),
  { maxLength: 200 },
);

const shapes = fc.record({
  seed: fc.integer({ min: 1, max: 0x7fff_ffff }),
  capacity: fc.integer({ min: 1, max: 24 }),
  /** How many leave at once, in turn. */
  batches: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 4 }),
});

/**
 * What every eviction strategy must do, and that it names the same victims as its naive reference.
 */
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

    test("names the victims of its naive reference through a long life in a cache, whatever leaves at once", () => {
      fc.assert(
        fc.property(shapes, ({ seed, capacity, batches }) => {
          const strategy = create();
          const naive = createNaive();
          const cache = new DrivenCache(strategy, capacity, ...batches);
          cache.onAdmit = (key, identity) => naive.admit(key, identity);
          cache.onTouch = (key) => naive.touch(key);
          const differing: unknown[] = [];
          cache.onVictim = (key) => {
            const expected = naive.takeVictim();
            if (key !== expected) differing.push({ key, expected });
          };
          for (const identity of changingLoad(seed, capacity)) cache.access(identity);
          expect(differing.slice(0, 3)).toEqual([]);
          expect(strategy.verify()).toEqual([]);
        }),
        { numRuns: 12 },
      );
    });

    test("after clear it is as new, whatever it had learnt", () => {
      fc.assert(
        fc.property(shapes, ({ seed, capacity, batches }) => {
          const cleared = create();
          const before = new DrivenCache(cleared, capacity, ...batches);
          for (const identity of changingLoad(seed, capacity, 6_000)) before.access(identity);
          for (const _ of batches) cleared.takeVictim();
          cleared.clear();
          const asNew = new DrivenCache(cleared, capacity, 1);
          const fresh = new DrivenCache(create(), capacity, 1);
          let differing = 0;
          for (const identity of changingLoad(seed + 1, capacity, 3_000))
            if (asNew.access(identity) !== fresh.access(identity)) differing++;
          expect(differing).toBe(0);
        }),
        { numRuns: 20 },
      );
    });

    test("names every key once until none is left", () => {
      const strategy = create();
      for (let key = 0; key < 1_000; key++) strategy.admit(key, key);
      const victims = Array.from({ length: 1_000 }, () => strategy.takeVictim());
      expect(new Set(victims).size).toBe(1_000);
      expect(strategy.takeVictim()).toBeUndefined();
      expect(strategy.size).toBe(0);
    });

    test("ignores the end of a key that it does not track", () => {
      const strategy = create();
      strategy.forget(3);
      strategy.admit(3, 3);
      strategy.forget(3);
      strategy.forget(3);
      expect(strategy.size).toBe(0);
    });

    test("refuses to admit a key twice, since storage and strategy would then disagree", () => {
      const strategy = create();
      strategy.admit(7, 7);
      expect(() => strategy.admit(7, 8)).toThrow(expect.objectContaining({ code: "E_INVARIANT" }) as Error);
      expect(strategy.verify()).toEqual([]);
      expect(strategy.size).toBe(1);
    });
  });
}

/**
 * Drives a strategy as the storage does: a use where the record is there, else a batch of victims,
 * then the newcomer.
 */
export class DrivenCache {
  onAdmit: (key: number, identity: number) => void = () => {};
  onTouch: (key: number) => void = () => {};
  onVictim: (key: number | undefined) => void = () => {};
  readonly #strategy: EvictionStrategy;
  readonly #batches: readonly number[];
  #evictions = 0;
  readonly #free: number[];
  readonly #keys = new Map<number, number>();
  readonly #identities = new Map<number, number>();

  constructor(strategy: EvictionStrategy, capacity: number, ...batches: readonly number[]) {
    this.#strategy = strategy;
    this.#batches = batches;
    this.#free = Array.from({ length: capacity }, (_, key) => key);
  }

  /** Whether it was there. */
  access(identity: number): boolean {
    const key = this.#keys.get(identity);
    if (key !== undefined) {
      this.#strategy.touch(key);
      this.onTouch(key);
      return true;
    }
    if (this.#free.length === 0) {
      const batch = this.#batches[this.#evictions++ % this.#batches.length] ?? 1;
      for (let left = Math.min(batch, this.#keys.size); left > 0; left--) this.#evict();
    }
    const free = this.#free.pop() ?? 0;
    this.#keys.set(identity, free);
    this.#identities.set(free, identity);
    this.#strategy.admit(free, identity);
    this.onAdmit(free, identity);
    return false;
  }

  #evict(): void {
    const victim = this.#strategy.takeVictim();
    this.onVictim(victim);
    assert(victim !== undefined, "a strategy names a victim while it tracks any key");
    this.#keys.delete(this.#identities.get(victim) ?? -1);
    this.#free.push(victim);
  }
}

/**
 * Loops somewhat larger than the cache, then records of which some are popular, then a working set
 * that moves on; all again.
 */
function* changingLoad(seed: number, capacity: number, length = 24_000): Generator<number, void, undefined> {
  let state = seed;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return Math.floor((state / 0x8000_0000) * bound);
  };
  for (let position = 0; position < length; position++) {
    const phase = Math.floor((4 * position) / length) % 3;
    if (phase === 0) yield position % Math.ceil(capacity * 1.3);
    else if (phase === 1) yield below(1 + below(3 * capacity));
    else yield Math.floor(position / 3) + below(capacity);
  }
}

/** Does what a step says, where it can be done; returns the victim that was named, if any. */
function apply(strategy: EvictionStrategy, { kind, key, identity }: Step): number | undefined {
  if (kind === "admit" && !strategy.has(key)) strategy.admit(key, identity);
  if (kind === "touch" && strategy.has(key)) strategy.touch(key);
  if (kind === "forget") strategy.forget(key);
  if (kind === "clear") strategy.clear();
  return kind === "victim" ? strategy.takeVictim() : undefined;
}

function run(strategy: EvictionStrategy, naive: NaiveStrategy, step: Step): void {
  const { kind, key, identity } = step;
  const wasTracked = strategy.has(key);
  const victim = apply(strategy, step);
  if (kind === "admit" && !wasTracked) naive.admit(key, identity);
  if (kind === "touch" && wasTracked) naive.touch(key);
  if (kind === "forget") naive.forget(key);
  if (kind === "clear") naive.clear();
  if (kind === "victim") expect(victim).toBe(naive.takeVictim());
}
