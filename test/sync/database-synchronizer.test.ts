import { expect, test } from "vitest";
import { silentLogger } from "../../src/base/logger.ts";
import { systemClock, type Clock } from "../../src/base/clock.ts";
import type { StorePosition } from "../../src/database/metadata-database.ts";
import { LRUEvictionStrategy } from "../../src/eviction/lru-eviction-strategy.ts";
import { CacheState } from "../../src/state/cache-state.ts";
import { CacheStorage } from "../../src/storage/cache-storage.ts";
import { DatabaseSynchronizer, type SyncReport } from "../../src/sync/database-synchronizer.ts";
import { PeriodicSync } from "../../src/sync/periodic-sync.ts";
import type { Standpoint, SyncSink, Verdict } from "../../src/sync/sync-sink.ts";
import { MemoryDatabase } from "../support/memory-database.ts";
import { files } from "../support/opened-cache.ts";

/** Knows only where it stands. */
class PositionSink implements SyncSink {
  readonly isOutdated = false;
  readonly knownSince = 0;
  position: StorePosition | undefined = { epoch: "memory", revision: 0, token: 0, horizon: 0 };
  apply({ position }: { position: StorePosition }): { added: number; changed: number; removed: number } {
    this.position = position;
    return { added: 0, changed: 0, removed: 0 };
  }
  ask(): Standpoint {
    return { position: this.position, history: 0, debt: undefined, question: 1 };
  }
  seen(): Verdict {
    return "ahead";
  }
  beginLoad(): never {
    throw new TypeError("no full load is expected");
  }
  confirm(): void {}
}

test("syncs never run two at a time, and calls made while one runs share the next one, at whatever moment they come", async () => {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  let running = 0;
  let most = 0;
  let begun = 0;
  database.gate = async (operation) => {
    if (operation === "readChanges") {
      begun++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
    }
    if (operation === "readChanges done") running--;
  };
  const synchronizer = new DatabaseSynchronizer(store, new PositionSink(), systemClock, silentLogger);
  const calls: Promise<unknown>[] = [];
  // One call each microtask, so that some fall between the end of one sync and the beginning of the
  // next.
  for (let microtask = 0; microtask < 2_000; microtask++) {
    calls.push(synchronizer.synchronize());
    await (microtask % 100 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
  }
  await Promise.all(calls);
  expect(most).toBe(1);
  expect(begun).toBeLessThan(100);
});

test("a sync asked for while another runs begins after it, and so includes what was committed before the call", async () => {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  const sink = new PositionSink();
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => {
    release = resolve;
  });
  database.gate = (operation) => (operation === "readChanges done" ? slow : Promise.resolve());
  const synchronizer = new DatabaseSynchronizer(store, sink, systemClock, silentLogger);
  const first = synchronizer.synchronize();
  await new Promise((resolve) => setImmediate(resolve));
  store.writeBehindTheCache("a.ts" as never, undefined, "a row");
  const second = synchronizer.synchronize();
  release();
  expect((await first).revision).toBe(0);
  expect((await second).revision).toBe(1);
});

function newState(): CacheState {
  return new CacheState(new CacheStorage({ maxItems: 1_000, maxBytes: 1e9, evictionBatchSize: 1 }, new LRUEvictionStrategy()));
}

test("a first load that fails leaves no record in memory, and the next one takes them all", async () => {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  await store.write(files(250), []);
  const state = newState();
  const synchronizer = new DatabaseSynchronizer(store, state, systemClock, silentLogger);
  let most = 0;
  let pages = 0;
  database.gate = async (operation) => {
    if (operation !== "scan page") return;
    most = Math.max(most, state.storage.count);
    if (++pages === 3) throw new TypeError("gone");
  };
  await expect(synchronizer.synchronize()).rejects.toThrow("gone");
  expect([most, state.storage.count, state.position, store.openScans]).toEqual([200, 0, undefined, 0]);
  await synchronizer.synchronize();
  expect([state.storage.count, state.index.size, state.verify(), store.openScans]).toEqual([250, 250, [], 0]);
});

test("a load comes to an end although own writes move the cache each time that the load is to be proved", async () => {
  const database = new MemoryDatabase();
  const store = await database.openProject("p");
  const state = newState();
  const synchronizer = new DatabaseSynchronizer(store, state, systemClock, silentLogger);
  await synchronizer.synchronize();
  // The receipts of these writes come late, and the feed does not have them any more.
  const { question } = state.ask();
  const receipts = await Promise.all(files(50).map((file) => store.write([file], [])));
  await store.compact(store.revision);
  store.writeBehindTheCache("z.ts" as never, undefined, "a row");
  let arrived = 0;
  database.gate = async () => {
    const receipt = receipts[arrived];
    if (receipt === undefined) return;
    arrived++;
    expect(state.apply({ from: receipt.before, ...receipt, question, isWrite: true })).toBeDefined();
  };
  const { kind, revision } = await synchronizer.synchronize();
  expect([kind, revision, state.index.size, state.verify()]).toEqual(["full", store.revision, 50, []]);
  expect(arrived).toBeLessThan(receipts.length);
});

test("the periodic sync waits about its interval after each one, outlives failures, and leaves nothing after stop", async () => {
  const scheduled: (() => void)[] = [];
  const delays: number[] = [];
  const clock: Clock = {
    ...systemClock,
    schedule(ms, task) {
      delays.push(ms);
      scheduled.push(task);
      return () => void scheduled.splice(scheduled.indexOf(task), 1);
    },
  };
  const errors: string[] = [];
  let runs = 0;
  const synchronize = async (): Promise<SyncReport> => {
    if (++runs === 2) throw new TypeError("database gone");
    return { kind: "incremental", added: 0, changed: 0, removed: 0, revision: 0, elapsedMs: 0 };
  };
  const periodic = new PeriodicSync({ synchronize }, 10_000, clock, { ...silentLogger, error: (message) => errors.push(message) });
  periodic.start();
  for (let round = 0; round < 3; round++) {
    scheduled.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect([runs, delays.length, errors]).toEqual([3, 4, [expect.stringContaining("database gone")]]);
  expect(delays.every((ms) => ms >= 9_000 && ms <= 11_000)).toBe(true);
  // A fleet that was started together is to drift apart.
  expect(new Set(delays).size).toBe(4);
  periodic.stop();
  expect(scheduled).toEqual([]);
});
