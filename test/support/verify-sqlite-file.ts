import { DatabaseSync } from "node:sqlite";

/**
 * Everything that must hold between the tables of a database file, recomputed; returns what does
 * not.
 */
export function verifySqliteFile(file: string): string[] {
  const database = new DatabaseSync(file, { timeout: 60_000 });
  try {
    const damage = database
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => String(row["integrity_check"]));
    const orphans = database
      .prepare("PRAGMA foreign_key_check")
      .all()
      .map((row) => `orphan: ${JSON.stringify(row)}`);
    const breaches = database
      .prepare(BREACHES)
      .all()
      .map((row) => `${String(row["law"])}: ${String(row["path"])}`);
    return [...damage.filter((line) => line !== "ok"), ...orphans, ...breaches];
  } finally {
    database.close();
  }
}

const BREACHES = `
  SELECT 'row without its change' AS law, file.path FROM file LEFT JOIN change USING (project_id, path)
  WHERE change.deleted IS NOT 0
  UNION ALL
  SELECT 'change without its row', change.path FROM change LEFT JOIN file USING (project_id, path)
  WHERE change.deleted = 0 AND file.id IS NULL
  UNION ALL
  SELECT 'change beyond the revision', change.path FROM change JOIN project ON project.id = change.project_id
  WHERE change.revision > project.revision OR change.revision < 1
  UNION ALL
  SELECT 'tombstone below the horizon', change.path FROM change JOIN project ON project.id = change.project_id
  WHERE change.deleted = 1 AND change.revision <= project.horizon
  UNION ALL
  SELECT 'revision without its history', name FROM project WHERE revision > 0 AND NOT EXISTS
    (SELECT 1 FROM history WHERE project_id = project.id AND history.revision = project.revision AND history.token = project.token)`;
