import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EVICTION_STRATEGIES } from "../../src/eviction/eviction-strategies.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { layerOf, placeOf, type RecordId, recordId } from "../../src/indexing/record-id.ts";
import { NOWHERE, type Renumbering } from "../../src/indexing/layers/renumbering.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { weighRecord } from "../../src/record/weight.ts";
import { finished } from "../../src/indexing/index-manager.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { recordOf } from "../support/small-records.ts";

const id = (number: number): RecordId => number as RecordId;
const path = (number: number): ProjectPath => `f${number}.ts` as ProjectPath;
const light = (number: number): ReturnType<typeof recordOf> => recordOf({ path: `f${number}.ts` });
const heavy = (number: number): ReturnType<typeof recordOf> => recordOf({ path: `f${number}.ts`, intent: "x".repeat(2_000) });
const NONE = { evictedByItems: 0, evictedByBytes: 0, tooHeavy: 0, notAdmitted: 0 };
const UNIT = weighRecord(light(0));

function storageOf(limits: Partial<{ maxItems: number; maxBytes: number; evictionBatchSize: number }>): CacheStorage {
  return new CacheStorage({ maxItems: 10, maxBytes: 1_000_000, evictionBatchSize: 1, ...limits }, new LRUEvictionStrategy());
}

function residentsOf(storage: CacheStorage): number[] {
  return Array.from(storage.residents(), (record) => Number(/\d+/.exec(record.path)?.[0])).sort((a, b) => a - b);
}

/** Of a layer whose records at these places go to the ranks of another, in this order. */
function moved(places: readonly number[], layer: number, to: number): Renumbering {
  const newRanks = new Uint32Array(Math.max(0, ...places) + 1).fill(NOWHERE);
  places.forEach((place, rank) => {
    newRanks[place] = rank;
  });
  return { from: [{ layer, newRanks }], to };
}

