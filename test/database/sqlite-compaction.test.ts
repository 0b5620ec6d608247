import { join } from "node:path";
import { expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { recordOf } from "../support/small-records.ts";
import { openForTest, temporaryDirectory } from "../support/temporary-database.ts";

const RECORDS = Array.from({ length: 7_000 }, (_, index) => recordOf({ path: `lib/${index}` }));

async function withTombstones(store: ProjectStore): Promise<number> {
  await store.write(RECORDS, []);
  const { position } = await store.write(
    [],
    RECORDS.map(({ path }) => path),
  );
  return position.revision;
}

test("other writers, of this store and of another connection, take turns with a compaction of many tombstones", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const store = await (await openForTest(file)).openProject("p");
  const other = await (await openForTest(file)).openProject("q");
  const revision = await withTombstones(store);
  const compaction = store.compact(revision);
  await store.write([recordOf({ path: "a" })], []);
  await other.write([recordOf({ path: "a" })], []);
  expect(await store.tombstones.count()).toBeGreaterThan(0);
  // What is left of the tombstones is not the whole feed: nobody is told that it is.
  expect((await store.position()).horizon).toBe(revision);
  expect(await compaction).toBe(RECORDS.length);
  expect(await store.tombstones.count()).toBe(0);
});

test("a compaction that is interrupted by the end of the database has settled with it, and the next one forgets the rest", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const first = await openSqliteDatabase({ file });
  const store = await first.openProject("p");
  const revision = await withTombstones(store);
  let outcome = "pending";
  const compaction = store.compact(revision).then(
    () => (outcome = "done"),
    (error: unknown) => (outcome = String((error as { readonly code?: string }).code)),
  );
  while ((await store.position()).horizon === 0) await systemClock.yield();
  await first.close();
  expect(outcome).toBe("E_CLOSED");
  await compaction;
  const again = await (await openForTest(file)).openProject("p");
  const left = await again.tombstones.count();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThan(RECORDS.length);
  expect(await again.compact(0)).toBe(left);
  expect(await again.position()).toMatchObject({ revision, horizon: revision });
});
