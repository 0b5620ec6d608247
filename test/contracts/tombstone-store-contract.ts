import { expect, test } from "vitest";
import { countOldTombstones, forgetTombstones } from "../../src/database/forget-tombstones.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const DAY = 86_400_000;
const START = 1_700_000_000_000.25;
const [A, B, C] = ["a", "b", "c"].map((path) => recordOf({ path })) as [
  ReturnType<typeof recordOf>,
  ReturnType<typeof recordOf>,
  ReturnType<typeof recordOf>,
];

/** What every implementation must know of the age of tombstones, and how it forgets them. */
export function describeTombstoneStore(openDatabase: () => Promise<DatabaseUnderTest>): void {
  const openStore = async (): Promise<ProjectStore> => {
    const store = await (await openDatabase()).database.openProject("p");
    await store.write([A, B, C], []);
    return store;
  };

  test("forgets the tombstones that are known to be old enough, keeps younger ones, and draws no revision", async () => {
    const store = await openStore();
    const start = await store.position();
    await store.write([], [A.path]);
    await forgetTombstones(store, { olderThanDays: 30, now: START });
    const early = (await store.write([], [B.path])).position;
    await forgetTombstones(store, { olderThanDays: 30, now: START + 10 * DAY });
    const { position } = await store.write([], [C.path]);
    expect(await store.tombstones.times()).toEqual([
      { revision: 4, notedAt: START },
      { revision: 5, notedAt: START + 10 * DAY },
    ]);
    expect(await forgetTombstones(store, { olderThanDays: 30, now: START + 30 * DAY - 1 })).toEqual({ forgotten: 0, left: 3, horizon: 0 });
    const policy = { olderThanDays: 30, now: START + 39 * DAY };
    expect(await countOldTombstones(store, policy)).toEqual({ forgotten: 1, left: 2, horizon: 4 });
    expect(await store.tombstones.count()).toBe(3);
    expect(await forgetTombstones(store, policy)).toEqual({ forgotten: 1, left: 2, horizon: 4 });
    expect(await forgetTombstones(store, policy)).toEqual({ forgotten: 0, left: 2, horizon: 4 });
    expect(await store.position()).toEqual({ ...position, horizon: 4 });
    expect(await store.readChanges(start, 10)).toMatchObject({ continues: true, changes: undefined });
    expect((await store.readChanges(early, 10)).changes).toEqual([{ path: "c", revision: 6, deleted: true }]);
    expect((await store.tombstones.times()).map(({ revision }) => revision)).toEqual([5, 6]);
    expect(await forgetTombstones(store, { olderThanDays: 1, now: START + 100 * DAY })).toEqual({ forgotten: 2, left: 0, horizon: 6 });
    expect((await store.tombstones.times()).map(({ revision }) => revision)).toEqual([6]);
  });

  test("keeps the first time at which a revision was noted, and counts tombstones up to a revision", async () => {
    const store = await openStore();
    await store.write([], [A.path]);
    await store.write([], [B.path]);
    await store.tombstones.noteTime(START);
    await store.tombstones.noteTime(START + 50 * DAY);
    expect(await store.tombstones.times()).toEqual([{ revision: 5, notedAt: START }]);
    expect(await Promise.all([0, 3, 4, 5, undefined].map((upTo) => store.tombstones.count(upTo)))).toEqual([0, 0, 1, 2, 2]);
  });

  test("notes no time that is older than an earlier revision's, however far the clock was set back", async () => {
    const store = await openStore();
    await store.tombstones.noteTime(START);
    await store.write([], [A.path]);
    await store.tombstones.noteTime(START - 1_000 * DAY);
    expect(await store.tombstones.times()).toEqual([
      { revision: 3, notedAt: START },
      { revision: 4, notedAt: START },
    ]);
    expect(await forgetTombstones(store, { olderThanDays: 1, now: START + DAY - 1 })).toMatchObject({ forgotten: 0, left: 1 });
  });

  test("forgets any number of tombstones, and none beyond the revision that is given", async () => {
    const store = await openStore();
    const records = Array.from({ length: 5_100 }, (_, index) => recordOf({ path: `lib/${index}` }));
    await store.write(records, []);
    const { position } = await store.write(
      [],
      records.map(({ path }) => path),
    );
    await store.write([recordOf({ path: "lib/7" })], [A.path]);
    expect(await store.compact(position.revision)).toBe(5_099);
    expect(await store.tombstones.count()).toBe(1);
    expect(await store.position()).toMatchObject({ revision: position.revision + 2, horizon: position.revision });
    expect((await store.readChanges(position, 10)).changes).toMatchObject([{ path: "lib/7" }, { path: "a", deleted: true }]);
    expect(await store.compact(0)).toBe(0);
  });

  test("has no times and no tombstones for a project that is not known, and makes none known", async () => {
    const { database } = await openDatabase();
    const store = await database.openProject("nobody");
    await store.tombstones.noteTime(START);
    expect(await store.compact(10)).toBe(0);
    expect([await store.tombstones.times(), await store.tombstones.count()]).toEqual([[], 0]);
    expect(await database.projectNames()).toEqual([]);
  });

  test("keeps the times of projects apart, and loses them with their project", async () => {
    const { database } = await openDatabase();
    const [one, two] = [await database.openProject("one"), await database.openProject("two")];
    for (const [store, now] of [
      [one, START],
      [two, START + DAY],
    ] as const) {
      await store.write([A], []);
      await store.write([], [A.path]);
      await store.tombstones.noteTime(now);
    }
    const ofTwo = [{ revision: 2, notedAt: START + DAY }];
    expect(await forgetTombstones(one, { olderThanDays: 1, now: START + DAY })).toMatchObject({ forgotten: 1 });
    expect([await two.tombstones.times(), await two.tombstones.count()]).toEqual([ofTwo, 1]);
    await database.removeProject("one");
    const again = await database.openProject("one");
    await again.write([B], []);
    expect(await again.tombstones.times()).toEqual([]);
    expect(await two.tombstones.times()).toEqual(ofTwo);
  });
}
