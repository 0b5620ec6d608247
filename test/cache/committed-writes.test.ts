import { expect, test } from "vitest";
import type { WriteReport } from "../../src/calls/cache-calls.ts";
import { DatabaseUnavailableError } from "../../src/base/errors.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { files, hold, openCache, type OpenedCache, settled } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

const LOST = new DatabaseUnavailableError("unreachable", "connection lost");

/**
 * A cache that another writer was quicker than, and that cannot read the database after its own
 * commit.
 */
async function openBehind(write: (opened: OpenedCache) => Promise<WriteReport>): Promise<OpenedCache & { report: WriteReport }> {
  const opened = await openCache(files(2), { maxItems: 100 });
  const foreign = recordOf({ path: "foreign.ts" });
  opened.store.writeBehindTheCache(foreign.path, foreign);
  opened.database.gate = (step) => (step.startsWith("write") ? Promise.resolve() : Promise.reject(LOST));
  return { ...opened, report: await write(opened) };
}

test.for<[string, (opened: OpenedCache) => Promise<WriteReport>, FileMetadata | undefined]>([
  ["an update", ({ cache }) => cache.update(recordOf({ path: "f0.ts", size: 77 })), recordOf({ path: "f0.ts", size: 77 })],
  ["a removal", ({ cache }) => cache.remove("f0.ts"), undefined],
])(
  "%s that is committed resolves, though the database cannot be read afterwards, and no read leaves it out",
  async ([, write, written]) => {
    const { database, cache, report } = await openBehind(write);
    expect(report).toEqual({ revision: 4, changed: 1, behind: true });
    expect(cache.peek("f0.ts")).toBeUndefined();
    const failure = {
      code: "E_DATABASE_UNAVAILABLE",
      fault: "unreachable",
      message: expect.stringContaining("committed at revision 4") as string,
    };
    // What is in memory as well: it may be of before the write.
    for (const path of ["f0.ts", "f1.ts", "foreign.ts"]) await expect(cache.getMetadata(path)).rejects.toMatchObject(failure);
    await expect(cache.query({ select: ["path"] })).rejects.toMatchObject(failure);
    await expect(cache.query({}, { consistency: "latest" })).rejects.toMatchObject(failure);
    for (const call of [() => cache.paths({}), () => cache.count({}), () => cache.explain({}), () => cache.terms("language")])
      expect(call).toThrow(expect.objectContaining(failure) as Error);
    database.gate = () => Promise.resolve();
    expect(await cache.getMetadata("f0.ts")).toEqual(written);
    expect(cache.count({})).toBe(written === undefined ? 2 : 3);
    expect(cache.revision).toBe(4);
  },
);

test("a cache that is behind answers at once again after any sync that began after the commit", async () => {
  const { database, cache } = await openBehind(({ cache: own }) => own.update(recordOf({ path: "new.ts" })));
  expect(() => cache.paths({})).toThrow("committed");
  database.gate = () => Promise.resolve();
  await cache.syncWithDatabase();
  expect(cache.paths({})).toEqual(["f0.ts", "f1.ts", "foreign.ts", "new.ts"]);
});

test("a cache that is behind goes on writing, and each write is told as committed", async () => {
  const { database, cache } = await openBehind(({ cache: own }) => own.update(recordOf({ path: "new.ts" })));
  expect(await cache.update(recordOf({ path: "newer.ts" }))).toEqual({ revision: 5, changed: 1, behind: true });
  expect(await cache.remove("f1.ts")).toEqual({ revision: 6, changed: 1, behind: true });
  database.gate = () => Promise.resolve();
  expect((await cache.query({ select: ["path"] })).items.map(({ path }) => path)).toEqual(["f0.ts", "foreign.ts", "new.ts", "newer.ts"]);
});

test("a sync that was under way before the commit does not hide that the cache is behind", async () => {
  const { database, store, cache } = await openCache(files(1));
  const release = hold(database, "readChanges done");
  const before = cache.syncWithDatabase();
  await settled();
  const foreign = recordOf({ path: "foreign.ts" });
  store.writeBehindTheCache(foreign.path, foreign);
  const update = cache.update(recordOf({ path: "own.ts" }));
  await settled();
  const held = database.gate;
  database.gate = (step) => (step === "readChanges done" ? held(step) : Promise.reject(LOST));
  release();
  await before;
  expect(await update).toMatchObject({ behind: true });
  await expect(cache.getMetadata("f0.ts")).rejects.toMatchObject({ fault: "unreachable" });
});

test("a write that is committed when the cache is shut down resolves", async () => {
  const { database, store, cache } = await openCache(files(1));
  const release = hold(database, "write done");
  const alone = cache.update(recordOf({ path: "own.ts" }));
  await settled();
  const ending = cache.shutdown();
  release();
  expect(await alone).toEqual({ revision: 2, changed: 1, behind: false });
  await ending;
  expect(store.records().has("own.ts")).toBe(true);
});

test("a write that is committed resolves, though the database is closed before the cache can read what others wrote", async () => {
  const { database, store, cache } = await openCache(files(1));
  const foreign = recordOf({ path: "foreign.ts" });
  store.writeBehindTheCache(foreign.path, foreign);
  const release = hold(database, "write done");
  const update = cache.update(recordOf({ path: "own.ts" }));
  await settled();
  await cache.shutdown();
  await database.close();
  release();
  expect(await update).toEqual({ revision: 3, changed: 1, behind: true });
});

test("a look that began before a commit does not pay for it, though it finds the cache where it was", async () => {
  const { database, store, cache } = await openCache(files(2));
  const release = hold(database, "position done");
  const looking = cache.getMetadata("f1.ts", { consistency: "latest" });
  await settled();
  const held = database.gate;
  database.gate = (step) => (step.startsWith("write") ? Promise.resolve() : step === "position done" ? held(step) : Promise.reject(LOST));
  store.writeBehindTheCache(recordOf({ path: "foreign.ts" }).path, recordOf({ path: "foreign.ts" }));
  expect(await cache.update(recordOf({ path: "f0.ts", size: 77 }))).toMatchObject({ behind: true });
  release();
  await Promise.allSettled([looking]);
  expect(() => cache.count({})).toThrow(expect.objectContaining({ code: "E_DATABASE_UNAVAILABLE" }) as Error);
  database.gate = () => Promise.resolve();
  expect(await cache.getMetadata("f0.ts")).toMatchObject({ size: 77 });
  expect(cache.count({})).toBe(3);
});
