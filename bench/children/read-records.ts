import { DatabaseSync } from "node:sqlite";
import { decodeRow, selectRecord } from "../../src/database/shared/row-codec.ts";
import type { FileMetadata } from "../../src/record/file-metadata.ts";

/**
 * The first `limit` records of a metacache database, as the cache itself reads them: strings that
 * came out of SQLite and JSON.
 */
export function* readRecords(file: string, limit: number): Generator<FileMetadata, void, undefined> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const statement = database.prepare(`SELECT ${selectRecord("file")} FROM file ORDER BY id LIMIT ?`);
    statement.setReturnArrays(true);
    for (const row of statement.iterate(limit)) {
      const { record, unreadable } = decodeRow(1, row as unknown as readonly unknown[], 0);
      if (record === undefined) throw new Error(`a row cannot be read: ${unreadable}`);
      yield record;
    }
  } finally {
    database.close();
  }
}
