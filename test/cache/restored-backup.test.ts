import { expect, test } from "vitest";
import type { ProjectPath } from "../../src/record/project-path.ts";
import type { MemoryStore } from "../support/memory-database.ts";
import { files, hold, openCache, type OpenedCache, settled } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

test("a restored backup is noticed, and nothing of the lost future is served", async () => {
  const { store, cache } = await openCache(files(3));
  const restore = store.snapshot();
  await cache.update(recordOf({ path: "lost.ts" }));
  await cache.update(recordOf({ path: "f1.ts", functions: ["lost"] }));
  restore();
  store.writeBehindTheCache("f1.ts" as ProjectPath, recordOf({ path: "f1.ts", functions: ["other"] }));
  expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full" });
  expect(await cache.getMetadata("lost.ts")).toBeUndefined();
  expect(await cache.query({ functionName: "lost" })).toMatchObject({ total: 0 });
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("own writes are seen after a backup was restored, although no sync has noticed it yet", async () => {
  const { store, cache } = await openCache(files(3));
  const restore = store.snapshot();
  for (let size = 0; size < 5; size++) await cache.update(recordOf({ path: "f1.ts", size: 100 + size }));
  restore();
  const own = recordOf({ path: "f2.ts", functions: ["own"] });
  await cache.update(own);
  expect(await cache.getMetadata("f2.ts")).toEqual(own);
  expect(cache.revision).toBe(store.revision);
  expect(await cache.getMetadata("f1.ts")).toEqual(files(3)[1]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a reader from before the horizon loads everything, and sees what was deleted meanwhile as gone", async () => {
  const { store, cache } = await openCache(files(5));
  store.writeBehindTheCache("f3.ts" as ProjectPath, undefined);
  await store.compact(store.revision);
  expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full", removed: 1, added: 0, changed: 0 });
  expect(await cache.getMetadata("f3.ts")).toBeUndefined();
});

/** A cache that knows two changes which the store, put back to before them, has no more. */
async function openRestored(meanwhile: (store: MemoryStore) => void): Promise<OpenedCache> {
  const { database, store, cache } = await openCache(files(3));
  const restore = store.snapshot();
  for (let size = 0; size < 2; size++) await cache.update(recordOf({ path: "f1.ts", size: 100 + size }));
  cache.clear();
  restore();
  let steps = 0;
  database.gate = async (operation) => {
    if (++steps > 100) throw new TypeError("a read spins");
    if (operation === "readChanges") meanwhile(store);
  };
  return { database, store, cache };
}

function writeOften(store: MemoryStore): void {
  for (let size = 0; size < 3; size++) store.writeBehindTheCache("f0.ts" as ProjectPath, recordOf({ path: "f0.ts", size }));
}

test("own writes are seen after a backup was restored, although others write meanwhile until it has caught up", async () => {
  const { cache } = await openRestored(writeOften);
  const own = recordOf({ path: "f2.ts", functions: ["own"] });
  await cache.update(own);
  expect(await cache.getMetadata("f2.ts")).toEqual(own);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("own writes are seen after a backup was restored, although several are made at once", async () => {
  const { cache } = await openRestored(() => undefined);
  const own = files(3).map((record) => ({ ...record, size: 7 }));
  await Promise.all(own.map((record) => cache.update(record)));
  expect((await cache.query({})).items).toEqual(own);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("the latest is read from a backup that was restored, although others write meanwhile until it has caught up", async () => {
  const { cache } = await openRestored(writeOften);
  expect(await cache.getMetadata("f1.ts", { consistency: "latest" })).toEqual(files(3)[1]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a row of a history that was undone while the row was on its way is not served as the one that has its revision now", async () => {
  const { database, store, cache } = await openCache(files(3), { maxItems: 3 });
  cache.clear();
  const restore = store.snapshot();
  const release = hold(database, "readRows done");
  store.writeBehindTheCache("f1.ts" as ProjectPath, recordOf({ path: "f1.ts", functions: ["undone"] }));
  const read = cache.getMetadata("f1.ts");
  await settled();
  restore();
  store.writeBehindTheCache("f1.ts" as ProjectPath, recordOf({ path: "f1.ts", functions: ["done"] }));
  await cache.syncWithDatabase();
  release();
  expect((await read)?.functions).toMatchObject([{ name: "done" }]);
  expect(cache.peek("f1.ts")?.functions).not.toMatchObject([{ name: "undone" }]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("answers are stale from the moment at which another history is seen until it is loaded", async () => {
  const { database, store, cache } = await openCache(files(3));
  const restore = store.snapshot();
  await cache.update(recordOf({ path: "f1.ts", size: 7 }));
  restore();
  store.writeBehindTheCache("f2.ts" as ProjectPath, recordOf({ path: "f2.ts", size: 8 }));
  const release = hold(database, "scan");
  const sync = cache.syncWithDatabase();
  await settled();
  expect(await cache.query({ select: ["path"] })).toMatchObject({ stale: true, total: 3 });
  expect(cache.getStats().stale).toBe(true);
  release();
  expect(await sync).toMatchObject({ kind: "full" });
  expect(await cache.query({ select: ["path", "size"] })).toMatchObject({ stale: false, items: [{}, { size: 10 }, { size: 8 }] });
});

// Nobody has seen the store behind the cache. But the row that is read is older than the index
// says, although it was read later.
test("a restored backup that others wrote on before anybody looked is noticed by the first row that is older than it can be", async () => {
  const { cache, store } = await openRestored(() => undefined);
  writeOften(store);
  expect(await cache.getMetadata("f1.ts")).toEqual(files(3)[1]);
  expect((await cache.query({})).items).toEqual([...store.records().values()]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

/**
 * The store is put back to exactly where the cache stands, after it has answered something that is
 * still on its way. What comes late leads into what was undone, and no answer says so: the cache's
 * position lies on every history.
 */
interface Undone extends OpenedCache {
  readonly restore: () => void;
  /** Answers on their way, by operation: each stays there until it is released. */
  readonly release: (operation: string) => Promise<void>;
}

async function openUndone(...held: readonly string[]): Promise<Undone> {
  const opened = await openCache(files(3), { maxItems: 10 });
  const gates = new Map(held.map((operation) => [operation, Promise.withResolvers<void>()]));
  opened.database.gate = (operation) => gates.get(operation)?.promise ?? Promise.resolve();
  const release = async (operation: string): Promise<void> => {
    gates.get(operation)?.resolve();
    gates.delete(operation);
    await settled();
  };
  return { ...opened, restore: opened.store.snapshot(), release };
}

const undone = recordOf({ path: "f1.ts", functions: ["undone"] });

/**
 * Asks for the latest, and lets `late` arrive after the store was looked at and before the rows
 * have come.
 */
async function latestBefore(late: string, { cache, release }: Undone): Promise<unknown> {
  cache.clear();
  const latest = cache.query({}, { consistency: "latest" });
  await settled();
  await release(late);
  await release("readRows");
  const answer = await latest;
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
  return answer;
}

function presentOf(store: MemoryStore): object {
  return { items: [...store.records().values()], revision: store.revision };
}

test("the latest is nothing that was undone before the call, although a receipt of it comes late", async () => {
  const opened = await openUndone("write done", "readRows");
  const written = opened.cache.update(undone);
  await settled();
  opened.restore();
  expect(await latestBefore("write done", opened)).toMatchObject(presentOf(opened.store));
  await written;
});

test("the latest is nothing that was undone before the call, although a sync that has read it ends late", async () => {
  const opened = await openUndone("readChanges done", "readRows");
  opened.store.writeBehindTheCache(undone.path, undone);
  const sync = opened.cache.syncWithDatabase();
  await settled();
  opened.restore();
  expect(await latestBefore("readChanges done", opened)).toMatchObject(presentOf(opened.store));
  await sync;
});

test("the latest is nothing that was undone before the call, although a load that has read it ends late", async () => {
  const opened = await openUndone("scan page", "readRows");
  opened.store.writeBehindTheCache(undone.path, undone);
  opened.store.writeBehindTheCache("f2.ts" as ProjectPath, undefined);
  await opened.store.compact(opened.store.revision);
  const sync = opened.cache.syncWithDatabase();
  await settled();
  opened.restore();
  expect(await latestBefore("scan page", opened)).toMatchObject(presentOf(opened.store));
  await sync;
});

test("an own write is seen, although a receipt of writes that were undone leads the cache as far while it is read", async () => {
  const { cache, store, database, restore, release } = await openUndone("write done");
  const lost = cache.update([undone, recordOf({ path: "lost.ts" })]);
  await settled();
  restore();
  store.writeBehindTheCache("f0.ts" as ProjectPath, recordOf({ path: "f0.ts", size: 5 }));
  const own = recordOf({ path: "f2.ts", functions: ["own"] });
  // From here on, of the receipts only the first is still on its way.
  const releaseChanges = hold(database, "readChanges done");
  const written = cache.update(own);
  await settled();
  await release("write done");
  releaseChanges();
  await written;
  expect(await cache.getMetadata("f2.ts")).toEqual(own);
  expect((await cache.query({})).items).toEqual([...store.records().values()]);
  await lost;
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test("a read comes to an end, although a row that it has met is undone while it is on its way", async () => {
  // Memory is full: what is read for a page is not kept in it.
  const { cache, store, database } = await openCache(files(3), { maxItems: 1 });
  const restore = store.snapshot();
  const release = hold(database, "readRows done");
  store.writeBehindTheCache(undone.path, undone);
  const read = cache.query({ pathPrefix: undone.path });
  await settled();
  restore();
  let steps = 0;
  const held = database.gate;
  database.gate = async (operation) => {
    if (++steps > 50) throw new TypeError("a read does not end");
    await held(operation);
  };
  release();
  expect((await read).items).toEqual([store.records().get(undone.path)]);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});
