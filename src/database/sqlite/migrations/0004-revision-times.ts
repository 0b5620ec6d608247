import type { Migration } from "../../schema/migration.ts";

/**
 * When a project was at which revision. The age of a tombstone comes from it: decision 21. Only
 * `index` and `compact` write to it.
 */
export const revisionTimes: Migration = {
  version: 4,
  sql: `
CREATE TABLE revision_time (
  project_id INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  noted_at   REAL NOT NULL,
  PRIMARY KEY (project_id, revision)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER revision_time_gone AFTER DELETE ON project BEGIN
  DELETE FROM revision_time WHERE project_id = OLD.id;
END;
`,
};
