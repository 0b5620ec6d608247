import { KEPT_HISTORY } from "../../schema/kept-history.ts";
import type { Migration } from "../../schema/migration.ts";

/**
 * 52 random bits, so that JavaScript holds the integer exactly. Does not use `random()`, which a
 * session can seed.
 */
const RANDOM_TOKEN = "('x' || right(replace(gen_random_uuid()::text, '-', ''), 13))::bit(52)::bigint";

const PATH_KEY = "CASE WHEN octet_length(path) <= 2000 THEN path ELSE metacache.long_path_key(path) END";

/**
 * Without this, the search path of a session could put other functions and operators before the
 * system's.
 */
const OWN_PATH = "SET search_path = pg_catalog, pg_temp";

/**
 * Distinguishes the histories of a project (`StorePosition.token`): a restored backup, or a standby
 * server that was promoted without the last commits, continues with the same revisions.
 *
 * - Each statement that changes rows draws a token. `project.token` is the token of the present
 *   revision. `history` keeps the tokens of the last revisions at which a statement ended, so that
 *   the store can prove that a reader was on the same history.
 * - A B-tree takes entries of up to 2,704 bytes, and a path may be longer. So indexes are on
 *   `path_key`: the path itself, or "/" and a digest for a long path. No path begins with "/".
 * - Functions set their own search path, so that they mean the same in every session.
 */
export const histories: Migration = {
  version: 2,
  sql: `
CREATE FUNCTION metacache.long_path_key(path text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT '/' OPERATOR(pg_catalog.||) pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(path, 'UTF8')), 'hex')
$$;
ALTER TABLE metacache.file ADD COLUMN path_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (${PATH_KEY}) STORED;
ALTER TABLE metacache.file DROP CONSTRAINT file_project_id_path_key;
ALTER TABLE metacache.file ADD CONSTRAINT file_path UNIQUE (project_id, path_key);
ALTER TABLE metacache.change ADD COLUMN path_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (${PATH_KEY}) STORED;
ALTER TABLE metacache.change DROP CONSTRAINT change_pkey;
ALTER TABLE metacache.change ADD PRIMARY KEY (project_id, path_key);

ALTER TABLE metacache.project ADD COLUMN token bigint NOT NULL DEFAULT 0;
CREATE TABLE metacache.history (
  project_id integer NOT NULL,
  revision   bigint NOT NULL,
  token      bigint NOT NULL,
  PRIMARY KEY (project_id, revision)
);
UPDATE metacache.project SET token = ${RANDOM_TOKEN} WHERE revision > 0;
INSERT INTO metacache.history (project_id, revision, token) SELECT id, revision, token FROM metacache.project WHERE revision > 0;

CREATE FUNCTION metacache.advance(of_project integer, by bigint) RETURNS bigint LANGUAGE plpgsql ${OWN_PATH} AS $$
DECLARE
  reached bigint;
  drawn bigint := ${RANDOM_TOKEN};
BEGIN
  UPDATE metacache.project SET revision = revision + by, token = drawn WHERE id = of_project RETURNING revision INTO STRICT reached;
  INSERT INTO metacache.history (project_id, revision, token) VALUES (of_project, reached, drawn);
  DELETE FROM metacache.history WHERE project_id = of_project AND revision <= reached - ${KEPT_HISTORY};
  PERFORM pg_notify('metacache_change', of_project::text);
  RETURN reached;
END $$;

CREATE OR REPLACE FUNCTION metacache.note_paths(of_project integer, gone text[], changed text[]) RETURNS void LANGUAGE plpgsql ${OWN_PATH} AS $$
DECLARE
  total bigint := cardinality(gone) + cardinality(changed);
  reached bigint := metacache.advance(of_project, total);
BEGIN
  INSERT INTO metacache.change (project_id, path, revision, deleted)
    SELECT of_project, noted.path, reached - total + noted.number, CASE WHEN noted.number <= cardinality(gone) THEN 1 ELSE 0 END
    FROM unnest(gone || changed) WITH ORDINALITY AS noted (path, number)
    ON CONFLICT (project_id, path_key) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted;
END $$;

CREATE OR REPLACE FUNCTION metacache.note_truncation() RETURNS trigger LANGUAGE plpgsql ${OWN_PATH} AS $$
DECLARE
  emptied record;
  reached bigint;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'metacache.file cannot be truncated in a transaction that may not see all of its rows: use READ COMMITTED, or DELETE';
  END IF;
  FOR emptied IN SELECT project_id, count(*) AS files FROM metacache.file GROUP BY project_id ORDER BY project_id LOOP
    reached := metacache.advance(emptied.project_id, emptied.files);
    UPDATE metacache.project SET horizon = reached WHERE id = emptied.project_id;
    DELETE FROM metacache.change WHERE project_id = emptied.project_id;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION metacache.forget_project() RETURNS trigger LANGUAGE plpgsql ${OWN_PATH} AS $$
BEGIN
  DELETE FROM metacache.change WHERE project_id = OLD.id;
  DELETE FROM metacache.history WHERE project_id = OLD.id;
  PERFORM pg_notify('metacache_change', OLD.id::text);
  RETURN NULL;
END $$;

ALTER FUNCTION metacache.note_changes() ${OWN_PATH};
ALTER FUNCTION metacache.refuse_change() ${OWN_PATH};
`,
};
