import { backup } from "node:sqlite";
import { join } from "node:path";
import { expect, test } from "vitest";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { TINY } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";

const MOST_READS = 100;

/**
 * A read that never ends would not let the test end either: it never leaves the turn of the event
 * loop.
 */
function bounded(store: ProjectStore): ProjectStore {
  const readRows = store.readRows.bind(store);
  let reads = 0;
  store.readRows = (paths, known) => {
    if (++reads > MOST_READS) throw new TypeError(`the same rows were read ${MOST_READS} times`);
    return readRows(paths, known);
  };
  return store;
}

/**
 * A backup from before `gone.ts`, put back in place and written to by others until it is at or past
 * the cache's revision.
 */
async function restoreWithout(writes: number): Promise<MetadataCache> {
  const folder = temporaryDirectory();
  const file = join(folder, "metadata.db");
  const copy = join(folder, "backup.db");
  const store = await (await openForTest(file)).openProject("p");
  const cache = await MetadataCache.open(bounded(store), TINY);
  await cache.update(recordOf({ path: "kept.ts" }));
  await backup(foreignConnection(file), copy);
  await cache.update(recordOf({ path: "gone.ts" }));
  cache.clear();
  await backup(foreignConnection(copy), file);
  const others = await (await openForTest(file)).openProject("p");
  for (let size = 1; size <= writes; size++) await others.write([recordOf({ path: "kept.ts", size })], []);
  return cache;
}

test.each([1, 2, 5])("a backup that was put back and written on %i times is followed, and no two histories are mixed", async (writes) => {
  await using cache = await restoreWithout(writes);
  const { items, revision } = await cache.query({}, { consistency: "latest" });
  expect(items.map(({ path, size }) => [path, size])).toEqual([["kept.ts", writes]]);
  expect(revision).toBe(1 + writes);
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test.each([1, 2])("a row that a restored backup has not, %i writes later, is no row", async (writes) => {
  await using cache = await restoreWithout(writes);
  await cache.syncWithDatabase();
  expect(await cache.getMetadata("gone.ts")).toBeUndefined();
  expect(await cache.verifyAgainstDatabase()).toEqual([]);
});

test.each([1, 2])("a query that meets such a row, %i writes later, answers without it", async (writes) => {
  await using cache = await restoreWithout(writes);
  await cache.syncWithDatabase();
  const { items } = await cache.query({});
  expect(items.map(({ path, size }) => [path, size])).toEqual([["kept.ts", writes]]);
});
