import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { type DatabaseUnderTest, describeMetadataDatabase } from "../contracts/metadata-database-contract.ts";
import { describeScanPages } from "../contracts/scan-pages-contract.ts";

const open = async (): Promise<DatabaseUnderTest> => {
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
};

describeMetadataDatabase("SQLite", open);
describeScanPages(open);
