import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { describeMetadataDatabase } from "../contracts/metadata-database-contract.ts";
import { recordOf } from "../support/small-records.ts";

describeMetadataDatabase("SQLite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "metacache-test-"));
  const file = join(directory, "metadata.db");
  const database = await openSqliteDatabase({ file });
  return {
    database,
    corruptRow: async (project, path) => {
      const foreign = new DatabaseSync(file, { timeout: 60_000 });
      foreign.exec("PRAGMA ignore_check_constraints = ON");
      foreign
        .prepare("UPDATE file SET functions = '[{' WHERE path = ? AND project_id = (SELECT id FROM project WHERE name = ?)")
        .run(path, project);
      foreign.close();
    },
    sql: async (text, ...values) => {
      const foreign = new DatabaseSync(file, { timeout: 60_000 });
      try {
        foreign.exec("PRAGMA ignore_check_constraints = ON");
        const statement = foreign.prepare(text.replaceAll("metacache.", "").replaceAll(/\$\d/g, "?"));
        return statement.all(...values).map((row) => Object.values(row));
      } finally {
        foreign.close();
      }
    },
    openReader: () => openSqliteDatabase({ file, readOnly: true }),
    dispose: async () => {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});

test("a scan hands out few rows at a time however many a page may have, the first time the fewest", async () => {
  const directory = mkdtempSync(join(tmpdir(), "metacache-test-"));
  const database = await openSqliteDatabase({ file: join(directory, "metadata.db") });
  try {
    const store = await database.openProject("p");
    const paths = Array.from({ length: 100 }, (_, number) => `file-${number}.ts`);
    await store.write(
      paths.map((path) => recordOf({ path })),
      [],
    );
    const pages: string[][] = [];
    for await (const page of (await store.scan(1_000)).pages) pages.push(page.map(({ path }) => path));
    expect(pages.flat().toSorted()).toEqual(paths.toSorted());
    expect(pages[0]?.length).toBeLessThanOrEqual(4);
    expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(16);
  } finally {
    await database.close();
    rmSync(directory, { recursive: true, force: true });
  }
});
