import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { ProjectStore } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase } from "../../src/database/postgres/open-postgres-database.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";
import { openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

/**
 * Numbers that no rounding to fewer digits leaves as they are, and text that quoting could harm.
 */
const RECORDS: readonly FileMetadata[] = [
  { ...recordOf({ path: "a\\b'\"{}.ts", size: 9_007_199_254_740_991 }), modifiedAt: 1_700_000_000_123.4568 },
  { ...recordOf({ path: "NULL", intent: "\\x41 'quoted' \\' " }), modifiedAt: -0.1 },
  { ...recordOf({ path: "a/bb/größe.ts" }), modifiedAt: 5e-324 },
];

async function run(url: string, ...statements: readonly string[]): Promise<void> {
  await withClient(url, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function rowsOf(store: ProjectStore): Promise<unknown[]> {
  const rows = [];
  for await (const page of (await store.scan(2)).pages) rows.push(...page);
  return rows.map(({ record }) => record).sort((one, other) => (String(one?.path) < String(other?.path) ? -1 : 1));
}

/**
 * Everything that a store does, in an order in which each part shows what the former ones have
 * done; returns what is wrong then.
 */
async function exercise(url: string): Promise<readonly string[]> {
  const database = await openPostgresForTest(url);
  const store = await database.openProject("p");
  const expected = RECORDS.toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const written = await store.write([...RECORDS, recordOf({ path: "gone" })], []);
  expect(written.changes).toHaveLength(4);
  await store.write([], [recordOf({ path: "gone" }).path]);
  expect(await rowsOf(store)).toEqual(expected);
  expect((await store.readRows(RECORDS.map(({ path }) => path))).rows.map(({ record }) => record)).toEqual(RECORDS);
  const { changes, position } = await store.readChanges({ ...(await store.position()), revision: 0 }, 100);
  expect(position.revision).toBe(5);
  expect(changes?.map((change) => ("record" in change ? change.record : "deleted" in change))).toEqual([...RECORDS, true]);
  const known = [];
  for await (const page of store.readFingerprints(2)) known.push(...page);
  expect(known.map(({ modifiedAt }) => modifiedAt).sort()).toEqual(RECORDS.map(({ modifiedAt }) => modifiedAt).sort());
  // What is equal is not written again.
  expect((await store.write(RECORDS, [])).changes).toEqual([]);
  await store.compact(5);
  expect((await store.position()).horizon).toBe(5);
  expect(await database.projectNames()).toEqual(["p"]);
  expect((await database.describe()).projects).toMatchObject([{ name: "p", files: 3, tombstones: 0 }]);
  expect(await database.examine()).toEqual([]);
  await database.close();
  // The defaults would hold for the verification too.
  await server.admin((client) => client.query(`ALTER DATABASE ${nameOf(url)} RESET ALL`));
  return verifyPostgres(server.urlOf(nameOf(url)));
}

function nameOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** Each by itself, as the default of the database. */
const ODD_DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  "rounded numbers": ["extra_float_digits = -15"],
  "serializable transactions": ["default_transaction_isolation = serializable"],
  "repeatable and deferrable transactions": ["default_transaction_isolation = 'repeatable read'", "default_transaction_deferrable = on"],
  "odd forms of texts": ["bytea_output = escape", "standard_conforming_strings = off", "array_nulls = off", "quote_all_identifiers = on"],
  "odd forms of times": ["DateStyle = 'German, DMY'", "TimeZone = 'Asia/Kathmandu'", "IntervalStyle = sql_standard"],
  "limits that nothing keeps": ["lock_timeout = 1", "idle_in_transaction_session_timeout = 1"],
  "another encoding of clients": ["client_encoding = LATIN1"],
  "no triggers": ["session_replication_role = replica"],
  "hidden rows": ["row_security = on"],
  "messages that look like others": ["client_min_messages = debug5", "log_error_verbosity = terse"],
};

const HOSTILE = `
  CREATE SCHEMA hostile;
  CREATE FUNCTION hostile.wrong(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
  CREATE FUNCTION hostile.wrong(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
  CREATE FUNCTION hostile.wrong(bigint, bigint) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
  CREATE OPERATOR hostile.= (FUNCTION = hostile.wrong, LEFTARG = text, RIGHTARG = text);
  CREATE OPERATOR hostile.= (FUNCTION = hostile.wrong, LEFTARG = integer, RIGHTARG = integer);
  CREATE OPERATOR hostile.> (FUNCTION = hostile.wrong, LEFTARG = bigint, RIGHTARG = bigint);
  CREATE FUNCTION hostile.encode(bytea, text) RETURNS text LANGUAGE sql AS 'SELECT ''0000000000000000''';
  CREATE FUNCTION hostile.float8send(float8) RETURNS bytea LANGUAGE sql AS 'SELECT ''''::bytea';
  CREATE FUNCTION hostile.pg_notify(text, text) RETURNS void LANGUAGE sql AS 'SELECT';
  CREATE FUNCTION hostile.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''replica''';
  CREATE FUNCTION hostile.pg_backend_pid() RETURNS integer LANGUAGE sql AS 'SELECT 0';
  CREATE TABLE hostile.store (epoch text, schema_version integer);
  CREATE TABLE hostile.file (path text);
  CREATE TABLE hostile.project (id integer, name text);
  CREATE TABLE hostile.pg_namespace (nspname text);
  CREATE DOMAIN hostile.text AS pg_catalog.text CHECK (VALUE IS NULL);
  ALTER DATABASE $database SET search_path = hostile, pg_catalog`;

/**
 * Passes on what a pooler does: it greets with a number of its own, and each transaction may come
 * to another of the server's sessions.
 */
async function pooled(url: string): Promise<string> {
  const proxy = await TcpProxy.start(server.port);
  onTestFinished(() => proxy.stop());
  proxy.filter = (direction, data) => {
    // The message with the number of the process: K, its length of 12, the number and a secret.
    const greeting = direction === "to client" ? data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12])) : -1;
    if (greeting >= 0) data.writeInt32BE(data.readInt32BE(greeting + 5) ^ 0x40_00_00_00, greeting + 5);
    return data;
  };
  return proxy.through(url);
}

