import type { Migration } from "../../schema/migration.ts";

/**
 * When a project was at which revision: decision 21, and the migration of the same number for
 * SQLite.
 */
export const revisionTimes: Migration = {
  version: 4,
  sql: `
CREATE TABLE metacache.revision_time (
  project_id integer NOT NULL,
  revision   bigint NOT NULL,
  noted_at   double precision NOT NULL,
  PRIMARY KEY (project_id, revision)
);

CREATE FUNCTION metacache.forget_times() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM metacache.revision_time WHERE project_id = OLD.id;
  RETURN NULL;
END $$;
CREATE TRIGGER revision_time_gone AFTER DELETE ON metacache.project FOR EACH ROW EXECUTE FUNCTION metacache.forget_times();
`,
};
