import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { backup } from "node:sqlite";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { verifySqliteFile } from "../support/verify-sqlite-file.ts";
import { startChild } from "./fixtures/child-process.ts";

const asRoot = process.getuid?.() === 0;

function unavailable(fault: string, message: RegExp = /./): object {
  return { code: "E_DATABASE_UNAVAILABLE", fault, message: expect.stringMatching(message) as string };
}

function large(from: number, count: number): FileMetadata[] {
  return Array.from({ length: count }, (_, index) => recordOf({ path: `large ${from + index}`, intent: "x".repeat(4_000) }));
}

/** A database with one project of three rows, closed. */
async function prepared(directory: string = temporaryDirectory()): Promise<string> {
  const file = join(directory, "metadata.db");
  const database = await openSqliteDatabase({ file });
  await (await database.openProject("p")).write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
  await database.close();
  return file;
}

async function countRows(store: ProjectStore): Promise<number> {
  const scan = await store.scan(1_000);
  let count = 0;
  for await (const page of scan.pages) count += page.length;
  return count;
}

describe("an SQLite database that fails", () => {
  test("tells that the folder is missing, the file is, or is a directory", async () => {
    const directory = temporaryDirectory();
    const nowhere = join(directory, "no", "metadata.db");
    await expect(openSqliteDatabase({ file: nowhere })).rejects.toMatchObject(unavailable("missing", /no directory .*create it first/));
    const absent = join(directory, "absent.db");
    await expect(openSqliteDatabase({ file: absent, readOnly: true })).rejects.toMatchObject(unavailable("missing", /absent\.db/));
    await expect(openSqliteDatabase({ file: directory })).rejects.toMatchObject(unavailable("not-a-database", /is a directory/));
    expect(readdirSync(directory)).toEqual([]);
  });

  test("waits for a lock on the event loop, gives up after its time, and works again when the lock is gone", async () => {
    const file = await prepared();
    const store = await (await openForTest(file, { busyTimeoutMs: 150 })).openProject("p");
    const sql = foreignConnection(file);
    sql.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const cancel = setInterval(() => turns++, 1);
    onTestFinished(() => clearInterval(cancel));
    const write = store.write([recordOf({ path: "d" })], []);
    await expect(write).rejects.toMatchObject(unavailable("locked", /metadata\.db was still locked by another program after \d+ ms: end/));
    expect(turns).toBeGreaterThan(1);
    expect(await countRows(store)).toBe(3);
    await expect(store.compact(1)).rejects.toMatchObject(unavailable("locked"));
    const added = await (await openForTest(file, { busyTimeoutMs: 10 })).openProject("new");
    await expect(added.write([], [])).rejects.toMatchObject(unavailable("locked"));
    sql.exec("ROLLBACK");
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
  });

  test.for([
    ["is left alone", 0],
    ["is set back by an hour at every look", -3_600_000],
    ["is set forward by an hour at every look", 3_600_000],
  ] as const)("measures the wait for a lock by the clock that nobody sets, while the other one %s", async ([, step]) => {
    const file = await prepared();
    let now = 0;
    let steady = 0;
    const clock = {
      ...systemClock,
      now: () => (now += step),
      microseconds: () => steady,
      sleep: (ms: number) => {
        steady += ms * 1_000;
        return systemClock.yield();
      },
    };
    const store = await (await openForTest(file, { busyTimeoutMs: 60_000, clock })).openProject("p");
    foreignConnection(file).exec("BEGIN IMMEDIATE");
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("locked", /after 60000 ms/));
  });

  test("lets the writers of one process take turns in their order", async () => {
    const file = await prepared();
    const store = await (await openForTest(file)).openProject("p");
    const sql = foreignConnection(file);
    sql.exec("BEGIN IMMEDIATE");
    const writes = Array.from({ length: 20 }, (_, index) => store.write([recordOf({ path: `${index}` })], []));
    await systemClock.sleep(20);
    sql.exec("COMMIT");
    const revisions = (await Promise.all(writes)).map(({ position }) => position.revision);
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, index) => 4 + index));
  });

  test("ends a wait for a lock when it is closed", async () => {
    const file = await prepared();
    const database = await openForTest(file);
    const store = await database.openProject("p");
    foreignConnection(file).exec("BEGIN IMMEDIATE");
    const writes = [store.write([recordOf({ path: "d" })], []), store.write([recordOf({ path: "e" })], [])];
    const ended = Promise.allSettled(writes);
    await systemClock.yield();
    await database.close();
    for (const result of await ended) expect(result).toMatchObject({ status: "rejected", reason: { code: "E_CLOSED" } });
  });

  test("ends a scan that is running when the scan or the database is closed: never as if it were complete", async () => {
    const file = await prepared();
    const database = await openForTest(file);
    const store = await database.openProject("p");
    for (const close of ["scan", "database"]) {
      const scan = await store.scan(1);
      const pages = scan.pages[Symbol.asyncIterator]();
      expect((await pages.next()).value).toHaveLength(1);
      await (close === "scan" ? scan : database).close();
      await expect(pages.next()).rejects.toMatchObject({ code: "E_CLOSED" });
    }
    expect(verifySqliteFile(file)).toEqual([]);
  });

  test("is not opened beside the log of the file that was there before, and leaves that log to nobody", async () => {
    const file = await prepared();
    const backupFile = `${file}.bak`;
    for (const isNoticed of [true, false]) {
      const database = await openForTest(file);
      const store = await database.openProject("p");
      const restored = await store.position();
      await backup(foreignConnection(file), backupFile);
      for (let size = 1; size < 40; size++)
        await store.write(
          Array.from({ length: 50 }, (_, index) => recordOf({ path: `late ${index}`, size })),
          [],
        );
      renameSync(backupFile, file);
      if (isNoticed) expect(await store.position()).toEqual(restored);
      if (isNoticed) expect((await store.write([recordOf({ path: `after ${restored.revision}` })], [])).before).toEqual(restored);
      await database.close();
      const again = await (await openForTest(file)).openProject("p");
      expect((await again.position()).revision).toBe(restored.revision + (isNoticed ? 1 : 0));
      expect(verifySqliteFile(file)).toEqual([]);
      expect(readdirSync(dirname(file)).filter((name) => !/^metadata\.db(-wal|-shm)?$/.test(name))).toEqual([]);
    }
  });

  test("lets the event loop run between the pages of a scan and the parts of a long read", async () => {
    const file = await prepared();
    const store = await (await openForTest(file)).openProject("p");
    const records = Array.from({ length: 1_000 }, (_, index) => recordOf({ path: `many ${index}` }));
    const { before } = await store.write(records, []);
    const turnsDuring = async (task: () => Promise<unknown>): Promise<number> => {
      let turns = 0;
      let running = true;
      const count = (): void => {
        turns++;
        if (running) setImmediate(count);
      };
      setImmediate(count);
      await task();
      running = false;
      return turns;
    };
    expect(await turnsDuring(() => countRows(store))).toBeGreaterThanOrEqual(1);
    expect(await turnsDuring(async () => store.readRows(records.map((record) => record.path)))).toBeGreaterThanOrEqual(3);
    expect(await turnsDuring(async () => store.readChanges(before, 2_000))).toBeGreaterThanOrEqual(3);
  });

  test("stores nothing of a write of which one record is refused", async () => {
    const file = await prepared();
    const store = await (await openForTest(file)).openProject("p");
    const before = await store.position();
    const refused = { ...recordOf({ path: "z" }), digest: null as unknown as string };
    await expect(store.write([recordOf({ path: "y" }), recordOf({ path: "a", intent: "new" }), refused], [])).rejects.toMatchObject({
      code: "E_RECORD",
    });
    expect(await store.position()).toEqual(before);
    expect(await countRows(store)).toBe(3);
    expect(verifySqliteFile(file)).toEqual([]);
  });

  test("tells that it is damaged where it is, and reads what is whole", async () => {
    const file = await prepared();
    const filled = await openForTest(file);
    await (await filled.openProject("p")).write(large(0, 200), []);
    await filled.close();
    truncateSync(file, statSync(file).size / 2);
    const outcome = openForTest(file).then(async (database) => countRows(await database.openProject("p")));
    await expect(outcome).rejects.toMatchObject(unavailable("corrupt", /is damaged .*restore it from a backup/));
    const stump = await prepared();
    truncateSync(stump, 50);
    await expect(openSqliteDatabase({ file: stump })).rejects.toMatchObject(unavailable("corrupt"));
  });

  test("tells of tables that are gone, an identity that is, or triggers that do not count", async () => {
    const file = await prepared();
    const store = await (await openForTest(file)).openProject("p");
    const sql = foreignConnection(file);
    const before = await store.position();
    sql.exec("DROP TRIGGER file_inserted");
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("corrupt", /did not count its changes/));
    expect(await store.position()).toEqual(before);
    sql.exec("DROP TABLE change");
    await expect(countRows(store)).rejects.toMatchObject(unavailable("corrupt", /has lost a table or a column/));
    sql.exec("DELETE FROM store");
    await expect(store.position()).rejects.toMatchObject(unavailable("corrupt", /identity/));
    await expect(openSqliteDatabase({ file })).rejects.toMatchObject(unavailable("corrupt"));
  });

  test("is told apart from an absence where it was removed, and found again where it was put back or replaced", async () => {
    const directory = temporaryDirectory();
    const file = await prepared(directory);
    const other = join(temporaryDirectory(), "other.db");
    copyFileSync(file, other);
    const store = await (await openForTest(file)).openProject("p");
    const before = await store.position();
    await store.write([recordOf({ path: "lost" })], []);
    const aside = join(directory, "aside");
    mkdirSync(aside);
    for (const name of readdirSync(directory).filter((each) => each.startsWith("metadata.db")))
      renameSync(join(directory, name), join(aside, name));
    await expect(store.position()).rejects.toMatchObject(unavailable("missing", /was removed/));
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("missing"));
    expect(readdirSync(directory)).toEqual(["aside"]);
    for (const name of readdirSync(aside)) renameSync(join(aside, name), join(directory, name));
    expect(await countRows(store)).toBe(4);

    const remove = (): void => {
      for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
    };
    remove();
    writeFileSync(file, "no database");
    await expect(store.position()).rejects.toMatchObject(unavailable("not-a-database"));
    remove();
    await expect(store.position()).rejects.toMatchObject(unavailable("missing"));
    copyFileSync(other, file);
    expect(await store.position()).toEqual(before);
    expect(await countRows(store)).toBe(3);
    expect(await store.write([recordOf({ path: "d" })], [])).toMatchObject({ before, position: { revision: 4 } });
    expect(verifySqliteFile(file)).toEqual([]);
  });

  test("opened read-only, answers every question and refuses to be written", async () => {
    const file = await prepared();
    const database = await openForTest(file, { readOnly: true });
    const store = await database.openProject("p");
    expect(await countRows(store)).toBe(3);
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("read-only"));
    await expect(store.compact(1)).rejects.toMatchObject(unavailable("read-only"));
    await expect(store.tombstones.noteTime(1)).rejects.toMatchObject(unavailable("read-only"));
    expect(await store.tombstones.times()).toEqual([]);
    expect(await countRows(await database.openProject("new"))).toBe(0);
    expect(await database.projectNames()).toEqual(["p"]);
    const writer = await (await openForTest(file)).openProject("p");
    await writer.write([recordOf({ path: "d" })], []);
    expect((await store.position()).revision).toBe(4);
  });

  describe.skipIf(!asRoot)("for a user without the right to write (needs root, to become another user)", () => {
    const NOBODY = { uid: 65_534, gid: 65_534 };

    async function readable(): Promise<string> {
      const directory = temporaryDirectory();
      const file = await prepared(directory);
      chmodSync(directory, 0o755);
      chmodSync(file, 0o644);
      return file;
    }

    async function outcome(file: string, readOnly: boolean): Promise<string[]> {
      const child = startChild("unprivileged-user.ts", [file, String(readOnly)], NOBODY);
      const lines = [];
      do lines.push(await child.line());
      while (!lines.at(-1)?.startsWith("open"));
      return lines;
    }

    const READ = ["read: 1", "write: read-only", "new project: read-only", 'open: "closed"'];

    test("it is read, and refuses to be written, whether or not another user has it open", async () => {
      const file = await readable();
      for (const readOnly of [true, false]) expect(await outcome(file, readOnly)).toEqual(READ);
      expect(readdirSync(dirname(file))).toEqual(["metadata.db"]);
      const owner = await openForTest(file);
      await (await owner.openProject("p")).write([recordOf({ path: "d" })], []);
      for (const name of readdirSync(dirname(file))) chmodSync(join(dirname(file), name), 0o644);
      for (const readOnly of [true, false]) expect(await outcome(file, readOnly)).toEqual(READ);
    });

    test("what others write is seen, before and after they have it open", async () => {
      const file = await readable();
      const child = startChild("unprivileged-follower.ts", [file], NOBODY);
      expect(await child.line()).toBe("open");
      const look = async (): Promise<string> => {
        child.go();
        return child.line();
      };
      expect(await look()).toBe("3: 3");
      for (const round of [1, 2]) {
        const owner = await openSqliteDatabase({ file });
        const store = await owner.openProject("p");
        await store.write([recordOf({ path: `while open ${round}` })], []);
        const seen = await look();
        expect(seen).toBe(`${2 + 2 * round}: ${2 + 2 * round}`);
        await store.write([recordOf({ path: `at the end ${round}` })], []);
        await owner.close();
        expect(await look()).toBe(`${3 + 2 * round}: ${3 + 2 * round}`);
      }
    });

    test("a log that cannot be read without it is told, never left out", async () => {
      const file = await readable();
      const owner = await openForTest(file);
      await (await owner.openProject("p")).write([recordOf({ path: "d" })], []);
      const copied = join(temporaryDirectory(), "metadata.db");
      for (const suffix of ["", "-wal"]) {
        copyFileSync(file + suffix, copied + suffix);
        chmodSync(copied + suffix, 0o644);
      }
      chmodSync(dirname(copied), 0o755);
      expect(await outcome(copied, true)).toEqual(["open: read-only"]);
      expect(await outcome(copied, false)).toEqual(["open: read-only"]);
    });
  });
});

