import { expect, test } from "vitest";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { files, openCache } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";

test("a failed sync leaves the old state whole, says so, and the next one recovers", async () => {
  const { database, store, cache } = await openCache(files(5));
  store.writeBehindTheCache("new.ts" as ProjectPath, recordOf({ path: "new.ts" }));
  store.epoch = "another";
  database.gate = (operation) => (operation === "scan page" ? Promise.reject(new TypeError("connection lost")) : Promise.resolve());
  await expect(cache.syncWithDatabase()).rejects.toThrow("connection lost");
  expect(cache.paths({})).toHaveLength(5);
  expect(cache.getStats()).toMatchObject({ syncFailures: 1 });
  expect(cache.verify()).toEqual([]);
  database.gate = () => Promise.resolve();
  expect(await cache.syncWithDatabase()).toMatchObject({ kind: "full", added: 1 });
  expect(cache.paths({})).toHaveLength(6);
});

test("a failure is not an absence: what needs the database fails, what is in memory is served", async () => {
  const { database, cache } = await openCache(files(5));
  const resident = cache.paths({}).find((path) => cache.peek(path) !== undefined) as string;
  const evicted = cache.paths({}).find((path) => cache.peek(path) === undefined) as string;
  database.gate = () => Promise.reject(new TypeError("unreachable"));
  await expect(cache.getMetadata(evicted)).rejects.toThrow("unreachable");
  await expect(cache.query({})).rejects.toThrow("unreachable");
  await expect(cache.getMetadata(resident, { consistency: "latest" })).rejects.toThrow("unreachable");
  expect(await cache.getMetadata(resident)).toBeDefined();
  expect(await cache.getMetadata("absent.ts")).toBeUndefined();
  expect(cache.count({ functionName: "f" })).toBe(5);
  expect((await cache.query({ select: ["path"] })).total).toBe(5);
});

test("a corrupt row hides no other, is an error by name, and is counted in every answer", async () => {
  const { store, cache } = await openCache(files(3));
  store.writeBehindTheCache("f1.ts" as ProjectPath, undefined, "functions: not JSON");
  await cache.syncWithDatabase();
  expect(await cache.query({ select: ["path"] })).toMatchObject({
    items: [{ path: "f0.ts" }, { path: "f2.ts" }],
    total: 2,
    unreadable: 1,
  });
  await expect(cache.getMetadata("f1.ts")).rejects.toMatchObject({
    code: "E_RECORD",
    message: expect.stringContaining("not JSON") as string,
  });
  await cache.update(recordOf({ path: "f1.ts" }));
  expect(await cache.query({ limit: 1 })).toMatchObject({ total: 3, unreadable: 0 });
});
