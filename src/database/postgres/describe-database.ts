import type { DatabaseDescription } from "../metadata-database.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { Statement } from "./connection/postgres-session.ts";

const DESCRIBE: Statement = {
  name: "metacache_describe",
  text: `SELECT current_setting('server_version'), schema_version, pg_database_size(current_database())::float8,
      (SELECT count(*)::int FROM pg_stat_activity WHERE datname = current_database())
    FROM metacache.store`,
};

const SELECT_PROJECTS: Statement = {
  name: "metacache_projects",
  text: `SELECT name, revision::float8, horizon::float8,
      (SELECT count(*)::float8 FROM metacache.file WHERE project_id = project.id),
      (SELECT count(*)::float8 FROM metacache.change WHERE project_id = project.id AND deleted = 1)
    FROM metacache.project ORDER BY name`,
};

export function describeDatabase(server: PostgresServer): Promise<DatabaseDescription> {
  return server.inSnapshot(async (session) => {
    const [[version, schemaVersion, bytes, connections] = []] = await session.query(DESCRIBE);
    const projects = await session.query(SELECT_PROJECTS);
    return {
      engine: `PostgreSQL ${String(version)}`,
      schemaVersion: Number(schemaVersion),
      bytes: Number(bytes),
      connections: Number(connections),
      projects: projects.map(([name, ...numbers]) => {
        const [revision = 0, horizon = 0, files = 0, tombstones = 0] = numbers.map(Number);
        return { name: String(name), files, tombstones, revision, horizon };
      }),
    };
  });
}
