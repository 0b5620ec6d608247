import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { MIGRATIONS } from "../../src/database/postgres/migrations/migrations.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import { describeMigrations } from "../contracts/migrations-contract.ts";
import { openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

function unavailable(fault: string, message: RegExp = /./): object {
  return { code: "E_DATABASE_UNAVAILABLE", fault, message: expect.stringMatching(message) as string };
}

/** The URL of a database with a project of three rows. */
async function prepared(): Promise<string> {
  const url = await server.createDatabase();
  const database = await openPostgresDatabase({ url });
  await (await database.openProject("p")).write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
  await database.close();
  return url;
}

/** The URL for a new user, with what it may do to the schema, or to itself as `$role`. */
async function asUser(url: string, ...statements: readonly string[]): Promise<string> {
  const role = `user_${randomUUID().replaceAll("-", "")}`;
  await withClient(url, async (client) => {
    await client.query(`CREATE ROLE ${role} LOGIN`);
    for (const each of statements) await client.query(each.replaceAll("$role", role));
  });
  const own = new URL(url);
  own.username = role;
  return own.href;
}

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const sql of statements) await client.query(sql);
  });
}

async function pathsOf(store: ProjectStore): Promise<string[]> {
  const paths: string[] = [];
  for await (const page of (await store.scan(2)).pages) paths.push(...page.map(({ path }) => path));
  return paths.sort();
}

describe("the rights on a PostgreSQL database", () => {
  test("to get in: a wrong password or an unknown user is denied, and no password is shown anywhere", async () => {
    const url = await prepared();
    await run(url, "CREATE ROLE guarded LOGIN PASSWORD 'right one'");
    await server.requirePassword("guarded");
    for (const [user, password] of [
      ["guarded", "wrong-s3cret"],
      ["nobody-here", "unknown-s3cret"],
    ] as const) {
      const refused = new URL(url);
      refused.username = user;
      refused.password = password;
      const error: unknown = await openPostgresDatabase({ url: refused.href }).catch((reason: unknown) => reason);
      expect(error).toMatchObject(unavailable("denied", /refused the user .*check the user, the password/));
      const shown = inspect(error, { depth: Infinity, showHidden: true }) + JSON.stringify(error) + String((error as Error).stack);
      expect(shown).toContain(user);
      expect(shown).not.toContain("s3cret");
    }
    const right = new URL(url);
    right.username = "guarded";
    right.password = "right one";
    // Let in, but without any rights there.
    await expect(openPostgresDatabase({ url: right.href })).rejects.toMatchObject(
      unavailable("denied", /does not give this user the right/),
    );
  });

  test("to read alone: every question is answered, and a write is denied", async () => {
    const url = await prepared();
    const grants = ["GRANT USAGE ON SCHEMA metacache TO $role", "GRANT SELECT ON ALL TABLES IN SCHEMA metacache TO $role"];
    const store = await (await openPostgresForTest(await asUser(url, ...grants))).openProject("p");
    expect(await pathsOf(store)).toEqual(["a", "b", "c"]);
    expect((await store.readChanges({ ...(await store.position()), revision: 0 }, 10)).changes).toHaveLength(3);
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("denied", /grant it, or give another user/));
    await expect(store.compact(1)).rejects.toMatchObject(unavailable("denied"));
    expect(await pathsOf(store)).toEqual(["a", "b", "c"]);
  });

  test("that are taken away in use are denied from then on, and work again when they are given back", async () => {
    const url = await prepared();
    const grants = ["USAGE ON SCHEMA metacache", "ALL ON ALL TABLES IN SCHEMA metacache"].map((each) => `GRANT ${each} TO $role`);
    const own = await asUser(url, ...grants);
    const store = await (await openPostgresForTest(own)).openProject("p");
    const { username } = new URL(own);
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
    await run(url, `REVOKE ALL ON metacache.file FROM ${username}`);
    await expect(store.write([recordOf({ path: "e" })], [])).rejects.toMatchObject(unavailable("denied"));
    await expect(pathsOf(store)).rejects.toMatchObject(unavailable("denied"));
    await run(url, `GRANT ALL ON metacache.file TO ${username}`);
    expect((await store.write([recordOf({ path: "e" })], [])).position.revision).toBe(5);
  });

  test("of a session that is read-only: every question is answered, a write is refused, and an unknown project is empty", async () => {
    const url = await prepared();
    const readOnly = await asUser(url, "ALTER ROLE $role SUPERUSER", "ALTER ROLE $role SET default_transaction_read_only = on");
    const database = await openPostgresForTest(readOnly);
    const store = await database.openProject("p");
    expect(await pathsOf(store)).toEqual(["a", "b", "c"]);
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(unavailable("read-only", /connect to the primary/));
    expect(await pathsOf(await database.openProject("new"))).toEqual([]);
    expect(await database.projectNames()).toEqual(["p"]);
    const empty = new URL(await server.createDatabase());
    empty.username = new URL(readOnly).username;
    await expect(openPostgresDatabase({ url: empty.href })).rejects.toMatchObject(unavailable("read-only"));
  });

  test("to connect, where no connection is to spare: cannot be reached, by name", async () => {
    const own = await asUser(await prepared(), "ALTER ROLE $role CONNECTION LIMIT 0");
    await expect(openPostgresDatabase({ url: own })).rejects.toMatchObject(
      unavailable("unreachable", /no free connection .*max_connections/),
    );
  });
});

