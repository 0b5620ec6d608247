import { withClient } from "../../testing/postgres-server.ts";

/**
 * Everything that must hold between the tables of a database, recomputed; returns what does not.
 */
export async function verifyPostgres(url: string): Promise<string[]> {
  const { rows } = await withClient(url, (client) => client.query<{ law: string; path: string }>(BREACHES));
  return rows.map(({ law, path }) => `${law}: ${path}`);
}

const BREACHES = `
  SELECT 'row without its change' AS law, file.path FROM metacache.file LEFT JOIN metacache.change USING (project_id, path_key)
  WHERE change.deleted IS DISTINCT FROM 0
  UNION ALL
  SELECT 'change without its row', change.path FROM metacache.change LEFT JOIN metacache.file USING (project_id, path_key)
  WHERE change.deleted = 0 AND file.id IS NULL
  UNION ALL
  SELECT 'change beyond the revision', path FROM metacache.change JOIN metacache.project ON project.id = change.project_id
  WHERE change.revision > project.revision OR change.revision < 1
  UNION ALL
  SELECT 'tombstone below the horizon', path FROM metacache.change JOIN metacache.project ON project.id = change.project_id
  WHERE change.deleted = 1 AND change.revision <= project.horizon
  UNION ALL
  SELECT 'revision without its history', name FROM metacache.project WHERE revision > 0 AND NOT EXISTS
    (SELECT FROM metacache.history WHERE project_id = project.id AND history.revision = project.revision AND history.token = project.token)
  UNION ALL
  SELECT 'two changes of one revision', min(path) FROM metacache.change GROUP BY project_id, revision HAVING count(*) > 1`;
