import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { jsonIn, metacacheAll, metacacheIn, type Outcome, START } from "../support/command.ts";
import { temporaryDirectory } from "../support/temporary-database.ts";

const DAY = 86_400_000;

/** An indexed project of which one file was deleted, and the run that noticed it noted the time. */
async function withTombstone(): Promise<string> {
  const root = temporaryDirectory();
  for (const name of ["a.js", "b.js", "c.js"]) writeFileSync(join(root, name), "function f() {}\n");
  await metacacheIn(root, "index");
  await deleting(root, "a.js");
  return root;
}

async function deleting(root: string, name: string): Promise<void> {
  rmSync(join(root, name));
  await metacacheIn(root, "index");
}

/** As if that much time had passed since everything that was noted. */
function pass(root: string, days: number): void {
  using sql = new DatabaseSync(join(root, ".metacache/metadata.db"));
  sql.prepare("UPDATE revision_time SET noted_at = noted_at - ?").run(days * DAY);
}

function stateOf(root: string): unknown {
  using sql = new DatabaseSync(join(root, ".metacache/metadata.db"));
  const count = "(SELECT count(*) FROM change WHERE deleted = 1)";
  const times = "(SELECT json_group_array(revision) FROM revision_time)";
  return { ...sql.prepare(`SELECT revision, horizon, ${count} AS tombstones, ${times} AS times FROM project`).get() };
}

function documentsOf(outcomes: readonly Outcome[]): unknown[] {
  return outcomes.map(({ stdout }) => JSON.parse(stdout) as unknown);
}

/** The document that the command prints for a user who may write nowhere. */
function asNobody(...args: readonly string[]): Promise<unknown> {
  return new Promise((resolve) => {
    const options = { cwd: "/", uid: 65_534, gid: 65_534, timeout: 250_000 };
    execFile(process.execPath, [START, ...args], options, (_, stdout) => resolve(JSON.parse(stdout)));
  });
}

