import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import type { RecordId } from "../../src/indexing/record-id.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { weighRecord } from "../../src/record/weight.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { recordOf } from "../support/small-records.ts";

const id = (number: number): RecordId => number as RecordId;
const path = (number: number): ProjectPath => `f${number}.ts` as ProjectPath;
const light = (number: number): ReturnType<typeof recordOf> => recordOf({ path: `f${number}.ts` });
const heavy = (number: number): ReturnType<typeof recordOf> => recordOf({ path: `f${number}.ts`, intent: "x".repeat(2_000) });
const NONE = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, noRoom: 0 };
const UNIT = weighRecord(light(0));

function storageOf(limits: Partial<{ maxItems: number; maxBytes: number; evictionBatchSize: number }>): CacheStorage {
  return new CacheStorage({ maxItems: 10, maxBytes: 1_000_000, evictionBatchSize: 1, ...limits }, new LRUEvictionStrategy());
}

function residentsOf(storage: CacheStorage): number[] {
  return Array.from(storage.residents(), ([resident]) => resident as number).sort((a, b) => a - b);
}

describe("CacheStorage", () => {
  test("keeps its bounds, its weight and its strategy in step after every operation, whatever the strategy", () => {
    const step = fc.tuple(fc.constantFrom("light", "heavy", "if-room", "remove", "use", "clear", "renumber"), fc.nat(9));
    const shape = fc.record({ name: fc.constantFrom(...Object.keys(EVICTION_STRATEGIES)), batch: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 100 }), ({ name, batch }, steps) => {
        const strategy = EVICTION_STRATEGIES[name as keyof typeof EVICTION_STRATEGIES]();
        const storage = new CacheStorage({ maxItems: 4, maxBytes: 4 * UNIT + 2_100, evictionBatchSize: batch }, strategy);
        for (const [kind, number] of steps) {
          if (kind === "light") storage.apply(id(number), light(number));
          if (kind === "heavy") storage.apply(id(number), heavy(number));
          if (kind === "if-room") storage.apply(id(number), light(number), "if-room");
          if (kind === "remove") storage.apply(id(number), undefined);
          if (kind === "use") storage.use(path(number));
          if (kind === "clear") storage.clear();
          if (kind === "renumber") storage.renumber((own) => (own === number ? undefined : own));
          expect(storage.verify()).toEqual([]);
          expect(strategy.size).toBe(storage.count);
          expect(storage.peekByPath(path(number))).toBe(storage.peek(id(number)));
          if (kind === "light" || kind === "heavy") expect(storage.peek(id(number))?.path).toBe(`f${number}.ts`);
          if (kind === "remove" || kind === "clear" || kind === "renumber") expect(storage.peek(id(number))).toBeUndefined();
        }
      }),
      { numRuns: 500 },
    );
  });

  test("evicts the least recently used, and only when a bound is passed", () => {
    const storage = storageOf({ maxItems: 3 });
    for (const number of [1, 2, 3]) storage.apply(id(number), light(number));
    storage.use(path(1));
    storage.apply(id(4), light(4));
    expect(residentsOf(storage)).toEqual([1, 3, 4]);
    expect(storage.departures).toEqual({ evictedByItems: 1, evictedByBytes: 0, tooHeavy: 0, noRoom: 0 });
  });

  test("replacing a resident when full evicts nothing unless it adds weight", () => {
    const storage = storageOf({ maxItems: 3, maxBytes: 3 * UNIT + 2_050 });
    for (const number of [1, 2, 3]) storage.apply(id(number), light(number));
    storage.apply(id(2), light(2));
    expect(storage.departures).toEqual(NONE);
    storage.apply(id(2), heavy(2));
    expect(residentsOf(storage)).toEqual([1, 2, 3]);
    storage.apply(id(3), heavy(3));
    expect(storage.departures).toMatchObject({ evictedByItems: 0, evictedByBytes: 2 });
    expect(storage.peek(id(3))).toBeDefined();
  });

  test("evictionBatchSize records leave at once when one more does not fit", () => {
    const storage = storageOf({ maxItems: 10, evictionBatchSize: 4 });
    for (let number = 0; number < 11; number++) storage.apply(id(number), light(number));
    expect(residentsOf(storage)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(storage.departures).toMatchObject({ evictedByItems: 4, evictedByBytes: 0 });
  });

  test("a batch never empties memory: half of the residents leave at most, unless the newcomer needs the room", () => {
    const storage = storageOf({ maxItems: 10, evictionBatchSize: 100 });
    for (let number = 0; number < 11; number++) storage.apply(id(number), light(number));
    expect(residentsOf(storage)).toEqual([5, 6, 7, 8, 9, 10]);

    const tight = storageOf({ maxItems: 10, maxBytes: weighRecord(heavy(0)) + UNIT, evictionBatchSize: 1 });
    for (let number = 0; number < 5; number++) tight.apply(id(number), light(number));
    tight.apply(id(5), heavy(5));
    expect(tight.count).toBeLessThanOrEqual(2);
    expect(tight.departures).toMatchObject({ evictedByItems: 0, evictedByBytes: 6 - tight.count });
    expect(tight.peek(id(5))).toBeDefined();
  });

  test("tells the strategy the id as the identity, before the newcomer the victims that it needs", () => {
    const calls: string[] = [];
    class Recorded extends LRUEvictionStrategy {
      override admit(key: number, identity?: number): void {
        calls.push(`admit ${identity}`);
        super.admit(key);
      }
      override takeVictim(): number | undefined {
        calls.push("victim");
        return super.takeVictim();
      }
    }
    const storage = new CacheStorage({ maxItems: 2, maxBytes: 1_000_000, evictionBatchSize: 1 }, new Recorded());
    for (const number of [7, 8, 9]) storage.apply(id(number), light(number));
    expect(calls).toEqual(["admit 7", "admit 8", "victim", "admit 9"]);
  });

  test("a record heavier than the bound is not kept, and neither is what it replaces", () => {
    const storage = storageOf({ maxBytes: UNIT + 100 });
    storage.apply(id(1), light(1));
    storage.apply(id(2), heavy(2));
    expect(residentsOf(storage)).toEqual([1]);
    storage.apply(id(1), heavy(1));
    expect(residentsOf(storage)).toEqual([]);
    expect(storage.departures).toEqual({ ...NONE, tooHeavy: 2 });
    expect(storage.verify()).toEqual([]);
  });

  test("what was only at hand takes free room and evicts nothing", () => {
    const storage = storageOf({ maxItems: 2 });
    for (const number of [1, 2, 3]) storage.apply(id(number), light(number), "if-room");
    expect(residentsOf(storage)).toEqual([1, 2]);
    expect(storage.departures).toEqual({ ...NONE, noRoom: 1 });
  });

  test("renumbered residents keep their place in the order of eviction", () => {
    const storage = storageOf({ maxItems: 3 });
    for (const number of [1, 2, 3]) storage.apply(id(number), light(number));
    storage.use(path(1));
    storage.renumber((own) => id(own + 100));
    storage.apply(id(4), light(4));
    expect(residentsOf(storage)).toEqual([4, 101, 103]);
  });
});
