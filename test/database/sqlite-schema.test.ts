import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import type { Migration } from "../../src/database/schema/migration.ts";
import { MIGRATIONS } from "../../src/database/sqlite/migrations/migrations.ts";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { prepareSchema } from "../../src/database/sqlite/prepare-schema.ts";
import { SqliteConnection } from "../../src/database/sqlite/file/sqlite-connection.ts";
import { describeMigrations } from "../contracts/migrations-contract.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";
import { verifySqliteFile } from "../support/verify-sqlite-file.ts";
import { startChild } from "./fixtures/child-process.ts";

function newFile(): string {
  return join(temporaryDirectory(), "metadata.db");
}

/** Runs other migrations than the released ones, as a later version would. */
async function migrate(file: string, migrations: readonly Migration[]): Promise<void> {
  const connection = new SqliteConnection(file, false);
  try {
    await prepareSchema(connection, migrations, false, { file, busyTimeoutMs: 10_000, clock: systemClock, assertOpen: () => {} });
  } finally {
    connection.close();
  }
}

function schemaOf(file: string): unknown {
  const database = new DatabaseSync(file, { readOnly: true });
  const schema = database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
  const marks = [database.prepare("PRAGMA application_id").get(), database.prepare("PRAGMA user_version").get()];
  database.close();
  return { schema, marks };
}

describe("the migrations of an SQLite database", () => {
  describeMigrations(MIGRATIONS, async (version) => {
    const file = newFile();
    await migrate(file, MIGRATIONS.slice(0, version));
    const connection = foreignConnection(file);
    return {
      sql: async (statement) =>
        connection
          .prepare(statement.replaceAll("metacache.", ""))
          .all()
          .map((row) => Object.values(row)),
      open: () => openForTest(file),
      verify: async () => verifySqliteFile(file),
    };
  });
});

