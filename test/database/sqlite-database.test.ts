import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openSqliteDatabase } from "../../src/database/sqlite/open-sqlite-database.ts";
import { describeMetadataDatabase } from "../contracts/metadata-database-contract.ts";

describeMetadataDatabase("SQLite", async () => {
  const directory = mkdtempSync(join(tmpdir(), "metacache-test-"));
  const file = join(directory, "metadata.db");
  const database = await openSqliteDatabase({ file });
  return {
    database,
    corruptRow: async (project, path) => {
      const foreign = new DatabaseSync(file, { timeout: 10_000 });
      foreign.exec("PRAGMA ignore_check_constraints = ON");
      foreign
        .prepare("UPDATE file SET functions = '[{' WHERE path = ? AND project_id = (SELECT id FROM project WHERE name = ?)")
        .run(path, project);
      foreign.close();
    },
    dispose: async () => {
      await database.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
});
