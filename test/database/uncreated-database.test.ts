import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/logger.ts";
import { sqliteSource } from "../../src/database/sqlite/sqlite-source.ts";
import { UncreatedDatabase } from "../../src/database/uncreated-database.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

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
