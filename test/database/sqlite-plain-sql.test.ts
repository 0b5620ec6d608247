import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import type { ProjectStore, StorePosition } from "../../src/database/metadata-database.ts";
import { recordOf } from "../support/small-records.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "../support/temporary-database.ts";

/**
 * A program that knows the table `file` and nothing else: whatever it does, every reader must learn
 * of it (law 11).
 */
describe("a change by plain SQL", () => {
  let store: ProjectStore;
  let other: ProjectStore;
  let sql: DatabaseSync;
  let start: StorePosition;

  beforeEach(async () => {
    const file = join(temporaryDirectory(), "metadata.db");
    const database = await openForTest(file);
    store = await database.openProject("p");
    other = await database.openProject("q");
    ({ position: start } = await store.write([recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []));
    await other.write([recordOf({ path: "a" })], []);
    sql = foreignConnection(file);
  });

  /**
   * The changes since the start, short: `+path` for a row, `-path` for none, each with its
   * revision.
   */
  async function changes(of: ProjectStore = store, since: StorePosition = start): Promise<string[]> {
    const batch = await of.readChanges(since, 100);
    return (batch.changes ?? []).map((change) => `${"deleted" in change ? "-" : "+"}${change.path} ${change.revision}`);
  }

  const INSERT = "INTO file (project_id, path, size, modified_at, digest, extractor_version, language, header_sections)";
  const header = `'{"intent":"sql","designPrinciples":[],"constraints":[],"referenceDocumentation":[],"changeHistory":[]}'`;
  const values = (path: string): string => `(1, '${path}', 1, 2.5, 'd', 'sql', 'c', ${header})`;

  test("an INSERT with what has a default left out arrives as a whole record", async () => {
    sql.exec(`INSERT ${INSERT} VALUES ${values("d")}`);
    expect(await changes()).toEqual(["+d 4"]);
    const { rows } = await store.readRows([recordOf({ path: "d" }).path]);
    expect(rows).toMatchObject([{ record: { path: "d", size: 1, modifiedAt: 2.5, headerSections: { intent: "sql" }, functions: [] } }]);
  });

  test.each(["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK", "INSERT"])(
    "%s of several rows arrives",
    async (insert) => {
      if (insert.endsWith("REPLACE")) {
        sql.exec(`${insert} ${INSERT} VALUES ${values("a")}, ${values("d")}`);
        expect(await changes()).toEqual(["+a 4", "+d 5"]);
      } else {
        sql.exec(`${insert} ${INSERT} VALUES ${values("d")}, ${values("e")}`);
        expect(await changes()).toEqual(["+d 4", "+e 5"]);
      }
    },
  );

  test("an upsert arrives, one that does nothing does not", async () => {
    sql.exec(`INSERT ${INSERT} VALUES ${values("a")} ON CONFLICT DO UPDATE SET size = 77`);
    expect(await changes()).toEqual(["+a 4"]);
    sql.exec(`INSERT ${INSERT} VALUES ${values("b")} ON CONFLICT DO NOTHING`);
    sql.exec(`INSERT OR IGNORE ${INSERT} VALUES ${values("b")}`);
    expect(await changes()).toEqual(["+a 4"]);
  });

  test("an UPDATE of all rows arrives for each, in this project and in that", async () => {
    const before = await other.position();
    sql.exec("UPDATE file SET size = size + 1");
    expect(await changes()).toEqual(["+a 4", "+b 5", "+c 6"]);
    expect(await changes(other, before)).toEqual(["+a 2"]);
  });

  test("a DELETE, with WHERE and without, leaves tombstones", async () => {
    sql.exec("DELETE FROM file WHERE path = 'b' AND project_id = 1");
    expect(await changes()).toEqual(["-b 4"]);
    sql.exec("DELETE FROM file");
    expect(await changes()).toEqual(["-b 4", "-a 5", "-c 6"]);
    sql.exec(`INSERT ${INSERT} VALUES ${values("b")}`);
    expect(await changes()).toEqual(["-a 5", "-c 6", "+b 7"]);
  });

  test.each(["id", "rowid", "oid", "_rowid_"])(
    "the key of a row, called %s, is not changed, nor another path's row taken away by it",
    async (key) => {
      const idOf = (path: string): string => `(SELECT id FROM file WHERE path = '${path}' AND project_id = 1)`;
      expect(() => sql.exec(`UPDATE OR REPLACE file SET ${key} = ${idOf("b")} WHERE path = 'a' AND project_id = 1`)).toThrow(
        /cannot change/,
      );
      expect(() => sql.exec(`UPDATE file SET ${key} = ${key} + 100`)).toThrow(/cannot change/);
      expect(() =>
        sql.exec(`INSERT OR REPLACE ${INSERT.replace("(", `(${key}, `)} VALUES ${values("d").replace("(", `(${idOf("b")}, `)}`),
      ).toThrow(/cannot replace/);
      expect(() => sql.exec(`UPDATE OR REPLACE project SET ${key} = 2 WHERE name = 'p'`)).toThrow(/cannot change/);
      expect(await changes()).toEqual([]);
      sql.exec("UPDATE file SET size = 7 WHERE path = 'a' AND project_id = 1");
      expect(await changes()).toEqual(["+a 4"]);
    },
  );

  test("a rename is a deletion and an insertion, also onto another row or of all rows at once", async () => {
    sql.exec("UPDATE file SET path = 'z' WHERE path = 'a' AND project_id = 1");
    expect(await changes()).toEqual(["-a 4", "+z 5"]);
    sql.exec("UPDATE OR REPLACE file SET path = 'b' WHERE path = 'c'");
    expect(await changes()).toEqual(["-a 4", "+z 5", "-c 6", "+b 7"]);
    sql.exec("UPDATE file SET path = 'dir/' || path WHERE project_id = 1");
    const moved = await changes();
    expect(moved.map((each) => each.split(" ")[0]).sort()).toEqual(["+dir/b", "+dir/z", "-a", "-b", "-c", "-z"]);
    expect((await store.position()).revision).toBe(11);
  });

  test("a move to another project is a deletion in the one and an insertion in the other", async () => {
    const before = await other.position();
    sql.exec("UPDATE file SET project_id = 2 WHERE path = 'b'");
    expect(await changes()).toEqual(["-b 4"]);
    expect(await changes(other, before)).toEqual(["+b 2"]);
  });

  test("a transaction that is rolled back changes nothing, one that is committed appears whole", async () => {
    sql.exec("BEGIN; DELETE FROM file WHERE path = 'a'; UPDATE file SET size = 5 WHERE path = 'b'");
    expect(await changes()).toEqual([]);
    sql.exec("ROLLBACK");
    expect(await store.position()).toEqual(start);
    sql.exec("BEGIN; DELETE FROM file WHERE project_id = 1; SAVEPOINT s; UPDATE file SET size = 5; ROLLBACK TO s; COMMIT");
    expect(await changes()).toEqual(["-a 4", "-b 5", "-c 6"]);
  });

  test("any sequence of statements leaves the change log in step with the table", async () => {
    const path = fc.constantFrom("a", "b", "c", "d");
    const conflict = fc.constantFrom("", "OR REPLACE", "OR IGNORE", "OR FAIL");
    const statement = fc.oneof(
      fc.tuple(conflict, path).map(([or, to]) => `INSERT ${or} ${INSERT} VALUES ${values(to)}`),
      fc.tuple(conflict, path, path).map(([or, from, to]) => `UPDATE ${or} file SET path = '${to}' WHERE path = '${from}'`),
      fc.tuple(path, fc.nat(2)).map(([of, size]) => `UPDATE file SET size = ${size} WHERE path >= '${of}'`),
      fc.tuple(conflict, fc.nat(1)).map(([or, to]) => `UPDATE ${or} file SET project_id = ${1 + to} WHERE path = 'a'`),
      path.map((of) => `DELETE FROM file WHERE path = '${of}'`),
      fc.constantFrom("DELETE FROM file", "BEGIN", "COMMIT", "ROLLBACK"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(statement, { maxLength: 12 }), async (statements) => {
        const known = new Map((await scanOf(store)).map((row) => [row, true]));
        const since = await store.position();
        for (const each of statements) {
          try {
            sql.exec(each);
          } catch {
            // A conflict or a transaction that is not open: the statement did nothing.
          }
        }
        if (sql.isTransaction) sql.exec("COMMIT");
        const batch = await store.readChanges(since, 1_000);
        for (const change of batch.changes ?? []) {
          for (const row of known.keys()) if (row.startsWith(`${change.path} `)) known.delete(row);
          if ("record" in change) known.set(`${change.path} ${change.revision} ${JSON.stringify(change.record)}`, true);
        }
        expect([...known.keys()].sort()).toEqual(await scanOf(store));
      }),
      { numRuns: 200 },
    );
  });

  async function scanOf(of: ProjectStore): Promise<string[]> {
    const rows: string[] = [];
    for await (const page of (await of.scan(100)).pages)
      rows.push(...page.map((row) => `${row.path} ${row.revision} ${JSON.stringify(row.record)}`));
    return rows.sort();
  }

  test.each([
    ["an unknown project", `INSERT ${INSERT} VALUES (99, 'x', 1, 1, '', '', 'c', ${header})`],
    ["a path that goes up", `INSERT ${INSERT} VALUES ${values("x/../y")}`],
    ["an absolute path", `INSERT ${INSERT} VALUES ${values("/x")}`],
    ["a drive's path", `INSERT ${INSERT} VALUES ${values("C:\\x")}`],
    ["an empty path", `INSERT ${INSERT} VALUES ${values("")}`],
    ["a directory's path", `INSERT ${INSERT} VALUES ${values("x/")}`],
    ["a path with NUL", `INSERT ${INSERT} VALUES (1, 'x' || char(0) || 'y', 1, 1, '', '', 'c', ${header})`],
    ["text for a number", "UPDATE file SET size = 'big'"],
    ["a negative size", "UPDATE file SET size = -1"],
    ["an infinite time", "UPDATE file SET modified_at = 9e999"],
    ["no JSON", "UPDATE file SET functions = '[{'"],
    ["JSON of another kind", "UPDATE file SET header_sections = '[]'"],
    [
      "a row that would replace another path's by its id",
      `REPLACE INTO file (id, project_id, path, size, modified_at, digest, extractor_version, language, header_sections) VALUES (1, 1, 'x', 1, 1, '', '', 'c', ${header})`,
    ],
    ["a row's id that would replace another row", "UPDATE OR REPLACE file SET id = 2 WHERE id = 1"],
    ["the deletion of a project that has files", "DELETE FROM project WHERE name = 'p'"],
    ["a project that would replace another one", "REPLACE INTO project (name) VALUES ('p')"],
    ["a project's name that would replace another one", "UPDATE OR REPLACE project SET name = 'p' WHERE name = 'q'"],
    ["another id for a project", "UPDATE project SET id = 50 WHERE name = 'p'"],
  ])("%s is refused, and nothing of it remains", async (_, statement) => {
    const before = await scanOf(store);
    expect(() => sql.exec(statement)).toThrow();
    expect(await scanOf(store)).toEqual(before);
    expect(await store.position()).toEqual(start);
    expect(await changes()).toEqual([]);
  });

  test("a row that the schema's checks would have refused is reported alone, whatever its columns hold", async () => {
    sql.exec("PRAGMA ignore_check_constraints = ON");
    sql.exec(`INSERT ${INSERT} VALUES (1, '../up', 1, 1, '', '', 'c', ${header}), (1, CAST(x'61ff' AS TEXT), 1, 1, '', '', 'c', '{}')`);
    sql.exec("UPDATE file SET size = 9223372036854775807 WHERE path = 'b'");
    const rows = [];
    for await (const page of (await store.scan(1)).pages) rows.push(...page);
    expect(rows.map((row) => [row.path, row.record !== undefined])).toEqual([
      ["a", true],
      ["b", false],
      ["c", true],
      ["../up", false],
      ["a\ufffd", false],
    ]);
    const known = [];
    for await (const page of store.readFingerprints(2)) known.push(...page.map(({ path }) => path));
    expect(known).toEqual(["a", "c", "a\ufffd"]);
  });

  test("a project that is deleted and made again does not pass for the old one", async () => {
    sql.exec("DELETE FROM file WHERE project_id = 1; DELETE FROM project WHERE name = 'p'");
    expect(await store.position()).toMatchObject({ revision: 0 });
    expect(await scanOf(store)).toEqual([]);
    await store.write([recordOf({ path: "new" }), recordOf({ path: "a" }), recordOf({ path: "b" }), recordOf({ path: "c" })], []);
    expect((await store.readChanges(start, 100)).changes).toBeUndefined();
    expect(await scanOf(other)).toHaveLength(1);
  });
});
