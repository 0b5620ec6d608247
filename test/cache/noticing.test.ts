import { join } from "node:path";
import { expect, test } from "vitest";
import { isMetacacheError } from "../../src/base/errors.ts";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { files, openCache, settled } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, temporaryDirectory } from "../support/temporary-database.ts";

test("what another program does to an SQLite file comes to a cache that nobody calls: a change, a deletion, another file in its place", async () => {
  const root = temporaryDirectory();
  await using cache = await openMetadataCache({ project: root, environment: {} });
  const file = join(root, ".metacache/metadata.db");
  {
    await using other = await openMetadataCache({ project: root, environment: {} });
    await other.update(files(2));
  }
  await expect.poll(() => cache.count({})).toBe(2);
  const foreign = foreignConnection(file);
  foreign.exec("DELETE FROM file WHERE path = 'f0.ts'; UPDATE file SET language = 'cobol'");
  await expect.poll(() => cache.paths({ language: "cobol" })).toEqual(["f1.ts"]);
  foreign.exec("DELETE FROM file");
  await expect.poll(() => cache.count({})).toBe(0);
  expect(cache.verify()).toEqual([]);
});

test("a revision that was reached is not waited for, and one that others write is", async () => {
  const { store, cache } = await openCache(files(2));
  await cache.waitForRevision(2);
  let reached = false;
  const waiting = cache.waitForRevision(4).then(() => (reached = true));
  await settled();
  await store.write([recordOf({ path: "a.ts" })], []);
  await cache.syncWithDatabase();
  await settled();
  expect(reached).toBe(false);
  await cache.update(recordOf({ path: "b.ts" }));
  await waiting;
  expect(cache.revision).toBe(4);
});

test("a revision that the database has already is fetched, not waited for", async () => {
  const { store, cache } = await openCache(files(2));
  await store.write([recordOf({ path: "a.ts" })], []);
  await cache.waitForRevision(3);
  expect(cache.revision).toBe(3);
});

test("waiting for a revision ends by its time, its signal or the shutdown, and what is none is refused", async () => {
  const root = temporaryDirectory();
  const cache = await openMetadataCache({ project: root, environment: {} });
  await expect(cache.waitForRevision(7, { timeoutMs: 20 })).rejects.toMatchObject({
    code: "E_TIMEOUT",
    message: expect.stringMatching(/at revision 0 and did not reach revision 7 within 20 ms/) as string,
  });
  await expect(cache.waitForRevision(-1)).rejects.toMatchObject({ code: "E_ARGUMENT" });
  await expect(cache.waitForRevision(1, { timeoutMs: Number.NaN })).rejects.toMatchObject({ code: "E_ARGUMENT" });
  const giveUp = new AbortController();
  const given = cache.waitForRevision(7, { signal: giveUp.signal });
  giveUp.abort(new TypeError("enough"));
  await expect(given).rejects.toThrow("enough");
  const ended = cache.waitForRevision(7).catch((error: unknown) => isMetacacheError(error, "E_CLOSED"));
  await settled();
  await cache.shutdown();
  expect(await ended).toBe(true);
});

test("a load of everything tells how far it is", async () => {
  const root = temporaryDirectory();
  {
    await using first = await openMetadataCache({ project: root, environment: {} });
    // So few that no checkpoint of the index is left.
    await first.update(files(150));
  }
  const told: (readonly [number, number])[] = [];
  await using cache = await openMetadataCache({
    project: root,
    environment: {},
    onLoadProgress: ({ loaded, total }) => void told.push([loaded, total]),
  });
  const loaded = told.map(([records]) => records);
  expect(loaded.length).toBeGreaterThan(1);
  expect(loaded).toEqual([...new Set(loaded)].toSorted((a, b) => a - b));
  expect(told.at(-1)).toEqual([150, 150]);
  expect(told.every(([, total]) => total === 150)).toBe(true);
  expect(cache.count({})).toBe(150);
});