describe("compact", () => {
  test("forgets tombstones that are older than tombstoneDays, and tells how many, how many are left, and up to which revision", async () => {
    const root = await withTombstone();
    expect(await jsonIn(root, "compact")).toMatchObject({ command: "compact", forgotten: 0, left: 1, horizon: 0, olderThanDays: 30 });
    pass(root, 31);
    await deleting(root, "b.js");
    // That run has forgotten the old one already: this is what is left to a command with a shorter
    // time.
    expect(stateOf(root)).toEqual({ revision: 5, horizon: 4, tombstones: 1, times: "[5]" });
    pass(root, 8);
    const lines = [["--dry-run"], ["--older-than", "9"], ["--older-than", "7", "--dry-run"], ["--older-than", "7"], []];
    const outcomes = await metacacheAll(root, ...lines.map((line) => ["compact", ...line, "--json"]));
    expect(documentsOf(outcomes)).toMatchObject([
      { forgotten: 0, wouldForget: 0, left: 1, horizon: 4, olderThanDays: 30, dryRun: true },
      { forgotten: 0, left: 1, horizon: 4, olderThanDays: 9, dryRun: false },
      { forgotten: 0, wouldForget: 1, left: 0, horizon: 5, olderThanDays: 7, dryRun: true },
      { forgotten: 1, left: 0, horizon: 5, olderThanDays: 7, dryRun: false },
      { forgotten: 0, left: 0, horizon: 5, olderThanDays: 30, dryRun: false },
    ]);
    expect(await jsonIn(root, "query")).toMatchObject({ total: 1 });
    expect(await metacacheIn(root, "verify")).toMatchObject({ code: 0 });
  });

  test("says in words what it did, and takes its time from the configuration", async () => {
    const root = await withTombstone();
    writeFileSync(join(root, "metacache.json"), '{ "tombstoneDays": 3 }');
    pass(root, 4);
    const [dry, done] = await metacacheAll(root, ["compact", "--dry-run"], ["compact"]);
    expect(dry?.stdout).toMatch(/^Would forget 1 tombstone of .* up to revision 4, known to be at least 3 days old; 0 would be left\.$/m);
    expect(done?.stdout).toMatch(
      /^Forgot 1 tombstone of .*metadata\.db.* up to revision 4, known to be at least 3 days old; 0 are left\.$/m,
    );
    expect(stateOf(root)).toMatchObject({ horizon: 4, tombstones: 0 });
  });

  test("with --dry-run writes nothing, not even the time", async () => {
    const root = await withTombstone();
    using sql = new DatabaseSync(join(root, ".metacache/metadata.db"));
    sql.exec("DELETE FROM revision_time");
    await metacacheIn(root, "compact", "--dry-run");
    expect(stateOf(root)).toMatchObject({ times: "[]" });
    await metacacheIn(root, "compact");
    expect(stateOf(root)).toMatchObject({ times: "[4]", tombstones: 1 });
  });

  test("keeps tombstones of unknown age, and all that were noted at a time that is still to come", async () => {
    const root = await withTombstone();
    pass(root, -10);
    expect(await jsonIn(root, "compact", "--older-than", "1")).toMatchObject({ forgotten: 0, left: 1 });
    await deleting(root, "b.js");
    expect(await jsonIn(root, "compact", "--older-than", "1")).toMatchObject({ forgotten: 0, left: 2, horizon: 0 });
    pass(root, 12);
    expect(await jsonIn(root, "compact", "--older-than", "1")).toMatchObject({ forgotten: 2, left: 0 });
  });

  test.each(["0", "3651", "-1", "1.5", "1e1", "", "soon"])("refuses --older-than %j, by the flag's name", async (days) => {
    const root = temporaryDirectory();
    expect(await metacacheIn(root, "compact", `--older-than=${days}`)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/--older-than must be an integer from 1 to 3650/) as string,
    });
  });

  test.skipIf(process.getuid?.() !== 0)("refuses a database that is read-only, and with --dry-run reads it (needs root)", async () => {
    const root = await withTombstone();
    const file = join(root, ".metacache/metadata.db");
    for (const [path, mode] of [
      [root, 0o755],
      [join(root, ".metacache"), 0o755],
      [file, 0o644],
    ] as const)
      chmodSync(path, mode);
    pass(root, 40);
    expect(await asNobody("compact", "--project", root, "--dry-run", "--json")).toMatchObject({ wouldForget: 1 });
    expect(await asNobody("compact", "--project", root, "--json")).toMatchObject({ error: { code: "E_DATABASE_UNAVAILABLE" } });
    expect(stateOf(root)).toMatchObject({ horizon: 0, tombstones: 1 });
  });

  test("forgets nothing of another project in the same database", async () => {
    const place = temporaryDirectory();
    for (const name of ["one", "two"]) {
      mkdirSync(join(place, name));
      for (const file of ["a.js", "b.js"]) writeFileSync(join(place, name, file), "function f() {}\n");
      await metacacheIn(place, "index", name, "--db", "shared.db");
      rmSync(join(place, name, "a.js"));
      await metacacheIn(place, "index", name, "--db", "shared.db");
    }
    using sql = new DatabaseSync(join(place, "shared.db"));
    sql.prepare("UPDATE revision_time SET noted_at = noted_at - ?").run(40 * DAY);
    expect(await jsonIn(place, "compact", "--project", "one", "--db", "shared.db")).toMatchObject({ forgotten: 1, left: 0 });
    expect(sql.prepare("SELECT horizon FROM project ORDER BY name").all()).toEqual([{ horizon: 3 }, { horizon: 0 }]);
  });
});

test("index notes the time at the end of a whole run, and forgets what --tombstone-days lets go", async () => {
  const root = await withTombstone();
  expect(stateOf(root)).toEqual({ revision: 4, horizon: 0, tombstones: 1, times: "[3,4]" });
  pass(root, 5);
  await metacacheIn(root, "index", "--tombstone-days", "6");
  expect(stateOf(root)).toMatchObject({ horizon: 0, tombstones: 1 });
  await metacacheIn(root, "index", "--tombstone-days", "4");
  expect(stateOf(root)).toEqual({ revision: 4, horizon: 4, tombstones: 0, times: "[4]" });
});

test("a run of index that cannot forget tombstones is whole all the same, and says why in a warning", async () => {
  const root = await withTombstone();
  using sql = new DatabaseSync(join(root, ".metacache/metadata.db"));
  sql.exec("ALTER TABLE revision_time RENAME TO elsewhere");
  writeFileSync(join(root, "d.js"), "function g() {}\n");
  const report = await jsonIn(root, "index");
  expect(report).toMatchObject({
    added: 1,
    warnings: [
      expect.stringMatching(
        /^old tombstones were not forgotten: the database .* has lost a table or a column \(no such table: revision_time\)/,
      ),
    ],
  });
  expect(await metacacheIn(root, "compact")).toMatchObject({ code: 2, stdout: "" });
});
