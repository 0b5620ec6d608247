import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ProjectStore, StorePosition } from "../../src/database/metadata-database.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

const HOSTILE = `
  CREATE SCHEMA hostile;
  CREATE FUNCTION hostile.no(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
  CREATE FUNCTION hostile.no(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
  CREATE OPERATOR hostile.= (FUNCTION = hostile.no, LEFTARG = text, RIGHTARG = text);
  CREATE OPERATOR hostile.= (FUNCTION = hostile.no, LEFTARG = integer, RIGHTARG = integer);
  CREATE FUNCTION hostile.cardinality(anyarray) RETURNS integer LANGUAGE sql AS 'SELECT 0';
  CREATE FUNCTION hostile.octet_length(text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 0';
  CREATE FUNCTION hostile.gen_random_uuid() RETURNS uuid LANGUAGE sql AS 'SELECT ''00000000-0000-0000-0000-000000000000''::uuid';
  CREATE TABLE hostile.project (id integer);
  CREATE TABLE hostile.new_row (id integer);`;

/**
 * A program that knows the table `file` and nothing else: whatever it does, every reader must learn
 * of it (law 11).
 */
describe("a change by plain SQL", () => {
  let url: string;
  let store: ProjectStore;
  let other: ProjectStore;
  let sql: pg.Client;
  let start: StorePosition;

  beforeEach(async () => {
    url = await server.createDatabase();
    const database = await openPostgresForTest(url);
    store = await database.openProject("p");
    other = await database.openProject("q");
    ({ position: start } = await store.write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []));
    await other.write([recordOf({ path: "a" })], []);
    sql = await foreignClient(url);
  });

  afterEach(async () => {
    expect(await verifyPostgres(url)).toEqual([]);
  });

  test("by a session on whose search path other functions, operators and tables come first, arrives", async () => {
    await sql.query(HOSTILE);
    await sql.query("SET search_path = hostile, pg_catalog");
    await sql.query(`INSERT INTO metacache.file ${INTO.slice(INTO.indexOf("("))} VALUES ${values("d")}`);
    await sql.query("UPDATE metacache.file SET size = 7");
    await sql.query("RESET search_path");
    expect((await changes())?.map((each) => each.split(" ")[0]).toSorted()).toEqual(["+a", "+b", "+c", "+d"]);
    await sql.query("SET search_path = hostile, pg_catalog");
    await sql.query("DELETE FROM metacache.file");
    await sql.query("RESET search_path");
    expect((await changes())?.map((each) => each.split(" ")[0]).toSorted()).toEqual(["-a", "-b", "-c", "-d"]);
  });

  /**
   * The changes since the start, short: `+path` for a row, `-path` for none, each with its
   * revision.
   */
  async function changes(of: ProjectStore = store, since: StorePosition = start): Promise<string[] | undefined> {
    const batch = await of.readChanges(since, 100);
    return batch.changes?.map((change) => `${"deleted" in change ? "-" : "+"}${change.path} ${change.revision}`);
  }

  async function scanOf(of: ProjectStore): Promise<string[]> {
    const rows: string[] = [];
    for await (const page of (await of.scan(1_000)).pages)
      rows.push(...page.map((row) => `${row.path} ${row.revision} ${JSON.stringify(row.record)}`));
    return rows.sort();
  }

  const COLUMNS = "project_id, path, size, modified_at, digest, extractor_version, language, header_sections";
  const INTO = `INTO metacache.file (${COLUMNS})`;
  const HEADER = '{"intent":"sql","designPrinciples":[],"constraints":[],"referenceDocumentation":[],"changeHistory":[]}';
  const values = (path: string, project = 1): string => `(${project}, '${path}', 1, 2.5, 'd', 'sql', 'c', '${HEADER}')`;

  test("an INSERT with what has a default left out arrives as a whole record", async () => {
    await sql.query(`INSERT ${INTO} VALUES ${values("d")}`);
    expect(await changes()).toEqual(["+d 4"]);
    const { rows } = await store.readRows([recordOf({ path: "d" }).path]);
    expect(rows).toMatchObject([{ record: { path: "d", size: 1, modifiedAt: 2.5, headerSections: { intent: "sql" }, functions: [] } }]);
  });

  test("an INSERT of several rows arrives, in this project and in that", async () => {
    const before = await other.position();
    await sql.query(`INSERT ${INTO} VALUES ${values("e", 2)}, ${values("d")}, ${values("f", 2)}, ${values("e")}`);
    expect(await changes()).toEqual(["+d 4", "+e 5"]);
    expect(await changes(other, before)).toEqual(["+e 2", "+f 3"]);
  });

  test("an upsert arrives, one that does nothing does not", async () => {
    await sql.query(`INSERT ${INTO} VALUES ${values("a")}, ${values("d")} ON CONFLICT (project_id, path_key) DO UPDATE SET size = 77`);
    expect(await changes()).toEqual(["+a 4", "+d 5"]);
    await sql.query(`INSERT ${INTO} VALUES ${values("b")} ON CONFLICT DO NOTHING`);
    await sql.query(`INSERT ${INTO} VALUES ${values("b")} ON CONFLICT (project_id, path_key) DO UPDATE SET size = 1 WHERE false`);
    expect((await store.position()).revision).toBe(5);
  });

  test("an UPDATE of one row, of all rows and of none arrives for each that it touched", async () => {
    const before = await other.position();
    await sql.query("UPDATE metacache.file SET size = 7 WHERE path = 'b'");
    expect(await changes()).toEqual(["+b 4"]);
    await sql.query("UPDATE metacache.file SET size = size + 1");
    expect(await changes()).toEqual(["+a 5", "+b 6", "+c 7"]);
    expect(await changes(other, before)).toEqual(["+a 2"]);
    await sql.query("UPDATE metacache.file SET size = 0 WHERE path = 'nowhere'");
    expect((await store.position()).revision).toBe(7);
  });

  test("a DELETE, with WHERE and without, leaves tombstones", async () => {
    await sql.query("DELETE FROM metacache.file WHERE path = 'b' AND project_id = 1");
    expect(await changes()).toEqual(["-b 4"]);
    await sql.query("DELETE FROM metacache.file");
    expect(await changes()).toEqual(["-b 4", "-a 5", "-c 6"]);
    await sql.query(`INSERT ${INTO} VALUES ${values("b")}`);
    expect(await changes()).toEqual(["-a 5", "-c 6", "+b 7"]);
  });

  test("a TRUNCATE, which does not tell what it takes, sends every reader to load everything", async () => {
    await store.write([], [recordOf({ path: "c" }).path]);
    const otherBefore = await other.position();
    await sql.query("TRUNCATE metacache.file");
    expect([await changes(), await changes(other, otherBefore)]).toEqual([undefined, undefined]);
    expect([await scanOf(store), await scanOf(other)]).toEqual([[], []]);
    const { before, position } = await store.write([recordOf({ path: "d" })], []);
    expect(position).toMatchObject({ epoch: start.epoch, revision: 7, horizon: 6 });
    expect(before.revision).toBe(6);
    expect(await changes(store, before)).toEqual(["+d 7"]);
  });

  // Its snapshot may lack rows that it takes all the same.
  test("a TRUNCATE on an old snapshot is refused, and one that is rolled back has not been", async () => {
    await sql.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM metacache.file");
    await store.write([recordOf({ path: "d" })], []);
    await expect(sql.query("TRUNCATE metacache.file")).rejects.toThrow(/READ COMMITTED/);
    await sql.query("ROLLBACK; BEGIN; TRUNCATE metacache.file; ROLLBACK");
    expect(await changes()).toEqual(["+d 4"]);
  });

  test("a bulk load arrives whole, by COPY from a file and by INSERT … SELECT", async () => {
    const file = join(server.folder, "rows.tsv");
    const row = (path: string): string => ["1", path, "1", "2.5", "d", "sql", "c", HEADER].join("\t");
    writeFileSync(file, Array.from({ length: 10_000 }, (_, index) => `${row(`copied/${index}`)}\n`).join(""), { mode: 0o644 });
    await sql.query(`COPY metacache.file (${COLUMNS}) FROM '${file}'`);
    const { changes: copied, position } = await store.readChanges(start, 20_000);
    expect([copied?.length, position.revision]).toEqual([10_000, 10_003]);
    expect(copied?.map(({ revision }) => revision)).toEqual(Array.from({ length: 10_000 }, (_, index) => 4 + index));
    const select = `SELECT 1, 'made/' || n, n, 0, 'd', 'sql', 'c', '${HEADER}' FROM generate_series(1, 10000) AS n`;
    await sql.query(`INSERT ${INTO} ${select}`);
    const made = (await store.readChanges(position, 20_000)).changes ?? [];
    expect(new Set(made.map(({ path }) => path)).size).toBe(10_000);
    expect((await store.position()).revision).toBe(20_003);
  });

  test("a rename is a deletion and an insertion, also of all rows at once", async () => {
    await sql.query("UPDATE metacache.file SET path = 'z' WHERE path = 'a' AND project_id = 1");
    expect(await changes()).toEqual(["-a 4", "+z 5"]);
    await sql.query("UPDATE metacache.file SET path = 'dir/' || path WHERE project_id = 1");
    const moved = await changes();
    expect(moved?.map((each) => each.split(" ")[0]).sort()).toEqual(["+dir/b", "+dir/c", "+dir/z", "-a", "-b", "-c", "-z"]);
    expect((await store.position()).revision).toBe(11);
  });

  test("two rows that swap their paths in one statement are both changed, and none is gone", async () => {
    // A unique constraint that is not deferrable is checked row by row: a program that swaps needs
    // it put off.
    await sql.query("ALTER TABLE metacache.file DROP CONSTRAINT file_path");
    await sql.query("ALTER TABLE metacache.file ADD UNIQUE (project_id, path_key) DEFERRABLE INITIALLY IMMEDIATE");
    await sql.query("UPDATE metacache.file SET size = CASE path WHEN 'a' THEN 100 ELSE 200 END WHERE project_id = 1 AND path < 'c'");
    await sql.query("UPDATE metacache.file SET path = CASE path WHEN 'a' THEN 'b' ELSE 'a' END WHERE project_id = 1 AND path < 'c'");
    expect((await changes())?.map((each) => each.split(" ")[0]).sort()).toEqual(["+a", "+b"]);
    const { rows } = await store.readRows([recordOf({ path: "a" }).path, recordOf({ path: "b" }).path]);
    expect(rows.map((row) => [row.path, row.record?.size])).toEqual([
      ["a", 200],
      ["b", 100],
    ]);
  });

  test("a move to another project is a deletion in the one and an insertion in the other", async () => {
    const before = await other.position();
    await sql.query("UPDATE metacache.file SET project_id = 2 WHERE path = 'b'");
    expect(await changes()).toEqual(["-b 4"]);
    expect(await changes(other, before)).toEqual(["+b 2"]);
  });

  test("a transaction that is rolled back changes nothing, one that is committed appears whole, without what its savepoints undid", async () => {
    await sql.query("BEGIN");
    await sql.query("DELETE FROM metacache.file WHERE path = 'a'");
    await sql.query("UPDATE metacache.file SET size = 5 WHERE path = 'b'");
    expect(await changes()).toEqual([]);
    await sql.query("ROLLBACK");
    expect(await store.position()).toEqual(start);
    for (const each of ["BEGIN", "DELETE FROM metacache.file WHERE path = 'a'", "SAVEPOINT s", "UPDATE metacache.file SET size = 5"])
      await sql.query(each);
    await sql.query("ROLLBACK TO s; DELETE FROM metacache.file WHERE path = 'c'; COMMIT");
    expect(await changes()).toEqual(["-a 4", "-c 5"]);
  });

  test("a statement that writes several times over arrives with all that it did", async () => {
    const before = await other.position();
    await sql.query(`WITH gone AS (DELETE FROM metacache.file WHERE path = 'a' AND project_id = 1 RETURNING *),
        fresh AS (INSERT ${INTO} VALUES ${values("d")}, ${values("d", 2)} RETURNING *)
      UPDATE metacache.file SET size = 9 WHERE path = 'b'`);
    expect((await changes())?.map((each) => each.split(" ")[0]).sort()).toEqual(["+b", "+d", "-a"]);
    expect([(await store.position()).revision, await changes(other, before)]).toEqual([6, ["+d 2"]]);
  });

  test("any sequence of statements leaves the change log in step with the table", async () => {
    const path = fc.constantFrom("a", "b", "c", "d");
    const upsert = fc.constantFrom(
      "",
      "ON CONFLICT DO NOTHING",
      "ON CONFLICT (project_id, path_key) DO UPDATE SET size = excluded.size + 1",
    );
    const statement = fc.oneof(
      fc.tuple(path, path, upsert).map(([one, two, then]) => `INSERT ${INTO} VALUES ${values(one)}, ${values(two, 2)} ${then}`),
      fc.tuple(path, path).map(([from, to]) => `UPDATE metacache.file SET path = '${to}' WHERE path = '${from}'`),
      fc.tuple(path, fc.nat(2)).map(([of, size]) => `UPDATE metacache.file SET size = ${size} WHERE path >= '${of}'`),
      fc.nat(1).map((to) => `UPDATE metacache.file SET project_id = ${1 + to} WHERE path = 'a'`),
      path.map((of) => `DELETE FROM metacache.file WHERE path = '${of}'`),
      fc.constantFrom("DELETE FROM metacache.file", "TRUNCATE metacache.file"),
      fc.constantFrom("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT s", "ROLLBACK TO s"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { maxLength: 12 }), async (statements) => {
        const followed = [store, other];
        const since = await Promise.all(followed.map((each) => each.position()));
        const known = await Promise.all(followed.map(scanOf));
        for (const each of statements) await sql.query(each).catch(() => undefined);
        await sql.query("COMMIT");
        for (const [index, each] of followed.entries()) {
          const batch = await each.readChanges(since[index] as StorePosition, 1_000);
          const present = await scanOf(each);
          // Only a truncation may send a reader to look for itself.
          if (batch.changes === undefined) expect(statements).toContain("TRUNCATE metacache.file");
          else expect(after(known[index] ?? [], batch.changes)).toEqual(present);
        }
        expect(await verifyPostgres(url)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  function after(known: readonly string[], batch: readonly { path: string; revision: number; record?: unknown }[]): string[] {
    const changed = new Set(batch.map(({ path }) => path));
    const kept = known.filter((row) => !changed.has(row.slice(0, row.indexOf(" "))));
    const present = batch.filter((change) => change.record !== undefined);
    return [...kept, ...present.map(({ path, revision, record }) => `${path} ${revision} ${JSON.stringify(record)}`)].sort();
  }

  test("what the schema refuses leaves nothing behind", async () => {
    const before = await scanOf(store);
    for (const [what, statement] of REFUSED) {
      await expect(sql.query(statement), what).rejects.toThrow(/violates|invalid|out of range|cannot/);
      expect([what, await scanOf(store), await store.position()]).toEqual([what, before, start]);
    }
  });

  const REFUSED: readonly (readonly [string, string])[] = [
    ["an unknown project", `INSERT ${INTO} VALUES ${values("x", 99)}`],
    ["one row of several", `INSERT ${INTO} VALUES ${values("x")}, ${values("a")}`],
    ...["x/../y", "/x", "", "x/", "./x", "x//y"].map((path) => [path, `INSERT ${INTO} VALUES ${values(path)}`] as const),
    ["text for a number", "UPDATE metacache.file SET size = 'big'"],
    ["a negative size", "UPDATE metacache.file SET size = -1"],
    ["a size beyond what JavaScript counts", "UPDATE metacache.file SET size = 9007199254740992"],
    ["an infinite time", "UPDATE metacache.file SET modified_at = 'infinity'"],
    ["a time that is no number", "UPDATE metacache.file SET modified_at = 'NaN'"],
    ["no JSON", "UPDATE metacache.file SET functions = '[{'"],
    ["JSON of another kind", "UPDATE metacache.file SET header_sections = '[]'"],
    ["another id for a row", "UPDATE metacache.file SET id = DEFAULT WHERE path = 'a'"],
    ["another id for a project", "UPDATE metacache.project SET id = DEFAULT WHERE name = 'p'"],
    ["the deletion of a project that has files", "DELETE FROM metacache.project WHERE name = 'p'"],
    ["a project's name that is another's", "UPDATE metacache.project SET name = 'p' WHERE name = 'q'"],
    ["the truncation of projects", "TRUNCATE metacache.project CASCADE"],
  ];

  test("a project that is deleted and made again does not pass for the old one", async () => {
    await sql.query("DELETE FROM metacache.file WHERE project_id = 1; DELETE FROM metacache.project WHERE name = 'p'");
    expect(await store.position()).toMatchObject({ revision: 0 });
    expect(await scanOf(store)).toEqual([]);
    await store.write([recordOf({ path: "new" }), recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
    expect(await changes()).toBeUndefined();
    expect(await scanOf(other)).toHaveLength(1);
  });
});
