import type { Migration } from "../../schema/migration.ts";

/**
 * The whole schema of version 1: the tables of the SQLite schema, in a schema of their own, so that
 * they do not collide with those of other programs.
 *
 * Anybody may write to `file`. Its triggers keep `change` and the project's revision in step with
 * it in the same transaction (law 11). These choices are not obvious:
 *
 * - Revisions come from the project's row, not from a sequence. The row is locked until the commit,
 *   so the order of revisions is that of the commits, and no reader can skip a transaction that
 *   commits late. So writers of one project wait for each other.
 * - The triggers run for each statement, not for each row, so a statement raises the counter once,
 *   whether it changes one row or a million. If each row raised the counter, each time would leave
 *   a dead version of the counter, and every later one would have to pass all of them.
 * - TRUNCATE does not tell which rows it removes. So the horizon rises with the revision, and every
 *   reader loads everything again. TRUNCATE also removes rows that an old snapshot does not show,
 *   and whose projects cannot be known. With such a snapshot it is refused.
 * - The notification is a hint that contains only the project. Within a transaction, the server
 *   merges equal notifications into one.
 * - The functions find their tables by qualified names, whatever the search path of the writer is.
 *   A plain name could mean the table of another program.
 */
export const storeOfRecord: Migration = {
  version: 1,
  sql: `
CREATE TABLE metacache.store (
  id             integer PRIMARY KEY CHECK (id = 1),
  epoch          text NOT NULL,
  schema_version integer NOT NULL
);
INSERT INTO metacache.store VALUES (1, replace(gen_random_uuid()::text, '-', ''), 0);

CREATE TABLE metacache.project (
  id       integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name     text COLLATE "C" NOT NULL UNIQUE CHECK (name <> ''),
  revision bigint NOT NULL DEFAULT 0 CHECK (revision BETWEEN 0 AND 9007199254740991),
  horizon  bigint NOT NULL DEFAULT 0 CHECK (horizon BETWEEN 0 AND revision)
);

CREATE TABLE metacache.file (
  id                bigint GENERATED ALWAYS AS IDENTITY,
  project_id        integer NOT NULL REFERENCES metacache.project (id),
  path              text COLLATE "C" NOT NULL CHECK (
                      length(path) BETWEEN 1 AND 4096
                      AND path !~ '^[A-Za-z]:[\\\\/]'
                      AND path !~ '(^|/)(|\\.|\\.\\.)(/|$)'
                    ),
  size              bigint NOT NULL CHECK (size BETWEEN 0 AND 9007199254740991),
  modified_at       double precision NOT NULL CHECK (modified_at BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308),
  digest            text NOT NULL,
  extractor_version text NOT NULL,
  language          text NOT NULL CHECK (language <> ''),
  problems          text NOT NULL DEFAULT '[]' CHECK (json_typeof(problems::json) = 'array'),
  header_sections   text NOT NULL CHECK (json_typeof(header_sections::json) = 'object'),
  functions         text NOT NULL DEFAULT '[]' CHECK (json_typeof(functions::json) = 'array'),
  classes           text NOT NULL DEFAULT '[]' CHECK (json_typeof(classes::json) = 'array'),
  PRIMARY KEY (project_id, id),
  UNIQUE (project_id, path)
);

CREATE TABLE metacache.change (
  project_id integer NOT NULL,
  path       text COLLATE "C" NOT NULL,
  revision   bigint NOT NULL,
  deleted    smallint NOT NULL CHECK (deleted IN (0, 1)),
  PRIMARY KEY (project_id, path)
);
CREATE INDEX change_in_order ON metacache.change (project_id, revision);
CREATE INDEX change_tombstone ON metacache.change (project_id, revision) WHERE deleted = 1;

CREATE FUNCTION metacache.note_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed record;
BEGIN
  IF TG_OP = 'INSERT' THEN
    FOR changed IN SELECT project_id, array_agg(path ORDER BY id) AS paths FROM new_row GROUP BY project_id ORDER BY project_id LOOP
      PERFORM metacache.note_paths(changed.project_id, '{}', changed.paths);
    END LOOP;
  ELSIF TG_OP = 'DELETE' THEN
    FOR changed IN SELECT project_id, array_agg(path ORDER BY id) AS paths FROM old_row GROUP BY project_id ORDER BY project_id LOOP
      PERFORM metacache.note_paths(changed.project_id, changed.paths, '{}');
    END LOOP;
  ELSE
    -- A path that another row took over in the same statement is changed, not gone.
    FOR changed IN
      SELECT project_id,
        coalesce(array_agg(path ORDER BY id) FILTER (WHERE gone), '{}') AS gone,
        coalesce(array_agg(path ORDER BY id) FILTER (WHERE NOT gone), '{}') AS paths
      FROM (
        SELECT id, project_id, path, false AS gone FROM new_row
        UNION ALL
        SELECT id, project_id, path, true FROM old_row
        WHERE NOT EXISTS (SELECT 1 FROM new_row WHERE new_row.project_id = old_row.project_id AND new_row.path = old_row.path)
      ) AS row_change
      GROUP BY project_id ORDER BY project_id
    LOOP
      PERFORM metacache.note_paths(changed.project_id, changed.gone, changed.paths);
    END LOOP;
  END IF;
  RETURN NULL;
END $$;

CREATE FUNCTION metacache.note_paths(of_project integer, gone text[], changed text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  reached bigint;
  total bigint := cardinality(gone) + cardinality(changed);
BEGIN
  UPDATE metacache.project SET revision = revision + total WHERE id = of_project RETURNING revision INTO STRICT reached;
  INSERT INTO metacache.change (project_id, path, revision, deleted)
    SELECT of_project, noted.path, reached - total + noted.number, CASE WHEN noted.number <= cardinality(gone) THEN 1 ELSE 0 END
    FROM unnest(gone || changed) WITH ORDINALITY AS noted (path, number)
    ON CONFLICT (project_id, path) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted;
  PERFORM pg_notify('metacache_change', of_project::text);
END $$;

CREATE TRIGGER file_inserted AFTER INSERT ON metacache.file
  REFERENCING NEW TABLE AS new_row FOR EACH STATEMENT EXECUTE FUNCTION metacache.note_changes();
CREATE TRIGGER file_updated AFTER UPDATE ON metacache.file
  REFERENCING OLD TABLE AS old_row NEW TABLE AS new_row FOR EACH STATEMENT EXECUTE FUNCTION metacache.note_changes();
CREATE TRIGGER file_deleted AFTER DELETE ON metacache.file
  REFERENCING OLD TABLE AS old_row FOR EACH STATEMENT EXECUTE FUNCTION metacache.note_changes();

CREATE FUNCTION metacache.note_truncation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  emptied record;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'metacache.file cannot be truncated in a transaction that may not see all of its rows: use READ COMMITTED, or DELETE';
  END IF;
  FOR emptied IN SELECT project_id, count(*) AS files FROM metacache.file GROUP BY project_id ORDER BY project_id LOOP
    UPDATE metacache.project SET revision = revision + emptied.files, horizon = revision + emptied.files WHERE id = emptied.project_id;
    DELETE FROM metacache.change WHERE project_id = emptied.project_id;
    PERFORM pg_notify('metacache_change', emptied.project_id::text);
  END LOOP;
  RETURN NULL;
END $$;
CREATE TRIGGER file_truncated BEFORE TRUNCATE ON metacache.file
  FOR EACH STATEMENT EXECUTE FUNCTION metacache.note_truncation();

CREATE FUNCTION metacache.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0];
END $$;
CREATE TRIGGER file_not_renumbered BEFORE UPDATE OF id ON metacache.file FOR EACH ROW WHEN (NEW.id <> OLD.id)
  EXECUTE FUNCTION metacache.refuse_change('the id of a row of file cannot change');
CREATE TRIGGER project_not_renumbered BEFORE UPDATE OF id ON metacache.project FOR EACH ROW WHEN (NEW.id <> OLD.id)
  EXECUTE FUNCTION metacache.refuse_change('the id of a project cannot change');
CREATE TRIGGER project_not_truncated BEFORE TRUNCATE ON metacache.project FOR EACH STATEMENT
  EXECUTE FUNCTION metacache.refuse_change('projects cannot be truncated: delete their files, then their rows');

CREATE FUNCTION metacache.forget_project() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM metacache.change WHERE project_id = OLD.id;
  PERFORM pg_notify('metacache_change', OLD.id::text);
  RETURN NULL;
END $$;
CREATE TRIGGER project_deleted AFTER DELETE ON metacache.project FOR EACH ROW EXECUTE FUNCTION metacache.forget_project();
`,
};
