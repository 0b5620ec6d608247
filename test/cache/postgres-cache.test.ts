import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openMetadataCache } from "../../src/cache/opening/open-metadata-cache.ts";
import { files } from "../support/opened-cache.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { recordOf } from "../support/small-records.ts";

let server: TestPostgresServer;
let database: string;
beforeAll(async () => {
  server = await TestPostgresServer.start();
});
afterAll(() => server.stop());
beforeEach(async () => {
  database = await server.createDatabase();
});

test("caches of one project on two machines follow each other, by its name, and plain SQL too", async () => {
  await using one = await openMetadataCache({ database, project: "app", environment: {} });
  await using two = await openMetadataCache({ database, project: "app", environment: {} });
  await using other = await openMetadataCache({ database, project: "other", environment: {} });
  const { revision } = await one.update(files(3));
  await two.waitForRevision(revision);
  expect(two.paths({ functionName: "f" })).toEqual(["f0.ts", "f1.ts", "f2.ts"]);
  await withClient(database, (client) => client.query("UPDATE metacache.file SET language = 'cobol' WHERE path = 'f1.ts'"));
  expect((await two.query({ language: "cobol" }, { consistency: "latest" })).items).toMatchObject([{ path: "f1.ts" }]);
  await expect.poll(() => one.count({ language: "cobol" })).toBe(1);
  await withClient(database, (client) => client.query("TRUNCATE metacache.file"));
  await expect.poll(() => [one.count({}), two.count({})]).toEqual([0, 0]);
  expect(other.count({})).toBe(0);
  for (const cache of [one, two]) expect([...cache.verify(), ...(await cache.verifyAgainstDatabase())]).toEqual([]);
});

test("symbols are read from PostgreSQL in one batch, those that another machine and plain SQL have written among them", async () => {
  await using here = await openMetadataCache({ database, project: "app", environment: {} });
  await using there = await openMetadataCache({ database, project: "app", environment: {} });
  await here.update(files(3));
  const answer = await there.symbols({ name: { like: "F" }, limit: 2 }, { consistency: "latest" });
  expect(answer).toMatchObject({ total: 3, items: [{ path: "f0.ts", line: 1, signature: "f(a)" }, { path: "f1.ts" }] });
  there.clear();
  const next = await there.symbols({ name: { like: "F" }, limit: 2, cursor: answer.nextCursor });
  expect(next.items.map(({ path }) => path)).toEqual(["f2.ts"]);
  const symbol = { name: "MAX", kind: "constant", lineRange: { start: 7, end: 7 }, intent: "" };
  await withClient(database, (client) =>
    client.query("UPDATE metacache.file SET symbols = $1 WHERE path = 'f1.ts'", [JSON.stringify([symbol])]),
  );
  expect((await there.symbols({ kind: "constant" }, { consistency: "latest" })).items).toMatchObject([
    { path: "f1.ts", line: 7, signature: "MAX" },
  ]);
  expect([...there.verify(), ...(await there.verifyAgainstDatabase())]).toEqual([]);
});

test("a root has a name of its own where several machines share the database", async () => {
  await using here = await openMetadataCache({ database, project: import.meta.dirname, name: "app", environment: {} });
  await using there = await openMetadataCache({ database, project: "app", environment: {} });
  await here.update(recordOf({ path: "a.ts" }));
  expect(await there.getMetadata("a.ts", { consistency: "latest" })).toEqual(recordOf({ path: "a.ts" }));
});

test("no password is in what is thrown or shown, whatever fails", async () => {
  const url = database.replace("postgres@", "postgres:s3cret@").replace(/\/test_[0-9a-f]+/, "/nowhere");
  const failure: unknown = await openMetadataCache({ database: url, project: "app", environment: {} }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: "E_DATABASE_UNAVAILABLE", fault: "missing" });
  expect(inspect(failure, { depth: 10, showHidden: true })).not.toContain("s3cret");
});

test("a program that awaits the end of its cache at the top level ends well, and one that forgets it ends too", () => {
  const source = pathToFileURL(join(import.meta.dirname, "../../src/cache/opening/open-metadata-cache.ts")).href;
  for (const ending of ["await cache.shutdown();", ""]) {
    const program = `
      import { openMetadataCache } from ${JSON.stringify(source)};
      const cache = await openMetadataCache({ database: ${JSON.stringify(database)}, project: "app", environment: {} });
      await cache.getMetadata("a.ts", { consistency: "latest" });
      ${ending}
      console.log("ended");`;
    expect(execFileSync(process.execPath, ["--input-type=module", "--eval", program], { encoding: "utf8" })).toBe("ended\n");
  }
});

test("the commands work on it: index, query, status, doctor, and doctor tells what is wrong", async () => {
  const run = (...args: string[]): { readonly code: number; readonly out: string } => {
    const command = [join(import.meta.dirname, "../../scripts/start.ts"), ...args, "--db", database];
    if (!args.includes("--name")) command.push("--name", "app");
    try {
      return { code: 0, out: execFileSync(process.execPath, command, { encoding: "utf8", stdio: "pipe" }) };
    } catch (error) {
      const { status, stdout } = error as { readonly status: number; readonly stdout: string };
      return { code: status, out: stdout };
    }
  };
  const root = join(import.meta.dirname, "../../src/sync");
  expect(run("doctor", "--project", root)).toMatchObject({
    code: 2,
    out: expect.stringContaining("has no metacache data yet") as string,
  });
  expect(run("query", "--project", root)).toEqual({ code: 2, out: "" });
  await withClient(database, async (client) => {
    expect((await client.query("SELECT to_regnamespace('metacache') AS schema")).rows).toEqual([{ schema: null }]);
  });
  expect(run("index", root).code).toBe(0);
  const mistyped = run("doctor", "--project", root, "--name", "ap");
  expect(mistyped).toMatchObject({ code: 2, out: expect.stringContaining('did you mean "app"?') as string });
  await withClient(database, async (client) => {
    expect((await client.query("SELECT name FROM metacache.project")).rows).toEqual([{ name: "app" }]);
  });
  expect(run("query", "--project", root, "--class", "HintedSync", "--paths").out).toBe("hinted-sync.ts\n");
  expect(run("status", "--project", root).out).toMatch(/engine +PostgreSQL \d+.*\n.*connections +\d/s);
  expect(run("doctor", "--project", root)).toEqual({ code: 0, out: "Nothing is wrong.\n" });
  await withClient(database, async (client) => {
    await client.query("ALTER TABLE metacache.file DISABLE TRIGGER file_updated");
    await client.query("UPDATE metacache.file SET functions = '[1]' WHERE path = 'hinted-sync.ts'");
  });
  const sick = run("doctor", "--project", root);
  expect(sick.code).toBe(2);
  expect(sick.out).toMatch(/trigger file_updated is gone or disabled.*\n +run `DROP SCHEMA/);
  expect(sick.out).toMatch(/row of hinted-sync\.ts cannot be read.*\n +run `metacache index`/);
});