describe("the schema of an SQLite database", () => {
  test("is made in a new file with a write-ahead log, large pages and an identity of its own", async () => {
    const [one, other] = [newFile(), newFile()];
    const epochs = [];
    for (const file of [one, other]) epochs.push((await (await (await openForTest(file)).openProject("p")).position()).epoch);
    expect(new Set(epochs).size).toBe(2);
    const sql = foreignConnection(one);
    expect(sql.prepare("PRAGMA journal_mode").get()).toMatchObject({ journal_mode: "wal" });
    expect(sql.prepare("PRAGMA page_size").get()).toMatchObject({ page_size: 16_384 });
    expect(sql.prepare("SELECT schema_version FROM store").get()).toMatchObject({ schema_version: MIGRATIONS.length });
    expect(verifySqliteFile(one)).toEqual([]);
  });

  test("keeps its data and its identity when it is opened again", async () => {
    const file = newFile();
    const first = await openSqliteDatabase({ file });
    const { position } = await (await first.openProject("p")).write([recordOf({ path: "a" })], []);
    await first.close();
    const store = await (await openForTest(file)).openProject("p");
    expect(await store.position()).toEqual(position);
    expect((await store.readRows([recordOf({ path: "a" }).path])).rows).toHaveLength(1);
  });

  test("is made once by any number of processes that start at once", async () => {
    for (let round = 0; round < 2; round++) {
      const file = newFile();
      const children = Array.from({ length: 5 }, (_, index) => startChild("racing-writer.ts", [file, String(index), "3"]));
      for (const child of children) await child.line();
      for (const child of children) child.go();
      for (const child of children) for (let line = ""; !line.startsWith("done");) line = await child.line();
      for (const child of children) expect(await child.ended).toBe(0);
      expect(foreignConnection(file).prepare("SELECT count(*) AS n FROM store").get()).toMatchObject({ n: 1 });
      expect(verifySqliteFile(file)).toEqual([]);
    }
  });

  test("is made once by several opens in one process", async () => {
    const file = newFile();
    const databases = await Promise.all(Array.from({ length: 8 }, () => openForTest(file)));
    const stores = await Promise.all(databases.map((database) => database.openProject("p")));
    const receipts = await Promise.all(stores.map((store, index) => store.write([recordOf({ path: `${index}` })], [])));
    expect(receipts.map(({ position }) => position.revision).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(receipts.map(({ position }) => position.epoch)).size).toBe(1);
  });

  test("goes forward step by step, each step once", async () => {
    const file = newFile();
    const add = (version: number): Migration => ({
      version,
      sql: `CREATE TABLE step_${version} (x); INSERT INTO step_${version} VALUES (1)`,
    });
    await migrate(file, MIGRATIONS);
    const later = [...MIGRATIONS, add(MIGRATIONS.length + 1), add(MIGRATIONS.length + 2)];
    await migrate(file, later);
    await migrate(file, later);
    const sql = foreignConnection(file);
    expect(sql.prepare(`SELECT count(*) AS n FROM step_${MIGRATIONS.length + 1}`).get()).toMatchObject({ n: 1 });
    expect(sql.prepare("SELECT schema_version FROM store").get()).toMatchObject({ schema_version: later.length });
  });

  test("stays as it was where a step fails, in a new file and in an old one", async () => {
    const broken: Migration = { version: MIGRATIONS.length + 1, sql: "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)" };
    const [fresh, old] = [newFile(), newFile()];
    await expect(migrate(fresh, [...MIGRATIONS, broken])).rejects.toThrow(/nowhere/);
    expect(schemaOf(fresh)).toMatchObject({ schema: [], marks: [{ application_id: 0 }, { user_version: 0 }] });
    await migrate(old, MIGRATIONS);
    const before = schemaOf(old);
    await expect(migrate(old, [...MIGRATIONS, broken])).rejects.toThrow(/nowhere/);
    expect(schemaOf(old)).toEqual(before);
    const store = await (await openForTest(fresh)).openProject("p");
    expect((await store.write([recordOf({ path: "a" })], [])).position.revision).toBe(1);
  });

  test("newer than this program is refused, also when it becomes so while in use", async () => {
    const file = newFile();
    const store = await (await openForTest(file)).openProject("p");
    const { position } = await store.write([recordOf({ path: "a" })], []);
    foreignConnection(file).exec("UPDATE store SET schema_version = 99");
    const tooNew = {
      code: "E_SCHEMA_TOO_NEW",
      message: expect.stringContaining(`versions up to ${MIGRATIONS.length}: install the newer`) as string,
    };
    await expect(openSqliteDatabase({ file })).rejects.toMatchObject(tooNew);
    await expect(openSqliteDatabase({ file, readOnly: true })).rejects.toMatchObject(tooNew);
    await expect(store.write([recordOf({ path: "b" })], [])).rejects.toMatchObject(tooNew);
    await expect(store.readChanges(position, 1)).rejects.toMatchObject(tooNew);
    expect(foreignConnection(file).prepare("SELECT count(*) AS n FROM file").get()).toMatchObject({ n: 1 });
  });

  test.each([
    ["tables of its own", "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)", /has "theirs", which is not metacache's/],
    ["an application_id of its own", "PRAGMA application_id = 7", /application_id is 7/],
    ["a version of its own", "PRAGMA user_version = 3", /user_version is 3/],
  ])("of another program, with %s, is refused and left as it is", async (_, sql, message) => {
    for (const mode of ["delete", "wal"]) {
      const file = newFile();
      const theirs = new DatabaseSync(file);
      theirs.exec(`PRAGMA journal_mode = ${mode}; ${sql}`);
      theirs.close();
      const before = readFileSync(file);
      for (const readOnly of [false, true]) {
        await expect(openSqliteDatabase({ file, readOnly })).rejects.toMatchObject({
          code: "E_DATABASE_UNAVAILABLE",
          fault: "not-a-database",
          message: expect.stringMatching(message) as string,
        });
      }
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });

  test.each([1, 500])("is not looked for in a file that is no database (%i lines), which is left as it is", async (lines) => {
    const file = newFile();
    const notes = "# Notes\n".repeat(lines);
    writeFileSync(file, notes);
    await expect(openSqliteDatabase({ file })).rejects.toMatchObject({
      fault: "not-a-database",
      message: expect.stringContaining(file) as string,
    });
    expect(readFileSync(file, "utf8")).toBe(notes);
  });

  test("is made in a file that is empty", async () => {
    const file = newFile();
    writeFileSync(file, "");
    await expect(openSqliteDatabase({ file, readOnly: true })).rejects.toMatchObject({ fault: "read-only" });
    expect(await (await openForTest(file)).projectNames()).toEqual([]);
  });
});
