import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { recordOf } from "../support/small-records.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

test("a file that cannot be looked at for a while fails each call by its fault, and is followed again afterwards", async () => {
  const place = join(temporaryDirectory(), "d");
  mkdirSync(place);
  const options = { project: "p", database: join(place, "x.db"), environment: {} };
  const cache = await openMetadataCache(options);
  const other = await openMetadataCache(options);
  await cache.update(recordOf({ path: "a.ts" }));
  renameSync(place, `${place}2`);
  symlinkSync("d", place);
  // More than one look of those that nobody awaits.
  await new Promise((resolve) => setTimeout(resolve, 200));
  cache.clear();
  const failure = { code: "E_DATABASE_UNAVAILABLE", fault: "io", message: expect.stringContaining("correct that link") as string };
  await expect(cache.getMetadata("a.ts")).rejects.toMatchObject(failure);
  await expect(cache.query({}, { consistency: "latest" })).rejects.toMatchObject(failure);
  await expect(cache.update(recordOf({ path: "b.ts" }))).rejects.toMatchObject(failure);
  await expect(openSqliteDatabase({ file: options.database })).rejects.toMatchObject(failure);
  unlinkSync(place);
  renameSync(`${place}2`, place);
  const { revision } = await cache.update(recordOf({ path: "c.ts" }));
  await other.waitForRevision(revision, { timeoutMs: 60_000 });
  expect(await cache.getMetadata("a.ts")).toBeDefined();
  await Promise.all([cache.shutdown(), other.shutdown()]);
});

test("a path that is too long, or leads through a file, is refused with what to do", async () => {
  const folder = temporaryDirectory();
  await expect(openSqliteDatabase({ file: join(folder, "x".repeat(300)) })).rejects.toMatchObject({
    code: "E_DATABASE_UNAVAILABLE",
    fault: "io",
    message: expect.stringContaining("give a shorter one") as string,
  });
  const file = join(folder, "file");
  await (await openSqliteDatabase({ file })).close();
  await expect(openSqliteDatabase({ file: join(file, "x.db") })).rejects.toMatchObject({
    code: "E_DATABASE_UNAVAILABLE",
    fault: "missing",
  });
});

test.runIf(process.getuid?.() !== 0)("a folder that this user may not search is the fault denied", async () => {
  const folder = join(temporaryDirectory(), "closed");
  mkdirSync(folder);
  chmodSync(folder, 0);
  try {
    await expect(openSqliteDatabase({ file: join(folder, "x.db") })).rejects.toMatchObject({ fault: "denied" });
  } finally {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  }
});

test("if Node's permission model forbids the file, opening it is the fault denied", async () => {
  const file = join(temporaryDirectory(), "x.db");
  await (await openSqliteDatabase({ file })).close();
  const script = `import { openSqliteDatabase } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    await openSqliteDatabase({ file: ${JSON.stringify(file)} }).catch(({ code, fault }) => console.log(code, fault));`;
  const flags = ["--no-warnings", "--permission", `--allow-fs-read=${new URL("../..", import.meta.url).pathname}`];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", script], { encoding: "utf8" });
  expect([stdout.trim(), stderr]).toEqual(["E_DATABASE_UNAVAILABLE denied", ""]);
});
