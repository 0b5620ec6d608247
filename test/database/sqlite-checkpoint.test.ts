import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { checkpointBytes, hasCheckpointBytes } from "../support/checkpoint-bytes.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";

test("a checkpoint that goes while it is read is read to its end, as it was when the read began", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const store = await (await openForTest(file)).openProject("p");
  const { position } = await store.write([recordOf({ path: "a" })], []);
  expect(await store.checkpoints.write({ format: 1, position, bytes: checkpointBytes(16 << 20, 1) })).toBe(true);
  const foreign = foreignConnection(file);
  const reading = store.checkpoints.read(1);
  for (let turn = 0; turn < 4; turn++) await setImmediate();
  foreign.exec("DELETE FROM checkpoint; DELETE FROM checkpoint_part");
  const stored = await reading;
  expect(stored !== undefined && hasCheckpointBytes(stored.bytes, 1)).toBe(true);
  expect(await store.checkpoints.read(1)).toBeUndefined();
});

test("pages of the file that SQLite finds damaged are a damaged checkpoint, and no failure", async () => {
  const file = join(temporaryDirectory(), "metadata.db");
  const store = await (await openForTest(file)).openProject("p");
  const { position } = await store.write([recordOf({ path: "a" })], []);
  expect(await store.checkpoints.write({ format: 1, position, bytes: checkpointBytes(3 << 20, 1) })).toBe(true);
  const foreign = foreignConnection(file);
  foreign.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const root = Number(foreign.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'checkpoint_part'").get()?.["rootpage"]);
  const disk = openSync(file, "r+");
  writeSync(disk, Buffer.alloc(16_384, 0xff), 0, 16_384, (root - 1) * 16_384);
  closeSync(disk);
  const again = await (await openForTest(file)).openProject("p");
  expect(await again.checkpoints.read(1)).toBeUndefined();
  expect((await again.readRows([recordOf({ path: "a" }).path])).rows).toHaveLength(1);
});

test("a checkpoint that is read is in memory once: its parts are not kept beside it", async () => {
  const store = await (await openForTest(join(temporaryDirectory(), "metadata.db"))).openProject("p");
  const { position } = await store.write([recordOf({ path: "a" })], []);
  const bytes = checkpointBytes(48 << 20, 1);
  expect(await store.checkpoints.write({ format: 1, position, bytes })).toBe(true);
  const before = process.memoryUsage().arrayBuffers;
  const stored = await store.checkpoints.read(1);
  const taken = process.memoryUsage().arrayBuffers - before;
  expect(stored !== undefined && hasCheckpointBytes(stored.bytes, 1)).toBe(true);
  expect(taken).toBeLessThan(1.2 * bytes.length);
});
