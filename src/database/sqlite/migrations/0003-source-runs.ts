import type { Migration } from "../../schema/migration.ts";

/**
 * How a project's tree was read: decision 15. None of this belongs to a record, so nothing here
 * raises a revision.
 *
 * - `source_run` has the run that began last, and as JSON the last run that read the whole tree.
 * - `file_state` uses the id of a row as its key, which takes a third of the space of a path. A row
 *   that is replaced gets another id, and so loses its state. If an id is used again later, its old
 *   state fits no other file, because the state contains the inode and the change time of the first
 *   file.
 */
export const sourceRuns: Migration = {
  version: 3,
  sql: `
CREATE TABLE source_run (
  project_id INTEGER PRIMARY KEY,
  root       TEXT NOT NULL,
  begun_at   REAL NOT NULL,
  complete   TEXT CHECK (complete IS NULL OR json_valid(complete))
) STRICT;

CREATE TABLE skipped_file (
  project_id INTEGER NOT NULL,
  path       TEXT NOT NULL,
  reason     TEXT NOT NULL,
  detail     TEXT,
  size       INTEGER,
  PRIMARY KEY (project_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE file_state (
  file_id INTEGER PRIMARY KEY,
  state   TEXT NOT NULL
) STRICT;

CREATE TRIGGER file_state_gone AFTER DELETE ON file BEGIN
  DELETE FROM file_state WHERE file_id = OLD.id;
END;
CREATE TRIGGER source_run_gone AFTER DELETE ON project BEGIN
  DELETE FROM source_run WHERE project_id = OLD.id;
  DELETE FROM skipped_file WHERE project_id = OLD.id;
END;
`,
};
