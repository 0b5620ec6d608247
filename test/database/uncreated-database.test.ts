import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { sqliteSource } from "../../src/database/sqlite/sqlite-source.ts";
import { UncreatedDatabase } from "../../src/database/uncreated-database.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { recordOf } from "../support/small-records.ts";
import { openForTest, temporaryDirectory } from "../support/temporary-database.ts";

test("a database that does not exist has no checkpoint, is not created by one, and keeps one as soon as it exists", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const source = sqliteSource({ file, clock: systemClock, logger: silentLogger });
  const database = new UncreatedDatabase(source, systemClock);
  onTestFinished(() => database.close());
  const store = await database.openProject("p");
  const { checkpoints } = store;
  const bytes = Uint8Array.of(1, 2, 3);
  expect(await checkpoints.write({ format: 1, position: { epoch: "uncreated", revision: 0, token: 0 }, bytes })).toBe(false);
  await checkpoints.remove();
  expect([await checkpoints.header(), await checkpoints.read(1)]).toEqual([undefined, undefined]);
  expect(existsSync(file)).toBe(false);
  const { position } = await store.write([recordOf({ path: "a" })], []);
  expect(await checkpoints.write({ format: 1, position, bytes })).toBe(true);
  expect(Buffer.from((await checkpoints.read(1))?.bytes ?? new SharedArrayBuffer(0))).toEqual(Buffer.from(bytes));
});

test("a watch gets hints as soon as a call of the same store creates the database, and no timer is needed for it", async () => {
  const clock = new ManualClock();
  const source = sqliteSource({ file: join(temporaryDirectory(), "metadata.db"), clock: systemClock, logger: silentLogger });
  const database = new UncreatedDatabase(source, clock);
  onTestFinished(() => database.close());
  const store = await database.openProject("p");
  const hints = { first: 0, second: 0, stopped: 0, later: 0 };
  const unwatch = store.watch(() => hints.first++);
  store.watch(() => hints.second++);
  store.watch(() => hints.stopped++)();
  expect(clock.pending).toBe(2);
  await store.write([recordOf({ path: "a" })], []);
  expect(hints).toEqual({ first: 1, second: 1, stopped: 0, later: 0 });
  expect(clock.pending).toBe(0);
  unwatch();
  store.watch(() => hints.later++)();
  expect(hints).toEqual({ first: 1, second: 1, stopped: 0, later: 0 });
});

test("a watch finds by looking that another program created the database, and looks no more", async () => {
  const clock = new ManualClock();
  const file = join(temporaryDirectory(), "metadata.db");
  const database = new UncreatedDatabase(sqliteSource({ file, clock: systemClock, logger: silentLogger }), clock);
  onTestFinished(() => database.close());
  const store = await database.openProject("p");
  let hints = 0;
  store.watch(() => hints++);
  clock.fire();
  await expect.poll(() => clock.pending).toBe(1);
  expect(hints).toBe(0);
  const other = await openForTest(file);
  await (await other.openProject("p")).write([recordOf({ path: "a" })], []);
  clock.fire();
  await expect.poll(() => hints).toBe(1);
  expect(clock.pending).toBe(0);
});
