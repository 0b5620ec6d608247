import type { Migration } from "../../schema/migration.ts";

/**
 * How a project's tree was read: decision 15, and the migration of the same number for SQLite.
 * Here, ids of rows are never used again.
 *
 * No foreign key refers to `metacache.file`, because then the table could not be truncated. A
 * trigger removes what a truncation leaves behind.
 *
 * A path may begin with a letter and a colon. That is the name of a folder on most systems, and
 * always relative here.
 */
export const sourceRuns: Migration = {
  version: 3,
  sql: `
CREATE TABLE metacache.source_run (
  project_id integer PRIMARY KEY,
  root       text NOT NULL,
  begun_at   double precision NOT NULL,
  complete   text CHECK (complete IS NULL OR json_typeof(complete::json) = 'object')
);

CREATE TABLE metacache.skipped_file (
  project_id integer NOT NULL,
  number     integer NOT NULL,
  path       text COLLATE "C" NOT NULL,
  reason     text NOT NULL,
  detail     text,
  size       bigint,
  PRIMARY KEY (project_id, number)
);
CREATE INDEX skipped_file_by_path ON metacache.skipped_file (project_id, md5(path));

CREATE TABLE metacache.file_state (
  file_id bigint PRIMARY KEY,
  state   text NOT NULL
);

CREATE FUNCTION metacache.forget_states() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM metacache.file_state;
  ELSE
    DELETE FROM metacache.file_state USING old_row WHERE file_state.file_id = old_row.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER file_state_gone AFTER DELETE ON metacache.file
  REFERENCING OLD TABLE AS old_row FOR EACH STATEMENT EXECUTE FUNCTION metacache.forget_states();
CREATE TRIGGER file_states_gone AFTER TRUNCATE ON metacache.file
  FOR EACH STATEMENT EXECUTE FUNCTION metacache.forget_states();

CREATE FUNCTION metacache.forget_runs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM metacache.source_run WHERE project_id = OLD.id;
  DELETE FROM metacache.skipped_file WHERE project_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER source_run_gone AFTER DELETE ON metacache.project FOR EACH ROW EXECUTE FUNCTION metacache.forget_runs();

ALTER TABLE metacache.file DROP CONSTRAINT file_path_check;
ALTER TABLE metacache.file ADD CONSTRAINT file_path_check
  CHECK (length(path) BETWEEN 1 AND 4096 AND path !~ '(^|/)(|\\.|\\.\\.)(/|$)');
`,
};