describe.skipIf(!asRoot)("an SQLite database on a full disk (needs root, to mount a small one)", () => {
  const mounted: string[] = [];

  afterEach(() => {
    for (const directory of mounted.splice(0)) execFileSync("umount", ["--lazy", directory]);
  });

  test("keeps its old state whole, says so, and works again when there is room", async () => {
    const directory = temporaryDirectory();
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", directory]);
    mounted.push(directory);
    const file = await prepared(directory);
    const database = await openForTest(file);
    const store = await database.openProject("p");
    let stored = 0;
    await expect(
      (async () => {
        for (; ; stored++) await store.write(large(20 * stored, 20), []);
      })(),
    ).rejects.toMatchObject(unavailable("full", /no space left .*nothing of this was stored/));
    expect(stored).toBeGreaterThan(1);
    expect(await countRows(store)).toBe(3 + 20 * stored);
    expect(await store.position()).toMatchObject({ revision: 3 + 20 * stored });
    await expect(store.write(large(1_000, 500), [])).rejects.toMatchObject(unavailable("full"));
    expect(await countRows(store)).toBe(3 + 20 * stored);

    execFileSync("mount", ["-o", "remount,size=32m", directory]);
    const { before, position } = await store.write(large(1_000, 500), []);
    expect([before.revision, position.revision]).toEqual([3 + 20 * stored, 503 + 20 * stored]);
    expect(await countRows(store)).toBe(503 + 20 * stored);
    await database.close();
    expect(verifySqliteFile(file)).toEqual([]);
  });
});
