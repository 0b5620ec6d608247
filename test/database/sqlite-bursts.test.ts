import { readdirSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import type { ProjectPath } from "../../src/record/project-path.ts";
import { files } from "../support/opened-cache.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";

async function openStore(
  count: number,
  clock: Clock = systemClock,
): Promise<{ file: string; store: ProjectStore; records: FileMetadata[]; close: () => Promise<void> }> {
  const file = join(temporaryDirectory(), "metadata.db");
  const database = await openForTest(file, { clock });
  const store = await database.openProject("p");
  const records = files(count);
  await store.write(records, []);
  return { file, store, records, close: () => database.close() };
}

function canWrite(sql: DatabaseSync): boolean {
  try {
    sql.exec("BEGIN IMMEDIATE; ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

function openFiles(file: string): number {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      return readlinkSync(join("/proc/self/fd", descriptor)).startsWith(file);
    } catch {
      return false;
    }
  }).length;
}

test.runIf(process.platform === "linux")("a burst of reads of every kind opens a few connections, and all are answered", async () => {
  const { file, store, records } = await openStore(600);
  const paths = records.map(({ path }) => path);
  let most = 0;
  const count = setInterval(() => (most = Math.max(most, openFiles(file))), 1);
  onTestFinished(() => clearInterval(count));
  const reads = paths.flatMap((path) => [store.readRows([path]), store.position()]);
  const large = Array.from({ length: 20 }, () => store.readRows(paths));
  const scans = Array.from({ length: 20 }, async () => {
    const scan = await store.scan(100);
    let rows = 0;
    for await (const page of scan.pages) rows += page.length;
    return rows;
  });
  most = Math.max(most, openFiles(file));
  expect(new Set((await Promise.all(large)).map(({ rows }) => rows.length))).toEqual(new Set([600]));
  expect(new Set(await Promise.all(scans))).toEqual(new Set([600]));
  await Promise.all(reads);
  expect(most).toBeLessThan(40);
});

test("reads of a moment are answered while as many scans as there may be are held, and more wait", async () => {
  const { store, records } = await openStore(10);
  const held = await Promise.all([1, 2, 3, 4].map(() => store.scan(5)));
  const fifth = store.scan(5);
  expect((await store.readRows([records[0]?.path as ProjectPath])).rows).toHaveLength(1);
  expect((await store.readRows(Array.from({ length: 300 }, (_, index) => `f${index}.ts` as ProjectPath))).rows).toHaveLength(10);
  await held[0]?.close();
  const pages = [];
  for await (const page of (await fifth).pages) pages.push(page);
  expect(pages.flat()).toHaveLength(10);
  await Promise.all(held.map((scan) => scan.close()));
});

test("scans that were forgotten give their places to those that wait, and say so if they are remembered", async () => {
  const clock: Clock = {
    ...systemClock,
    // Long times, such as the patience with a reader, are over soon.
    schedule: (ms, task, purpose) => systemClock.schedule(ms >= 60_000 ? 300 : ms, task, purpose),
  };
  const { store } = await openStore(10, clock);
  const forgotten = await Promise.all([1, 2, 3, 4].map(() => store.scan(5)));
  const fifth = await store.scan(5);
  expect(fifth.total).toBe(10);
  const rest = async (): Promise<void> => {
    for await (const _ of forgotten[0]?.pages ?? []);
  };
  await expect(rest()).rejects.toMatchObject({ code: "E_DATABASE_UNAVAILABLE", fault: "closed" });
  await fifth.close();
});

test("fingerprints that are taken slowly, or never to the end, hold no snapshot", async () => {
  const { file, store } = await openStore(100);
  for (let round = 0; round < 50; round++) await store.readFingerprints(10)[Symbol.asyncIterator]().next();
  await store.write([recordOf({ path: "new.ts" })], []);
  const sql = foreignConnection(file);
  // Everything in the log can be taken in: nobody reads from before it.
  expect(sql.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()).toMatchObject({ busy: 0 });
});

test("what waits for its turn to read is told when the database is closed", async () => {
  const { store, close } = await openStore(10);
  const scans = Array.from({ length: 8 }, () => store.scan(5));
  const waiting = scans.slice(4).map((scan) => expect(scan).rejects.toMatchObject({ code: "E_CLOSED" }));
  await Promise.all(scans.slice(0, 4));
  await close();
  await Promise.all(waiting);
});

test("a write of very many records lets the event loop run, and nothing comes in between", async () => {
  const { store } = await openStore(1);
  const many = Array.from({ length: 5_000 }, (_, index) => recordOf({ path: `many/${index}.ts` }));
  let turns = 0;
  const tick = setInterval(() => turns++, 0);
  onTestFinished(() => clearInterval(tick));
  const large = store.write(many, []);
  const small = store.write([recordOf({ path: "many/7.ts", size: 77 })], []);
  const seen: number[] = [];
  while (seen.at(-1) !== 5_001) {
    seen.push((await store.position()).revision);
    await systemClock.yield();
  }
  expect(new Set(seen)).toEqual(new Set([1, 5_001]));
  expect(await large).toMatchObject({ before: { revision: 1 }, position: { revision: 5_001 } });
  expect(await small).toMatchObject({ before: { revision: 5_001 }, position: { revision: 5_002 } });
  expect(turns).toBeGreaterThan(5);
});

test("a write of very many records stores nothing if it is stopped in the middle, by an error or by closing", async () => {
  const { file, store, close } = await openStore(1);
  const many = Array.from({ length: 5_000 }, (_, index) => recordOf({ path: `many/${index}.ts` }));
  const refused = { ...recordOf({ path: "last.ts" }), size: "no number" as unknown as number };
  await expect(store.write([...many, refused], [])).rejects.toMatchObject({ code: "E_RECORD" });
  expect((await store.position()).revision).toBe(1);
  const large = store.write(many, []);
  const later = store.write([recordOf({ path: "later.ts" })], []);
  const ends = [large, later].map((write) => expect(write).rejects.toMatchObject({ code: "E_CLOSED" }));
  const sql = foreignConnection(file, { timeout: 0 });
  // Until the write has begun.
  while (canWrite(sql)) await systemClock.yield();
  await close();
  await Promise.all(ends);
  expect(sql.prepare("SELECT count(*) AS rows FROM file").get()).toEqual({ rows: 1 });
});
