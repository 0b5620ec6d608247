import type { Migration } from "../../schema/migration.ts";

/**
 * The checkpoint of a project's index: decision 24. Nothing here raises a revision.
 *
 * - A row of `checkpoint` is a draft until `is_whole` is 1. Each project has at most one whole
 *   checkpoint. `begun` orders the drafts of a project.
 * - `checkpoint_part` has a rowid. In a WITHOUT ROWID table a row of a megabyte would be an
 *   overflow chain too, and the tree would find its keys more slowly. The key begins with the
 *   project, so that cleaning up concerns only one project.
 */
export const checkpoints: Migration = {
  version: 5,
  sql: `
CREATE TABLE checkpoint (
  id            INTEGER PRIMARY KEY,
  project_id    INTEGER NOT NULL,
  begun         INTEGER NOT NULL,
  is_whole      INTEGER NOT NULL CHECK (is_whole IN (0, 1)),
  format        INTEGER NOT NULL,
  epoch         TEXT NOT NULL,
  revision      INTEGER NOT NULL,
  token         INTEGER NOT NULL,
  byte_length   INTEGER NOT NULL,
  parts         INTEGER NOT NULL,
  head_checksum INTEGER NOT NULL,
  checksum      INTEGER NOT NULL
) STRICT;
CREATE INDEX checkpoint_in_project ON checkpoint (project_id, begun);
CREATE UNIQUE INDEX checkpoint_whole ON checkpoint (project_id) WHERE is_whole = 1;

CREATE TABLE checkpoint_part (
  project_id    INTEGER NOT NULL,
  checkpoint_id INTEGER NOT NULL,
  number        INTEGER NOT NULL,
  checksum      INTEGER NOT NULL,
  bytes         BLOB NOT NULL,
  PRIMARY KEY (project_id, checkpoint_id, number)
) STRICT;

CREATE TRIGGER checkpoint_gone AFTER DELETE ON project BEGIN
  DELETE FROM checkpoint WHERE project_id = OLD.id;
  DELETE FROM checkpoint_part WHERE project_id = OLD.id;
END;
`,
};
