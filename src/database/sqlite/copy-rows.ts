import type { CopiedFile, FileToCopy } from "../extraction-store.ts";
import { COPIED_COLUMNS, decodeProblems } from "../shared/row-codec.ts";
import type { SqliteConnection } from "./file/sqlite-connection.ts";

/**
 * Where a record may be copied from: rows of any project, and what is kept of rows that are gone.
 */
const TABLES = ["file", "kept_extraction"] as const;
const COPIED = COPIED_COLUMNS.join(", ");

const STATEMENTS = TABLES.map((table) => ({
  find: `SELECT id, problems FROM ${table}
    WHERE digest = ? AND language = ? AND extractor_version = ? AND problems NOT LIKE '%time-budget%' LIMIT 1`,
  insert: `INSERT OR FAIL INTO file (project_id, path, size, modified_at, ${COPIED}) SELECT ?, ?, ?, ?, ${COPIED} FROM ${table} WHERE id = ?
    ON CONFLICT (project_id, path) DO NOTHING`,
  update: `UPDATE OR FAIL file SET (size, modified_at, ${COPIED}) = (?, ?, ${columnsOf("source")}) FROM ${table} AS source
    WHERE file.project_id = ? AND file.path = ? AND source.id = ?
      AND (file.size, file.modified_at, ${columnsOf("file")}) IS NOT (?, ?, ${columnsOf("source")})`,
}));

function columnsOf(table: string): string {
  return COPIED_COLUMNS.map((column) => `${table}.${column}`).join(", ");
}

/** Gives the file a row with what a row of the same content says; `undefined` if there is none. */
export function copyRow(connection: SqliteConnection, project: number, file: FileToCopy): CopiedFile | undefined {
  const { path, size, modifiedAt, digest, language, extractorVersion } = file;
  for (const { find, insert, update } of STATEMENTS) {
    const [id, said] = connection.get(find, digest, language, extractorVersion) ?? [];
    const problems = decodeProblems(said);
    // A row that cannot be read is as good as none.
    if (typeof id !== "number" || problems === undefined) continue;
    const isChanged =
      connection.run(insert, project, path, size, modifiedAt, id) > 0 ||
      connection.run(update, size, modifiedAt, project, path, id, size, modifiedAt) > 0;
    return { path, problems, isChanged };
  }
  return undefined;
}
