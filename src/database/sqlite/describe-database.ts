import type { DatabaseDescription } from "../metadata-database.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";

const SELECT_PROJECTS = `
  SELECT name, revision, horizon,
    (SELECT count(*) FROM file WHERE project_id = project.id),
    (SELECT count(*) FROM change WHERE project_id = project.id AND deleted = 1)
  FROM project ORDER BY name`;

export function describeDatabase(connection: SqliteConnection): Pick<DatabaseDescription, "engine" | "schemaVersion" | "projects"> {
  return {
    engine: `SQLite ${String(connection.get("SELECT sqlite_version()")?.[0])}`,
    schemaVersion: Number(connection.get("SELECT schema_version FROM store")?.[0]),
    projects: connection.all(SELECT_PROJECTS).map(([name, ...numbers]) => {
      const [revision = 0, horizon = 0, files = 0, tombstones = 0] = numbers.map(Number);
      return { name: String(name), files, tombstones, revision, horizon };
    }),
  };
}