describe("a PostgreSQL database means the same, whatever the defaults of its server, database or role:", () => {
  test.each(Object.entries(ODD_DEFAULTS))("%s", async (_, settings) => {
    const url = await server.createDatabase();
    // The first user to open it makes the schema.
    await run(url, ...settings.map((setting) => `ALTER DATABASE ${nameOf(url)} SET ${setting}`));
    expect(await exercise(url)).toEqual([]);
  });

  test.each(Object.entries(ODD_DEFAULTS))("%s, behind a pooler that hands out connections by the transaction", async (_, settings) => {
    const url = await server.createDatabase();
    await run(url, ...settings.map((setting) => `ALTER DATABASE ${nameOf(url)} SET ${setting}`));
    expect(await exercise(await pooled(url))).toEqual([]);
  });

  // Long enough for the statement that sets another limit, also on a loaded machine.
  test.each(["directly", "behind a pooler"])("a limit of the database does not stop a statement that takes longer, %s", async (how) => {
    const url = await server.createDatabase();
    await run(url, `ALTER DATABASE ${nameOf(url)} SET statement_timeout = 200`);
    const store = await (await openPostgresForTest(how === "directly" ? url : await pooled(url))).openProject("p");
    await store.write([recordOf({ path: "first" })], []);
    await run(
      url,
      "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_catalog.pg_sleep(0.5); RETURN NEW; END'",
      "CREATE TRIGGER slow BEFORE INSERT ON metacache.file FOR EACH ROW EXECUTE FUNCTION public.slow()",
    );
    expect((await store.write([recordOf({ path: "second" })], [])).changes).toHaveLength(1);
  });

  test("a search path on which other schemas come first", async () => {
    const url = await server.createDatabase();
    await run(url, ...HOSTILE.replace("$database", nameOf(url)).split(";\n"));
    expect(await exercise(url)).toEqual([]);
  });

  test("a search path on which other schemas come first, behind a pooler", async () => {
    const url = await server.createDatabase();
    await run(url, ...HOSTILE.replace("$database", nameOf(url)).split(";\n"));
    expect(await exercise(await pooled(url))).toEqual([]);
  });

  test("temporary tables of the names of ours, and what a pooler's other client has set in the same session", async () => {
    const url = await server.createDatabase();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const store = await (await openPostgresForTest(proxy.through(url))).openProject("p");
    await store.write(RECORDS, []);
    await proxy.inject("CREATE TEMP TABLE pg_class (relname name); CREATE TEMP TABLE file (path text)", "CREATE TABLE");
    await proxy.inject("SET extra_float_digits = 0; SET bytea_output = escape; SET TimeZone = 'Asia/Kathmandu'", "SET");
    expect((await store.readRows(RECORDS.map(({ path }) => path))).rows.map(({ record }) => record)).toEqual(RECORDS);
    expect((await store.write(RECORDS, [])).changes).toEqual([]);
  });
});

