import { DatabaseSync } from "node:sqlite";

/** Returns true if an SQLite database keeps the checkpoint of an index. */
export function hasCheckpoint(file: string): boolean {
  return withCheckpointTables(file, true, (database, tables) =>
    tables.some((table) => database.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get() !== undefined),
  );
}

/**
 * Deletes the checkpoints from a database, so that the next cache reads all rows. Precondition:
 * nobody has the database open.
 */
export function removeCheckpoints(file: string): void {
  withCheckpointTables(file, false, (database, tables) => {
    for (const table of tables) database.exec(`DELETE FROM ${table}`);
  });
}

function withCheckpointTables<T>(file: string, readOnly: boolean, use: (database: DatabaseSync, tables: readonly string[]) => T): T {
  const database = new DatabaseSync(file, { readOnly });
  try {
    const rows = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'checkpoint%'").all();
    return use(
      database,
      rows.map(({ name }) => String(name)),
    );
  } finally {
    database.close();
  }
}
