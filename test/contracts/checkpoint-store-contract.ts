import { setImmediate } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { NewCheckpoint, StoredCheckpoint } from "../../src/database/checkpoint-store.ts";
import { countOldTombstones, forgetTombstones } from "../../src/database/forget-tombstones.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { checkpointBytes } from "../support/checkpoint-bytes.ts";
import { recordOf } from "../support/small-records.ts";
import type { DatabaseUnderTest } from "./metadata-database-contract.ts";

const MEGABYTE = 1 << 20;
const FORMAT = 7;

function contentOf(stored: StoredCheckpoint | undefined): Buffer | undefined {
  return stored === undefined ? undefined : Buffer.from(stored.bytes);
}

/** What every implementation must do with checkpoints. */
export function describeCheckpointStore(openDatabase: () => Promise<DatabaseUnderTest>): void {
  const openStore = async (): Promise<ProjectStore> => {
    const store = await (await openDatabase()).database.openProject("p");
    await store.write([recordOf({ path: "a" })], []);
    return store;
  };

  let changes = 0;
  const advance = async (store: ProjectStore): Promise<NewCheckpoint["position"]> =>
    (await store.write([recordOf({ path: "a", intent: `change ${++changes}` })], [])).position;

  /** Writes a checkpoint of the present position. */
  const writeNow = async (store: ProjectStore, bytes: Uint8Array, format = FORMAT): Promise<boolean> =>
    store.checkpoints.write({ format, position: await store.position(), bytes });

  test.each([0, 1, 1_000, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE + 17])(
    "keeps a checkpoint of %i bytes and gives it back exactly, in shared memory",
    async (length) => {
      const store = await openStore();
      const { epoch, revision, token, ...rest } = await store.position();
      const shared = new Uint8Array(new SharedArrayBuffer(length + 8), 5, length);
      shared.set(checkpointBytes(length, 3));
      expect(await store.checkpoints.header()).toBeUndefined();
      expect(await store.checkpoints.read(FORMAT)).toBeUndefined();
      expect(await store.checkpoints.write({ format: FORMAT, position: { epoch, revision, token, ...rest }, bytes: shared })).toBe(true);
      const position = { epoch, revision, token };
      expect(await store.checkpoints.header()).toEqual({ format: FORMAT, position, byteLength: length });
      const stored = await store.checkpoints.read(FORMAT);
      expect(stored?.position).toEqual(position);
      expect(stored?.bytes).toBeInstanceOf(SharedArrayBuffer);
      expect(contentOf(stored)?.equals(checkpointBytes(length, 3))).toBe(true);
      expect(await store.position()).toEqual({ ...position, ...rest });
    },
  );

  test("a checkpoint is replaced by one of a later revision, and not by one of the same or an earlier one", async () => {
    const store = await openStore();
    const first = await advance(store);
    const second = await advance(store);
    const [old, kept, late] = [checkpointBytes(2 * MEGABYTE, 1), checkpointBytes(MEGABYTE + 5, 2), checkpointBytes(10, 3)];
    expect(await store.checkpoints.write({ format: FORMAT, position: first, bytes: old })).toBe(true);
    expect(await store.checkpoints.write({ format: FORMAT, position: second, bytes: kept })).toBe(true);
    for (const position of [first, second]) expect(await store.checkpoints.write({ format: FORMAT, position, bytes: late })).toBe(false);
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(kept)).toBe(true);
    const third = await advance(store);
    expect(await store.checkpoints.write({ format: FORMAT, position: third, bytes: late })).toBe(true);
    expect((await store.checkpoints.read(FORMAT))?.position.revision).toBe(third.revision);
  });

  test("a checkpoint of another format is not read, and is replaced at the same revision", async () => {
    const store = await openStore();
    expect(await writeNow(store, checkpointBytes(100, 1))).toBe(true);
    expect(await store.checkpoints.read(FORMAT + 1)).toBeUndefined();
    expect(await writeNow(store, checkpointBytes(100, 2), FORMAT + 1)).toBe(true);
    expect(await store.checkpoints.read(FORMAT)).toBeUndefined();
    expect(await store.checkpoints.header()).toMatchObject({ format: FORMAT + 1 });
  });

  test("a checkpoint of another epoch, another history, the future or from before the horizon is not kept", async () => {
    const store = await openStore();
    const old = await advance(store);
    await advance(store);
    const { epoch, revision, token } = await store.position();
    const bytes = checkpointBytes(10, 1);
    for (const position of [
      { epoch: `${epoch}0`, revision, token },
      { epoch, revision, token: token + 1 },
      { epoch, revision: revision + 1, token },
      { epoch, revision: old.revision, token },
    ]) {
      expect(await store.checkpoints.write({ format: FORMAT, position, bytes })).toBe(false);
    }
    await store.compact(revision);
    expect(await store.checkpoints.write({ format: FORMAT, position: old, bytes })).toBe(false);
    expect(await store.checkpoints.header()).toBeUndefined();
    expect(await writeNow(store, bytes)).toBe(true);
  });

  test("the checkpoint of an empty project is kept, and that of a database that does not exist yet is not", async () => {
    const store = await (await openDatabase()).database.openProject("p");
    await store.write([], []);
    const { epoch, token } = await store.position();
    const bytes = checkpointBytes(10, 1);
    expect(await store.checkpoints.write({ format: FORMAT, position: { epoch: "uncreated", revision: 0, token: 0 }, bytes })).toBe(false);
    expect(await store.checkpoints.write({ format: FORMAT, position: { epoch, revision: 0, token }, bytes })).toBe(true);
    const { revision } = await advance(store);
    await store.compact(revision);
    expect(await store.position()).toMatchObject({ horizon: revision });
  });

  test("a project that is not known has no checkpoint, and is not made known by one", async () => {
    const { database } = await openDatabase();
    const store = await database.openProject("nobody");
    expect(await writeNow(store, checkpointBytes(10, 1))).toBe(false);
    await store.checkpoints.remove();
    expect([await store.checkpoints.header(), await store.checkpoints.read(FORMAT)]).toEqual([undefined, undefined]);
    expect(await database.projectNames()).toEqual([]);
  });

  test("projects have checkpoints of their own, which go with them", async () => {
    const { database, sql } = await openDatabase();
    const [one, two] = [await database.openProject("one"), await database.openProject("two")];
    for (const [seed, store] of [one, two].entries()) {
      await advance(store);
      expect(await writeNow(store, checkpointBytes(MEGABYTE + 9, seed))).toBe(true);
    }
    await one.checkpoints.remove();
    expect([await one.checkpoints.header(), await one.checkpoints.read(FORMAT)]).toEqual([undefined, undefined]);
    expect(contentOf(await two.checkpoints.read(FORMAT))?.equals(checkpointBytes(MEGABYTE + 9, 1))).toBe(true);
    await advance(one);
    expect(await writeNow(one, checkpointBytes(MEGABYTE + 9, 5))).toBe(true);
    await database.removeProject("two");
    const again = await database.openProject("two");
    await advance(again);
    expect(await again.checkpoints.header()).toBeUndefined();
    expect(contentOf(await one.checkpoints.read(FORMAT))?.equals(checkpointBytes(MEGABYTE + 9, 5))).toBe(true);
    if (sql !== undefined) expect((await sql("SELECT count(*) FROM metacache.checkpoint_part"))[0]?.map(Number)).toEqual([2]);
  });

  test("to ask if a checkpoint may be written changes nothing", async () => {
    const store = await openStore();
    expect(await writeNow(store, checkpointBytes(9, 4))).toBe(true);
    const before = await store.position();
    await store.checkpoints.assertWritable();
    expect(await store.position()).toEqual(before);
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(checkpointBytes(9, 4))).toBe(true);
    expect(await writeNow(store, checkpointBytes(9, 5))).toBe(false);
  });

  test("records are written, and read, while a checkpoint is written", async () => {
    const store = await openStore();
    const position = await advance(store);
    let isOver = false;
    const writing = store.checkpoints
      .write({ format: FORMAT, position, bytes: checkpointBytes(12 * MEGABYTE, 1) })
      .finally(() => (isOver = true));
    let between = 0;
    while (!isOver) {
      await advance(store);
      if (!isOver) between++;
    }
    expect(await writing).toBe(true);
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision: position.revision } });
    // The memory database keeps a checkpoint in one step.
    if (store.constructor.name !== "MemoryStore") expect(between).toBeGreaterThan(2);
  });

  test("of writes at the same time one of the newest is kept, whole", async () => {
    const { database } = await openDatabase();
    const store = await database.openProject("p");
    await advance(store);
    for (let round = 0; round < 3; round++) {
      const positions = [await advance(store), await advance(store), await store.position()];
      const written = await Promise.all(
        positions.map((position, index) =>
          store.checkpoints.write({ format: FORMAT, position, bytes: checkpointBytes(2 * MEGABYTE + index, position.revision) }),
        ),
      );
      expect(written.slice(1).filter(Boolean)).toHaveLength(1);
      const { revision } = await store.position();
      const stored = await store.checkpoints.read(FORMAT);
      expect(stored?.position.revision).toBe(revision);
      expect(contentOf(stored)?.equals(checkpointBytes(stored?.bytes.byteLength ?? 0, revision))).toBe(true);
    }
    expect((await database.examine()).filter(({ code }) => code === "DATABASE_CHECKPOINT")).toEqual([]);
  });

  test("of more writes at the same time than there may be drafts, one is kept, whole", async () => {
    const store = await openStore();
    const position = await advance(store);
    const bytes = checkpointBytes(2 * MEGABYTE, 9);
    const written = await Promise.all(
      Array.from({ length: 12 }, () => store.checkpoints.write({ format: FORMAT, position, bytes: Uint8Array.from(bytes) })),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(bytes)).toBe(true);
  });

  test("a checkpoint that is replaced while it is read is read whole, or the new one is", async () => {
    const store = await openStore();
    let position = await advance(store);
    await store.checkpoints.write({ format: FORMAT, position, bytes: checkpointBytes(3 * MEGABYTE, position.revision) });
    let isOver = false;
    const read = async (): Promise<void> => {
      while (!isOver) {
        const stored = await store.checkpoints.read(FORMAT);
        expect(contentOf(stored)?.equals(checkpointBytes(3 * MEGABYTE, stored?.position.revision ?? 0))).toBe(true);
        await setImmediate();
      }
    };
    const reading = Promise.all([read(), read()]);
    try {
      for (let round = 0; round < 6; round++) {
        position = await advance(store);
        expect(await store.checkpoints.write({ format: FORMAT, position, bytes: checkpointBytes(3 * MEGABYTE, position.revision) })).toBe(
          true,
        );
      }
    } finally {
      isOver = true;
    }
    await reading;
  });

  test("compaction keeps the tombstones that the checkpoint needs, and forgets them once it is replaced or removed", async () => {
    const store = await openStore();
    await store.write([recordOf({ path: "b" }), recordOf({ path: "c" })], [recordOf({ path: "a" }).path]);
    const checkpoint = await store.position();
    expect(await writeNow(store, checkpointBytes(10, 1))).toBe(true);
    await store.write([], [recordOf({ path: "b" }).path]);
    const policy = { olderThanDays: 1, now: 1_000 * 86_400_000 };
    await store.tombstones.noteTime(0);
    expect(await countOldTombstones(store, policy)).toEqual({ forgotten: 1, left: 1, horizon: checkpoint.revision });
    expect(await forgetTombstones(store, policy)).toEqual({ forgotten: 1, left: 1, horizon: checkpoint.revision });
    expect((await store.readChanges(checkpoint, 10)).changes).toMatchObject([{ path: "b", deleted: true }]);
    await store.checkpoints.remove();
    const { revision } = await store.position();
    expect(await countOldTombstones(store, policy)).toEqual({ forgotten: 1, left: 0, horizon: revision });
    expect(await store.compact(revision)).toBe(1);
    expect(await store.position()).toMatchObject({ horizon: revision });
  });

  test("throws E_CLOSED for every call on a checkpoint once the database is closed, and ends one under way", async () => {
    const { database } = await openDatabase();
    const store = await database.openProject("p");
    const position = await advance(store);
    const write = (): Promise<unknown> => store.checkpoints.write({ format: FORMAT, position, bytes: checkpointBytes(20 * MEGABYTE, 1) });
    let isSettled = false;
    const underWay = Promise.allSettled([write()]).then((outcome) => {
      isSettled = true;
      return outcome;
    });
    await setImmediate();
    await database.close();
    expect(isSettled).toBe(true);
    await underWay;
    for (const call of [write, () => store.checkpoints.header(), () => store.checkpoints.read(FORMAT), () => store.checkpoints.remove()]) {
      await expect(call()).rejects.toMatchObject({ code: "E_CLOSED" });
    }
  });

  describeDamage(openDatabase, writeNow, advance);
}