describe("the migrations of a PostgreSQL database", () => {
  describeMigrations(MIGRATIONS, async (version) => {
    const url = await server.createDatabase();
    const former = MIGRATIONS.slice(0, version).map(({ sql }) => sql);
    await run(url, "CREATE SCHEMA metacache", ...former, `UPDATE metacache.store SET schema_version = ${version}`);
    return {
      sql: (statement) => withClient(url, async (client) => (await client.query<unknown[]>({ text: statement, rowMode: "array" })).rows),
      open: () => openPostgresForTest(url),
      verify: () => verifyPostgres(url),
    };
  });
});

describe("what is in a PostgreSQL database", () => {
  test("that does not exist is missing, by name", async () => {
    const url = server.urlOf("nowhere");
    await expect(openPostgresDatabase({ url })).rejects.toMatchObject(
      unavailable("missing", /postgres@127.*nowhere does not exist .*create it/),
    );
  });

  test.each([
    ["without tables", ""],
    ["with other tables", "CREATE TABLE metacache.theirs (x integer)"],
    ["with a table of the same name", "CREATE TABLE metacache.store (x integer)"],
  ])("a schema of the same name that is another program's, %s, is refused and left as it is", async (_, sql) => {
    const url = await server.createDatabase();
    await run(url, `CREATE SCHEMA metacache; ${sql}`);
    await expect(openPostgresDatabase({ url })).rejects.toMatchObject(
      unavailable("not-a-database", /belongs to another program: give another database/),
    );
    const tables = "SELECT relname FROM pg_class WHERE relnamespace = 'metacache'::regnamespace";
    expect((await withClient(url, (client) => client.query(tables))).rows).toHaveLength(sql === "" ? 0 : 1);
  });

  test("rows of files are truncated beside a checkpoint, from whose position the feed then tells nothing", async () => {
    const url = await server.createDatabase();
    const store = await (await openPostgresForTest(url)).openProject("p");
    const { position } = await store.write([recordOf({ path: "a" })], []);
    expect(await store.checkpoints.write({ format: 1, position, bytes: Uint8Array.of(1) })).toBe(true);
    await run(url, "TRUNCATE metacache.file");
    expect(await store.checkpoints.read(1)).toBeDefined();
    expect(await store.readChanges(position, 10)).toMatchObject({ changes: undefined });
    await run(url, "TRUNCATE metacache.checkpoint_part");
    expect(await store.checkpoints.read(1)).toBeUndefined();
  });

  test("a path as long as a path may be is stored beside others, found, changed and removed", async () => {
    const url = await server.createDatabase();
    const store = await (await openPostgresForTest(url)).openProject("p");
    // Random, so that it cannot be compressed: 12,288 bytes.
    const long = Array.from({ length: 4_096 }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7_919 + at * at * 104_729) % 20_000))).join(
      "",
    );
    const records = [long, `${long.slice(0, -1)}x`, "short.ts"].map((path) => recordOf({ path }));
    const paths = records.map(({ path }) => path);
    const { changes, position } = await store.write(records, []);
    expect(changes.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
    expect((await store.readRows(paths)).rows).toHaveLength(3);
    expect((await store.write(records, [])).changes).toEqual([]);
    await store.write([recordOf({ path: long, intent: "new" })], paths.slice(1, 2));
    expect((await store.readChanges(position, 10)).changes).toMatchObject([
      { path: long, record: { headerSections: { intent: "new" } } },
      { path: paths[1], deleted: true },
    ]);
    expect(await pathsOf(store)).toEqual([long, "short.ts"].toSorted());
    expect(await verifyPostgres(url)).toEqual([]);
  });

  test("a schema that is newer than this program is refused, also when it becomes so while in use", async () => {
    const url = await prepared();
    const store = await (await openPostgresForTest(url)).openProject("p");
    const position = await store.position();
    await run(url, "UPDATE metacache.store SET schema_version = 99");
    const tooNew = {
      code: "E_SCHEMA_TOO_NEW",
      message: expect.stringContaining(`versions up to ${MIGRATIONS.length}: install the newer`) as string,
    };
    await expect(openPostgresDatabase({ url })).rejects.toMatchObject(tooNew);
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(tooNew);
    await expect(store.readChanges(position, 1)).rejects.toMatchObject(tooNew);
    await expect(store.scan(1)).rejects.toMatchObject(tooNew);
    await run(url, `UPDATE metacache.store SET schema_version = ${MIGRATIONS.length}`);
    expect((await store.write([recordOf({ path: "d" })], [])).position.revision).toBe(4);
  });

  test("tables that are gone, an identity that is, or triggers that do not count, are told", async () => {
    const url = await prepared();
    const store = await (await openPostgresForTest(url)).openProject("p");
    const before = await store.position();
    // It raises the revision, and tells nobody of what.
    const silent = "BEGIN UPDATE metacache.project SET revision = revision + 1 WHERE id = 1; RETURN NULL; END";
    await run(url, `CREATE OR REPLACE FUNCTION metacache.note_changes() RETURNS trigger LANGUAGE plpgsql AS '${silent}'`);
    const uncounted = unavailable("corrupt", /did not count its changes/);
    await expect(store.write([recordOf({ path: "d" })], [])).rejects.toMatchObject(uncounted);
    expect(await store.position()).toEqual(before);
    expect(await pathsOf(store)).toEqual(["a", "b", "c"]);
    await run(url, "DROP TABLE metacache.change");
    await expect(pathsOf(store)).rejects.toMatchObject(unavailable("corrupt", /has lost a table or a column/));
    await run(url, "DELETE FROM metacache.store");
    await expect(store.position()).rejects.toMatchObject(unavailable("corrupt", /identity/));
    await expect(openPostgresDatabase({ url })).rejects.toMatchObject(unavailable("corrupt", /identity/));
  });

  test("a row that the schema's checks would have refused is reported alone, whatever its columns hold", async () => {
    const url = await prepared();
    const store = await (await openPostgresForTest(url)).openProject("p");
    const names = "SELECT conname FROM pg_constraint WHERE conrelid = 'metacache.file'::regclass AND contype = 'c'";
    await withClient(url, async (client) => {
      for (const { conname } of (await client.query<{ conname: string }>(names)).rows)
        await client.query(`ALTER TABLE metacache.file DROP CONSTRAINT ${conname}`);
      for (const [path, change] of [
        ["no JSON", "functions = '[{'"],
        ["endless", "size = 9223372036854775807"],
        ["no time", "modified_at = 'NaN'"],
        ["never", "modified_at = '-infinity'"],
        ["../up", "size = 1"],
        ["", "size = 1"],
      ]) {
        await client.query(`INSERT INTO metacache.file (project_id, path, size, modified_at, digest, extractor_version, language, header_sections)
          SELECT project_id, '${path}', size, modified_at, digest, extractor_version, language, header_sections FROM metacache.file WHERE path = 'a'`);
        await client.query(`UPDATE metacache.file SET ${change} WHERE path = '${path}'`);
      }
    });
    const rows = [];
    for await (const page of (await store.scan(1)).pages) rows.push(...page);
    expect(rows.filter((row) => row.record !== undefined).map(({ path }) => path)).toEqual(["a", "b", "c"]);
    expect(rows).toHaveLength(9);
    const known = [];
    for await (const page of store.readFingerprints(2)) known.push(...page.map(({ path }) => path));
    expect(known).toEqual(expect.arrayContaining(["a", "b", "c"]));
    expect((await store.readChanges({ ...(await store.position()), revision: 0 }, 100)).changes).toHaveLength(9);
  });
});
