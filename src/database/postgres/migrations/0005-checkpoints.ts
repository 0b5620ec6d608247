import type { Migration } from "../../schema/migration.ts";

/**
 * The checkpoint of a project's index: decision 24, and the migration of the same number for
 * SQLite.
 *
 * The bytes are stored uncompressed (`EXTERNAL`): trying to compress them would take longer than
 * storing them, and save little.
 */
export const checkpoints: Migration = {
  version: 5,
  sql: `
CREATE TABLE metacache.checkpoint (
  id            bigint PRIMARY KEY,
  project_id    integer NOT NULL,
  begun         bigint NOT NULL,
  is_whole      integer NOT NULL CHECK (is_whole IN (0, 1)),
  format        bigint NOT NULL,
  epoch         text NOT NULL,
  revision      bigint NOT NULL,
  token         bigint NOT NULL,
  byte_length   bigint NOT NULL,
  parts         bigint NOT NULL,
  head_checksum bigint NOT NULL,
  checksum      bigint NOT NULL
);
CREATE INDEX checkpoint_in_project ON metacache.checkpoint (project_id, begun);
CREATE UNIQUE INDEX checkpoint_whole ON metacache.checkpoint (project_id) WHERE is_whole = 1;

CREATE TABLE metacache.checkpoint_part (
  project_id    integer NOT NULL,
  checkpoint_id bigint NOT NULL,
  number        integer NOT NULL,
  checksum      bigint NOT NULL,
  bytes         bytea NOT NULL,
  PRIMARY KEY (project_id, checkpoint_id, number)
);
ALTER TABLE metacache.checkpoint_part ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE FUNCTION metacache.forget_checkpoints() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- First the drafts: whoever writes a part of one holds it, so that no part comes afterwards.
  DELETE FROM metacache.checkpoint WHERE project_id = OLD.id;
  DELETE FROM metacache.checkpoint_part WHERE project_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER checkpoint_gone AFTER DELETE ON metacache.project FOR EACH ROW EXECUTE FUNCTION metacache.forget_checkpoints();
`,
};
