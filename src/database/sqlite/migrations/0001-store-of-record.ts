import type { Migration } from "../../schema/migration.ts";

/**
 * The whole schema of version 1.
 *
 * Anybody may write to `file`, also with plain SQL. Its triggers keep `change` and the project's
 * revision in step with it in the same transaction, so that every reader learns of each change (law
 * 11). These choices are not obvious:
 *
 * - `file` has a rowid, because in a WITHOUT ROWID table a row of a few KB uses an overflow page of
 *   16 KB for itself. `file_in_project` returns the rows of one project in their order on disk.
 * - `change` has the newest change of each path. Its rows are short and are read by their key, so
 *   WITHOUT ROWID is right.
 * - The triggers never abort a statement. They roll back the transaction, and they replace a row by
 *   DELETE and INSERT, not by an upsert. If a statement may abort half-way, SQLite keeps a journal
 *   for it, which more than doubled the cost of an insert.
 * - INSERT OR REPLACE does not fire a delete trigger. For the same path that does not matter. A
 *   trigger refuses a row that would replace the row of another path by its id. The same applies to
 *   projects.
 */
export const storeOfRecord: Migration = {
  version: 1,
  sql: `
CREATE TABLE store (
  id             INTEGER PRIMARY KEY CHECK (id = 1),
  epoch          TEXT NOT NULL,
  schema_version INTEGER NOT NULL
) STRICT;
INSERT INTO store VALUES (1, lower(hex(randomblob(16))), 0);

CREATE TABLE project (
  id       INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 0),
  name     TEXT NOT NULL UNIQUE CHECK (name <> ''),
  revision INTEGER NOT NULL DEFAULT 0 CHECK (revision BETWEEN 0 AND 9007199254740991),
  horizon  INTEGER NOT NULL DEFAULT 0 CHECK (horizon BETWEEN 0 AND revision)
) STRICT;

CREATE TABLE file (
  id                INTEGER PRIMARY KEY CHECK (id > 0),
  project_id        INTEGER NOT NULL REFERENCES project (id),
  path              TEXT NOT NULL CHECK (
                      length(path) BETWEEN 1 AND 4096
                      AND instr(path, char(0)) = 0
                      AND path NOT GLOB '[A-Za-z]:[\\/]*'
                      AND '/' || path || '/' NOT GLOB '*//*'
                      AND '/' || path || '/' NOT GLOB '*/./*'
                      AND '/' || path || '/' NOT GLOB '*/../*'
                    ),
  size              INTEGER NOT NULL CHECK (size BETWEEN 0 AND 9007199254740991),
  modified_at       REAL NOT NULL CHECK (modified_at BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308),
  digest            TEXT NOT NULL,
  extractor_version TEXT NOT NULL,
  language          TEXT NOT NULL CHECK (language <> ''),
  problems          TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(problems) AND json_type(problems) = 'array'),
  header_sections   TEXT NOT NULL CHECK (json_valid(header_sections) AND json_type(header_sections) = 'object'),
  functions         TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(functions) AND json_type(functions) = 'array'),
  classes           TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(classes) AND json_type(classes) = 'array'),
  UNIQUE (project_id, path)
) STRICT;
CREATE INDEX file_in_project ON file (project_id, id);

CREATE TABLE change (
  project_id INTEGER NOT NULL,
  path       TEXT NOT NULL,
  revision   INTEGER NOT NULL,
  deleted    INTEGER NOT NULL CHECK (deleted IN (0, 1)),
  PRIMARY KEY (project_id, path)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX change_in_order ON change (project_id, revision);
CREATE INDEX change_tombstone ON change (project_id, revision) WHERE deleted = 1;

CREATE TRIGGER file_inserted AFTER INSERT ON file BEGIN
  ${noteChange("NEW", 0)}
END;
CREATE TRIGGER file_updated AFTER UPDATE ON file WHEN NEW.project_id = OLD.project_id AND NEW.path = OLD.path BEGIN
  ${noteChange("NEW", 0)}
END;
CREATE TRIGGER file_moved AFTER UPDATE ON file WHEN NEW.project_id <> OLD.project_id OR NEW.path <> OLD.path BEGIN
  ${noteChange("OLD", 1)}
  ${noteChange("NEW", 0)}
END;
CREATE TRIGGER file_deleted AFTER DELETE ON file BEGIN
  ${noteChange("OLD", 1)}
END;

CREATE TRIGGER file_not_replaced_by_id BEFORE INSERT ON file
WHEN EXISTS (SELECT 1 FROM file WHERE id = NEW.id AND (project_id <> NEW.project_id OR path <> NEW.path)) BEGIN
  SELECT RAISE(ROLLBACK, 'a row of file cannot replace that of another path: delete it first');
END;
CREATE TRIGGER file_not_renumbered BEFORE UPDATE OF id ON file WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ROLLBACK, 'the id of a row of file cannot change');
END;

CREATE TRIGGER project_not_replaced BEFORE INSERT ON project
WHEN EXISTS (SELECT 1 FROM project WHERE id = NEW.id OR name = NEW.name) BEGIN
  SELECT RAISE(ABORT, 'this project exists already');
END;
CREATE TRIGGER project_not_renumbered BEFORE UPDATE OF id, name ON project
WHEN NEW.id <> OLD.id OR EXISTS (SELECT 1 FROM project WHERE name = NEW.name AND id <> OLD.id) BEGIN
  SELECT RAISE(ABORT, 'the id of a project cannot change, nor its name to that of another one');
END;
CREATE TRIGGER project_not_deleted_with_files BEFORE DELETE ON project
WHEN EXISTS (SELECT 1 FROM file WHERE project_id = OLD.id) BEGIN
  SELECT RAISE(ABORT, 'the project has files: delete them first');
END;
CREATE TRIGGER project_deleted AFTER DELETE ON project BEGIN
  DELETE FROM change WHERE project_id = OLD.id;
END;
`,
};

/**
 * Raises the revision of the row's project, and notes it as the newest change of the row's path.
 */
function noteChange(row: "OLD" | "NEW", deleted: 0 | 1): string {
  return `
  UPDATE OR ROLLBACK project SET revision = revision + 1 WHERE id = ${row}.project_id;
  DELETE FROM change WHERE project_id = ${row}.project_id AND path = ${row}.path;
  INSERT OR ROLLBACK INTO change (project_id, path, revision, deleted)
  VALUES (${row}.project_id, ${row}.path, (SELECT revision FROM project WHERE id = ${row}.project_id), ${deleted});`;
}