/**
 * What a checkpoint is after somebody has changed its rows, or before its writer has come to its
 * end.
 */
function describeDamage(
  openDatabase: () => Promise<DatabaseUnderTest>,
  writeNow: (store: ProjectStore, bytes: Uint8Array) => Promise<boolean>,
  advance: (store: ProjectStore) => Promise<NewCheckpoint["position"]>,
): void {
  const BYTES = checkpointBytes(2 * MEGABYTE + 100, 4);
  const HEADER_CHANGES = ["format", "revision", "token", "byte_length", "parts", "head_checksum", "checksum"].flatMap((column) => [
    `UPDATE metacache.checkpoint SET ${column} = ${column} + 1`,
    `UPDATE metacache.checkpoint SET ${column} = 9000000000000000000`,
    `UPDATE metacache.checkpoint SET ${column} = -1`,
  ]);
  const ROW_CHANGES = [
    ...HEADER_CHANGES,
    "UPDATE metacache.checkpoint SET epoch = 'x'",
    "UPDATE metacache.checkpoint SET id = id + 1",
    "UPDATE metacache.checkpoint SET is_whole = 0",
    "UPDATE metacache.checkpoint SET project_id = 77",
    "DELETE FROM metacache.checkpoint",
    "DELETE FROM metacache.checkpoint_part",
    ...[0, 1, 2].map((number) => `DELETE FROM metacache.checkpoint_part WHERE number = ${number}`),
    ...[0, 1, 2].map((number) => `UPDATE metacache.checkpoint_part SET checksum = checksum + 1 WHERE number = ${number}`),
    "UPDATE metacache.checkpoint_part SET checksum = 9000000000000000000",
    "UPDATE metacache.checkpoint_part SET number = number + 1 WHERE number = 2",
    "UPDATE metacache.checkpoint_part SET number = CASE number WHEN 0 THEN 10 ELSE 11 END WHERE number < 2; UPDATE metacache.checkpoint_part SET number = 11 - number WHERE number > 2",
    "UPDATE metacache.checkpoint_part SET checkpoint_id = checkpoint_id + 1",
    `INSERT INTO metacache.checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
     SELECT project_id, checkpoint_id, 3, checksum, bytes FROM metacache.checkpoint_part WHERE number = 2`,
  ];

  test("a checkpoint whose rows were changed in any way is not used, is no failure, and gives way to a new one", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    for (const change of ROW_CHANGES) {
      const bytes = HEADER_CHANGES.includes(change) ? BYTES.subarray(0, 100) : BYTES;
      expect(await writeNow(store, bytes)).toBe(true);
      expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(bytes)).toBe(true);
      for (const statement of change.split("; ")) await sql(statement);
      expect({ change, read: await store.checkpoints.read(FORMAT) }).toEqual({ change, read: undefined });
      await store.checkpoints.header();
    }
    expect(await writeNow(store, BYTES)).toBe(true);
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(BYTES)).toBe(true);
  });

  test("a checkpoint is not used if one bit of its bytes is another, or if bytes are missing or too many", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    const bytes = checkpointBytes(MEGABYTE + 9, 6);
    expect(await writeNow(store, bytes)).toBe(true);
    const select = "SELECT bytes FROM metacache.checkpoint_part WHERE number = $1";
    const put = (content: Uint8Array, number: number): Promise<unknown> =>
      sql("UPDATE metacache.checkpoint_part SET bytes = $1 WHERE number = $2", content, number);
    const parts = [0, 1].map(async (number) => Uint8Array.from((await sql(select, number))[0]?.[0] as Uint8Array));
    const [first = new Uint8Array(), second = new Uint8Array()] = await Promise.all(parts);
    const damages: [Uint8Array, number][] = [0, 1, 500_000, MEGABYTE - 1].map((at) => [flipped(first, at, at % 8), 0]);
    for (let at = 0; at < second.length; at++) damages.push([flipped(second, at, at % 8), 1]);
    damages.push([second.subarray(1), 1], [second.subarray(0, -1), 1], [new Uint8Array(), 1]);
    damages.push([Uint8Array.from([...second, 0]), 1], [first.subarray(0, -1), 0]);
    for (const [damaged, number] of damages) {
      await put(damaged, number);
      expect(await store.checkpoints.read(FORMAT)).toBeUndefined();
      await put(number === 0 ? first : second, number);
    }
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(bytes)).toBe(true);
  });

  test("a damaged checkpoint is found by an examination, which says what to do", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    for (const name of ["p", "sound"]) {
      const store = await database.openProject(name);
      await advance(store);
      expect(await writeNow(store, BYTES)).toBe(true);
    }
    const examine = async (): Promise<unknown> => (await database.examine()).filter(({ code }) => code === "DATABASE_CHECKPOINT");
    expect(await examine()).toEqual([]);
    const ofProject = "project_id = (SELECT id FROM metacache.project WHERE name = 'p')";
    for (const [change, damage] of [
      [
        `UPDATE metacache.checkpoint_part SET checksum = checksum + 1 WHERE number = 1 AND ${ofProject}`,
        "the checksum of its part 1 is wrong",
      ],
      [
        `UPDATE metacache.checkpoint_part SET bytes = $1 WHERE number = 1 AND ${ofProject}`,
        `it has ${MEGABYTE + 102} bytes instead of ${2 * MEGABYTE + 100}`,
      ],
      [`DELETE FROM metacache.checkpoint_part WHERE number = 1 AND ${ofProject}`, "it has 2 parts instead of 3"],
      [`UPDATE metacache.checkpoint SET token = 1 WHERE ${ofProject}`, "its header is damaged"],
    ] as const) {
      await sql(change, ...(change.includes("$1") ? [Uint8Array.of(1, 2)] : []));
      expect(await examine()).toEqual([
        {
          code: "DATABASE_CHECKPOINT",
          problem: `the checkpoint of the project "p" cannot be used, so every start reads all rows: ${damage}`,
          remedy: "run `metacache index` for this project: it writes a new one",
        },
      ]);
    }
    expect(await writeNow(await database.openProject("p"), BYTES)).toBe(true);
    expect(await examine()).toEqual([]);
  });

  test("a checkpoint of a history that was undone gives way to one of the same revision, and keeps no tombstone", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    await store.write([recordOf({ path: "b" })], []);
    expect(await writeNow(store, BYTES)).toBe(true);
    // As after a restore: the same revisions go on with other tokens.
    await sql("UPDATE metacache.project SET token = token + 1");
    await sql("UPDATE metacache.history SET token = token + 1");
    await store.write([], [recordOf({ path: "b" }).path]);
    const { revision } = await store.position();
    await store.tombstones.noteTime(0);
    expect(await countOldTombstones(store, { olderThanDays: 1, now: 10 * 86_400_000 })).toMatchObject({ forgotten: 1, horizon: revision });
    expect(await store.compact(revision)).toBe(1);
    expect(await writeNow(store, BYTES)).toBe(true);
    await sql("UPDATE metacache.project SET token = token + 1");
    await sql("UPDATE metacache.history SET token = token + 1");
    expect(await writeNow(store, checkpointBytes(10, 1))).toBe(true);
    const { token } = await store.position();
    expect(await store.checkpoints.header()).toMatchObject({ position: { revision, token } });
  });

  test("a draft that nobody finishes is never read, and goes with the next checkpoint", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    expect(await writeNow(store, BYTES)).toBe(true);
    const kept = await store.checkpoints.read(FORMAT);
    await advance(store);
    // What writers leave that were killed, one of them before its first part and one before its
    // last step.
    const columns = "project_id, begun, format, epoch, token, byte_length, parts, head_checksum, checksum";
    for (const [id, ahead] of [
      [5, 1],
      [6, 1],
      [7, 99],
    ] as const) {
      await sql(`INSERT INTO metacache.checkpoint (id, is_whole, revision, ${columns})
        SELECT ${id}, 0, revision + ${ahead}, ${columns} FROM metacache.checkpoint WHERE is_whole = 1`);
    }
    await sql(`INSERT INTO metacache.checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
      SELECT project_id, 6, number, checksum, bytes FROM metacache.checkpoint_part`);
    expect(await store.checkpoints.read(FORMAT)).toEqual(kept);
    expect(await writeNow(store, BYTES)).toBe(true);
    expect((await sql("SELECT is_whole FROM metacache.checkpoint")).map(([isWhole]) => Number(isWhole))).toEqual([1]);
    expect((await sql("SELECT count(*) FROM metacache.checkpoint_part"))[0]?.map(Number)).toEqual([3]);
  });

  test("of drafts that nobody finishes, a project keeps a few, those that were begun last", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    expect(await writeNow(store, BYTES)).toBe(true);
    const position = await advance(store);
    await advance(store);
    const columns = "project_id, format, epoch, token, byte_length, parts, head_checksum, checksum";
    for (let id = 1; id <= 8; id++) {
      await sql(`INSERT INTO metacache.checkpoint (id, begun, is_whole, revision, ${columns})
        SELECT ${id}, ${10 + id}, 0, revision + 2, ${columns} FROM metacache.checkpoint WHERE is_whole = 1`);
    }
    // It is older than the drafts: nothing else takes them away.
    expect(await store.checkpoints.write({ format: FORMAT, position, bytes: BYTES })).toBe(true);
    const left = await sql("SELECT id FROM metacache.checkpoint WHERE is_whole = 0 ORDER BY begun");
    expect(left.map(([id]) => Number(id))).toEqual([6, 7, 8]);
  });

  test("parts that belong to no checkpoint go with the next write, also with one that is not wanted", async ({ skip }) => {
    const { database, sql } = await openDatabase();
    if (sql === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    expect(await writeNow(store, BYTES)).toBe(true);
    for (let id = 1; id <= 5; id++) {
      await sql(
        `INSERT INTO metacache.checkpoint_part (project_id, checkpoint_id, number, checksum, bytes)
        SELECT project_id, ${id}, number, checksum, $1 FROM metacache.checkpoint_part WHERE checkpoint_id > 1000`,
        Uint8Array.from([1]),
      );
    }
    expect(await writeNow(store, BYTES)).toBe(false);
    expect((await sql("SELECT count(*) FROM metacache.checkpoint_part"))[0]?.map(Number)).toEqual([3]);
    expect(contentOf(await store.checkpoints.read(FORMAT))?.equals(BYTES)).toBe(true);
  });

  test("opened for reading alone, a database gives its checkpoint and refuses to change it as it refuses every write", async ({ skip }) => {
    const { database, openReader } = await openDatabase();
    if (openReader === undefined) return skip();
    const store = await database.openProject("p");
    await advance(store);
    expect(await writeNow(store, BYTES)).toBe(true);
    const position = await advance(store);
    const reading = await openReader();
    onTestFinished(() => reading.close());
    const reader = await reading.openProject("p");
    expect(contentOf(await reader.checkpoints.read(FORMAT))?.equals(BYTES)).toBe(true);
    expect(await reader.checkpoints.header()).toMatchObject({ format: FORMAT });
    for (const call of [
      () => reader.checkpoints.write({ format: FORMAT, position, bytes: BYTES }),
      () => reader.checkpoints.remove(),
      () => reader.checkpoints.assertWritable(),
      () => reader.write([recordOf({ path: "x" })], []),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE", fault: "read-only" });
    }
    expect(await store.checkpoints.header()).toBeDefined();
  });
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}
