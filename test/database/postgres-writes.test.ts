import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pathParts, recordParts } from "../../src/database/postgres/write-parts.ts";
import { foreignClient, openPostgresForTest } from "../support/postgres-connection.ts";
import { TestPostgresServer } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";
import { verifyPostgres } from "../support/verify-postgres.ts";

let server: TestPostgresServer;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());

const RECORDS = Array.from({ length: 5_500 }, (_, file) => recordOf({ path: `f${file}` }));

describe("a write of more than one statement can hold", () => {
  test("goes in parts of bounded number and size, each encoded when it is its turn", () => {
    const large = Array.from({ length: 100 }, (_, file) => recordOf({ path: `large ${file}`, intent: "x".repeat(100_000) }));
    const parts = Array.from(recordParts([...RECORDS, ...large]), (columns) => columns[0]?.length ?? 0);
    expect(parts.reduce((sum, count) => sum + count)).toBe(5_600);
    expect(Math.max(...parts)).toBe(1_000);
    expect(parts.slice(6).every((count) => count <= 21)).toBe(true);
    expect(Array.from(pathParts(RECORDS.map(({ path }) => path)), (paths) => paths.length)).toEqual([5_000, 500]);
    expect([...recordParts([]), ...pathParts([])]).toEqual([]);
  });

  test("leaves the event loop free between its parts", async () => {
    const store = await (await openPostgresForTest(await server.createDatabase())).openProject("p");
    let [turns, isOver] = [0, false];
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    await store.write(RECORDS, []);
    isOver = true;
    expect(turns).toBeGreaterThan(RECORDS.length / 1_000);
  });

  test("is stored as a whole or not at all, if any part fails", async () => {
    const url = await server.createDatabase();
    const store = await (await openPostgresForTest(url)).openProject("p");
    await store.write([recordOf({ path: "before" })], []);
    const sql = await foreignClient(url);
    await sql.query("ALTER TABLE metacache.file ADD CONSTRAINT no_last CHECK (path <> 'f5499')");
    await expect(store.write(RECORDS, [recordOf({ path: "before" }).path])).rejects.toMatchObject({ code: "E_RECORD" });
    expect(await store.position()).toMatchObject({ revision: 1 });
    expect((await store.readRows(RECORDS.map(({ path }) => path))).rows).toEqual([]);
    await sql.query("ALTER TABLE metacache.file DROP CONSTRAINT no_last");
    expect((await store.write(RECORDS, [])).position.revision).toBe(5_501);
    expect(await verifyPostgres(url)).toEqual([]);
  });
});
