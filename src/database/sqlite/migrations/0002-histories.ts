import { KEPT_HISTORY } from "../../schema/kept-history.ts";
import type { Migration } from "../../schema/migration.ts";

/** 53 bits, so that JavaScript holds the integer exactly. */
const RANDOM_TOKEN = "random() & 9007199254740991";

/**
 * Distinguishes the histories of a project (`StorePosition.token`): a restored backup continues
 * with the same revisions.
 *
 * - Each change of a row draws a token. `project.token` is the token of the present revision.
 *   `history` keeps the tokens of the last revisions, so that the store can prove that a reader was
 *   on the same history. Older tokens are forgotten one by one, so `history` stays small, and each
 *   step stays cheap.
 * - The triggers that protect the keys name no column. A trigger on `UPDATE OF id` does not fire if
 *   a statement calls the column `rowid`, `oid` or `_rowid_`.
 */
export const histories: Migration = {
  version: 2,
  sql: `
ALTER TABLE project ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
CREATE TABLE history (
  project_id INTEGER NOT NULL,
  revision   INTEGER NOT NULL,
  token      INTEGER NOT NULL,
  PRIMARY KEY (project_id, revision)
) STRICT, WITHOUT ROWID;
UPDATE project SET token = ${RANDOM_TOKEN} WHERE revision > 0;
INSERT INTO history (project_id, revision, token) SELECT id, revision, token FROM project WHERE revision > 0;

DROP TRIGGER file_inserted;
DROP TRIGGER file_updated;
DROP TRIGGER file_moved;
DROP TRIGGER file_deleted;
DROP TRIGGER file_not_renumbered;
DROP TRIGGER project_not_renumbered;
DROP TRIGGER project_deleted;

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

CREATE TRIGGER file_not_renumbered BEFORE UPDATE ON file WHEN NEW.id <> OLD.id BEGIN
  SELECT RAISE(ROLLBACK, 'the id of a row of file cannot change');
END;
CREATE TRIGGER project_not_renumbered BEFORE UPDATE ON project
WHEN NEW.id <> OLD.id OR (NEW.name <> OLD.name AND EXISTS (SELECT 1 FROM project WHERE name = NEW.name)) BEGIN
  SELECT RAISE(ABORT, 'the id of a project cannot change, nor its name to that of another one');
END;
CREATE TRIGGER project_deleted AFTER DELETE ON project BEGIN
  DELETE FROM change WHERE project_id = OLD.id;
  DELETE FROM history WHERE project_id = OLD.id;
END;
`,
};

/**
 * Raises the revision of the row's project, draws its token, and notes it as the newest change of
 * the row's path.
 */
function noteChange(row: "OLD" | "NEW", deleted: 0 | 1): string {
  const revision = `(SELECT revision FROM project WHERE id = ${row}.project_id)`;
  return `
  UPDATE OR ROLLBACK project SET revision = revision + 1, token = ${RANDOM_TOKEN} WHERE id = ${row}.project_id;
  DELETE FROM change WHERE project_id = ${row}.project_id AND path = ${row}.path;
  INSERT OR ROLLBACK INTO change (project_id, path, revision, deleted) VALUES (${row}.project_id, ${row}.path, ${revision}, ${deleted});
  INSERT OR ROLLBACK INTO history (project_id, revision, token)
  SELECT id, revision, token FROM project WHERE id = ${row}.project_id;
  DELETE FROM history WHERE project_id = ${row}.project_id AND revision <= ${revision} - ${KEPT_HISTORY};`;
}