describe("CacheStorage", () => {
  test("keeps its bounds, its weight and its strategy in step after every operation, whatever the strategy", () => {
    const step = fc.tuple(
      fc.constantFrom("light", "heavy", "if-room", "unplaced", "remove", "use", "clear", "renumber", "locate"),
      fc.nat(9),
    );
    const shape = fc.record({ name: fc.constantFrom(...Object.keys(EVICTION_STRATEGIES)), batch: fc.integer({ min: 1, max: 4 }) });
    fc.assert(
      fc.property(shape, fc.array(step, { maxLength: 100 }), ({ name, batch }, steps) => {
        const strategy = EVICTION_STRATEGIES[name as keyof typeof EVICTION_STRATEGIES]();
        const storage = new CacheStorage({ maxItems: 4, maxBytes: 4 * UNIT + 2_100, evictionBatchSize: batch }, strategy);
        // The index, in which every record stands somewhere, resident or not.
        let ids = Array.from({ length: 10 }, (_, number) => recordId(0, number));
        for (const [kind, number] of steps) {
          const own = ids[number] as RecordId;
          if (kind === "light") storage.put(own, light(number));
          if (kind === "heavy") storage.put(own, heavy(number));
          if (kind === "if-room") storage.put(own, light(number), "if-room");
          if (kind === "unplaced") storage.put(undefined, light(number), "if-room");
          if (kind === "remove") storage.remove(path(number));
          if (kind === "use") storage.use(path(number));
          if (kind === "clear") storage.clear();
          if (kind === "renumber") {
            const before = ids;
            const layer = layerOf(own);
            ids = before.map((_, other) => recordId(layer + 1, (other + number) % 10));
            const newRanks = new Uint32Array(10);
            before.forEach((was, other) => {
              newRanks[placeOf(was)] = placeOf(ids[other] as RecordId);
            });
            storage.renumber({ from: [{ layer, newRanks }], to: layer + 1 });
          }
          if (kind === "locate")
            finished(storage.locate((record) => (record.path === path(number) ? undefined : ids[Number(record.path[1])])));
          expect(storage.verify()).toEqual([]);
          expect(strategy.size).toBe(storage.count);
          if (kind === "unplaced") finished(storage.locate((record) => ids[Number(record.path[1])]));
          ids.forEach((place, other) => expect(storage.peek(place)).toBe(storage.peekByPath(path(other))));
          if (kind === "light" || kind === "heavy") expect(storage.peek(own)?.path).toBe(`f${number}.ts`);
          if (kind === "remove" || kind === "clear" || kind === "locate") expect(storage.has(path(number))).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("evicts the least recently used, and only when a bound is passed", () => {
    const storage = storageOf({ maxItems: 3 });
    for (const number of [1, 2, 3]) storage.put(id(number), light(number));
    storage.use(path(1));
    storage.put(id(4), light(4));
    expect(residentsOf(storage)).toEqual([1, 3, 4]);
    expect(storage.departures).toEqual({ evictedByItems: 1, evictedByBytes: 0, tooHeavy: 0, notAdmitted: 0 });
  });

  test("replacing a resident when full evicts nothing unless it adds weight", () => {
    const storage = storageOf({ maxItems: 3, maxBytes: 3 * UNIT + 2_050 });
    for (const number of [1, 2, 3]) storage.put(id(number), light(number));
    storage.put(id(2), light(2));
    expect(storage.departures).toEqual(NONE);
    storage.put(id(2), heavy(2));
    expect(residentsOf(storage)).toEqual([1, 2, 3]);
    storage.put(id(3), heavy(3));
    expect(storage.departures).toMatchObject({ evictedByItems: 0, evictedByBytes: 2 });
    expect(storage.peek(id(3))).toBeDefined();
  });

  test("evictionBatchSize records leave at once when one more does not fit", () => {
    const storage = storageOf({ maxItems: 10, evictionBatchSize: 4 });
    for (let number = 0; number < 11; number++) storage.put(id(number), light(number));
    expect(residentsOf(storage)).toEqual([4, 5, 6, 7, 8, 9, 10]);
    expect(storage.departures).toMatchObject({ evictedByItems: 4, evictedByBytes: 0 });
  });

  test("a batch never empties memory: half of the residents leave at most, unless the newcomer needs the room", () => {
    const storage = storageOf({ maxItems: 10, evictionBatchSize: 100 });
    for (let number = 0; number < 11; number++) storage.put(id(number), light(number));
    expect(residentsOf(storage)).toEqual([5, 6, 7, 8, 9, 10]);

    const tight = storageOf({ maxItems: 10, maxBytes: weighRecord(heavy(0)) + UNIT, evictionBatchSize: 1 });
    for (let number = 0; number < 5; number++) tight.put(id(number), light(number));
    tight.put(id(5), heavy(5));
    expect(tight.count).toBeLessThanOrEqual(2);
    expect(tight.departures).toMatchObject({ evictedByItems: 0, evictedByBytes: 6 - tight.count });
    expect(tight.peek(id(5))).toBeDefined();
  });

  test("tells the strategy of a newcomer after the victims that it needs, by the same identity whenever it comes", () => {
    const calls: string[] = [];
    const identities = new Map<number | undefined, number>();
    class Recorded extends LRUEvictionStrategy {
      override admit(key: number, identity?: number): void {
        if (!identities.has(identity)) identities.set(identity, identities.size);
        calls.push(`admit ${identities.get(identity)}`);
        super.admit(key);
      }
      override takeVictim(): number | undefined {
        calls.push("victim");
        return super.takeVictim();
      }
    }
    const storage = new CacheStorage({ maxItems: 1_000_000, maxBytes: 2.5 * UNIT, evictionBatchSize: 1 }, new Recorded());
    for (const number of [700, 8, 95]) storage.put(id(number), light(number));
    storage.put(id(3), light(700));
    expect(calls).toEqual(["admit 0", "admit 1", "victim", "admit 2", "victim", "admit 0"]);
  });

  test("gives few records the same identity, and takes small numbers, since strategies keep arrays of them", () => {
    const identities = new Set<number>();
    class Recorded extends LRUEvictionStrategy {
      override admit(key: number, identity = 0): void {
        identities.add(identity);
        super.admit(key);
      }
    }
    const storage = new CacheStorage({ maxItems: 1_000, maxBytes: 1e9, evictionBatchSize: 1 }, new Recorded());
    for (let number = 0; number < 1_000; number++) storage.put(id(number), light(number));
    // There are about 970. The hash is random in each process, and one in many thousands is bad.
    expect(identities.size).toBeGreaterThan(100);
    expect(Math.max(...identities)).toBeLessThan(32 * 1_000);
  });

  test("a record heavier than the bound is not kept, and neither is what it replaces", () => {
    const storage = storageOf({ maxBytes: UNIT + 100 });
    storage.put(id(1), light(1));
    storage.put(id(2), heavy(2));
    expect(residentsOf(storage)).toEqual([1]);
    storage.put(id(1), heavy(1));
    expect(residentsOf(storage)).toEqual([]);
    expect(storage.departures).toEqual({ ...NONE, tooHeavy: 2 });
    expect(storage.verify()).toEqual([]);
  });

  test("what was only read on the way takes free room and evicts nothing", () => {
    const storage = storageOf({ maxItems: 2 });
    for (const number of [1, 2, 3]) storage.put(id(number), light(number), "if-room");
    expect(residentsOf(storage)).toEqual([1, 2]);
    expect(storage.departures).toEqual({ ...NONE, notAdmitted: 1 });
  });

  test("renumbered residents keep their place in the order of eviction", () => {
    const storage = storageOf({ maxItems: 3 });
    for (const number of [1, 2, 3]) storage.put(id(number), light(number));
    storage.use(path(1));
    storage.renumber(moved([3, 2, 1], 0, 5));
    expect([0, 1, 2].map((rank) => storage.peek(recordId(5, rank))?.path)).toEqual([path(3), path(2), path(1)]);
    expect([1, 2, 3].map((number) => storage.peek(id(number)))).toEqual([undefined, undefined, undefined]);
    storage.put(id(4), light(4));
    expect(residentsOf(storage)).toEqual([1, 3, 4]);
  });

  test("a resident that a merge leaves nowhere is a fault of the index", () => {
    const storage = storageOf({});
    storage.put(id(1), light(1));
    expect(() => storage.renumber(moved([0], 0, 5))).toThrow(/after a merge/);
  });

  test("a resident that came before the index knew where it stands is found by its path, and by its place from then on", () => {
    const storage = storageOf({});
    for (const number of [1, 2]) storage.put(undefined, light(number));
    expect([storage.peek(id(1)), storage.peekByPath(path(1))?.path]).toEqual([undefined, path(1)]);
    finished(storage.locate((record) => (record.path === path(1) ? recordId(3, 7) : undefined)));
    expect([storage.peek(recordId(3, 7))?.path, storage.has(path(2)), storage.count]).toEqual([path(1), false, 1]);
    expect(storage.departures).toEqual(NONE);
  });
});

describe("verify finds", () => {
  type Parts = Record<string, unknown>;
  /**
   * The state of a storage is its own; so each relation is broken through the strategy, or by
   * records that change behind its back.
   */
  test("a record that weighs something else than when it came in", () => {
    const storage = storageOf({});
    const record = { ...light(1) } as unknown as Parts;
    storage.put(id(1), record as never);
    record["digest"] = "0".repeat(5_000);
    record["extractorVersion"] = "x".repeat(5_000);
    expect(storage.verify().map(({ code }) => code)).toContain("STORAGE_RECORD");
  });

  test("a record that is not found by its path any more", () => {
    const storage = storageOf({});
    const record = { ...light(1) } as unknown as Parts;
    storage.put(id(1), record as never);
    record["path"] = "f2.ts";
    expect(storage.verify().map(({ code }) => code)).toContain("STORAGE_RECORD");
  });

  test("two records at one place", () => {
    const storage = storageOf({});
    storage.put(id(1), light(1));
    storage.put(id(1), light(2));
    expect(storage.verify()).toMatchObject([{ code: "STORAGE_RECORD", path: path(1) }]);
  });

  test("a resident that the strategy does not track, and one that it tracks although it is gone", () => {
    const strategy = new LRUEvictionStrategy();
    const storage = new CacheStorage({ maxItems: 10, maxBytes: 1_000_000, evictionBatchSize: 1 }, strategy);
    for (const number of [1, 2]) storage.put(id(number), light(number));
    strategy.takeVictim();
    expect(storage.verify().map(({ code }) => code)).toEqual(["STORAGE_STRATEGY", "STORAGE_STRATEGY"]);
    strategy.admit(0);
    strategy.admit(7);
    expect(storage.verify().map(({ code }) => code)).toEqual(["STORAGE_STRATEGY"]);
  });

  test("more than the bounds allow", () => {
    const limits = { maxItems: 3, maxBytes: 1_000_000, evictionBatchSize: 1 };
    const storage = new CacheStorage(limits, new LRUEvictionStrategy());
    for (const number of [1, 2, 3]) storage.put(id(number), light(number));
    limits.maxItems = 2;
    limits.maxBytes = 3 * UNIT - 1;
    expect(storage.verify().map(({ code }) => code)).toEqual(["STORAGE_BOUND", "STORAGE_BOUND"]);
  });
});