describe("what a role's defaults make impossible is refused, and said:", () => {
  test("a user without triggers, who may not change that, is denied, and nothing is written unheard", async () => {
    const url = await server.createDatabase();
    const database = await openPostgresDatabase({ url });
    await (await database.openProject("p")).write(RECORDS, []);
    await database.close();
    const role = `user_${randomUUID().replaceAll("-", "")}`;
    await run(
      url,
      `CREATE ROLE ${role} LOGIN`,
      `GRANT USAGE ON SCHEMA metacache TO ${role}`,
      `GRANT ALL ON ALL TABLES IN SCHEMA metacache TO ${role}`,
      `ALTER ROLE ${role} SET session_replication_role = replica`,
    );
    const own = new URL(url);
    own.username = role;
    const store = await (await openPostgresForTest(own.href)).openProject("p");
    const refused = {
      code: "E_DATABASE_UNAVAILABLE",
      fault: "denied",
      message: expect.stringMatching(/session_replication_role.*RESET/) as string,
    };
    await expect(store.write([recordOf({ path: "unheard" })], [])).rejects.toMatchObject(refused);
    expect((await store.position()).revision).toBe(3);
    expect(await rowsOf(store)).toHaveLength(3);
  });

  test("a policy that hides rows is an error, not an absence", async () => {
    const url = await server.createDatabase();
    const database = await openPostgresDatabase({ url });
    await (await database.openProject("p")).write(RECORDS, []);
    await database.close();
    const role = `user_${randomUUID().replaceAll("-", "")}`;
    await run(
      url,
      `CREATE ROLE ${role} LOGIN`,
      `GRANT USAGE ON SCHEMA metacache TO ${role}`,
      `GRANT ALL ON ALL TABLES IN SCHEMA metacache TO ${role}`,
      "ALTER TABLE metacache.file ENABLE ROW LEVEL SECURITY",
    );
    const own = new URL(url);
    own.username = role;
    for (const through of [own.href, await pooled(own.href)]) {
      const store = await (await openPostgresForTest(through)).openProject("p");
      await expect(store.readRows([RECORDS[0]?.path ?? recordOf({ path: "" }).path])).rejects.toMatchObject({ fault: "denied" });
      await expect(rowsOf(store)).rejects.toMatchObject({ fault: "denied" });
    }
  });

  test.each(["SQL_ASCII", "LATIN1"])("the encoding %s, which cannot hold every text", async (encoding) => {
    const name = `test_${randomUUID().replaceAll("-", "")}`;
    await server.admin((client) => client.query(`CREATE DATABASE ${name} ENCODING '${encoding}' TEMPLATE template0`));
    await expect(openPostgresDatabase({ url: server.urlOf(name) })).rejects.toMatchObject({
      code: "E_DATABASE_UNAVAILABLE",
      fault: "not-a-database",
      message: expect.stringMatching(new RegExp(`encoding ${encoding}.*ENCODING 'UTF8'`)) as string,
    });
  });

  test("a server that is too old", async () => {
    const url = await server.createDatabase();
    const proxy = await TcpProxy.start(server.port);
    onTestFinished(() => proxy.stop());
    const version = await server.admin(
      async (client) => (await client.query<{ v: string }>("SELECT current_setting('server_version_num') AS v")).rows[0]?.v,
    );
    proxy.filter = (_, data) => Buffer.from(data.toString("latin1").replace(version ?? "", "120004"), "latin1");
    await expect(openPostgresDatabase({ url: proxy.through(url) })).rejects.toMatchObject({
      code: "E_DATABASE_UNAVAILABLE",
      fault: "not-a-database",
      message: expect.stringMatching(/needs 13 or later, upgrade/) as string,
    });
  });
});
