import { stat } from "node:fs/promises";
import { isAbsence } from "../../base/errors.ts";
import type { DatabaseSource } from "../location/database-source.ts";
import { assertCanBeDatabase } from "./file/file-identity.ts";
import { openSqliteDatabase, type SqliteDatabaseOptions } from "./open-sqlite-database.ts";
import { toMetacacheError } from "./file/sqlite-faults.ts";

const POLL_MS = 50;

export interface SqliteSourceOptions extends SqliteDatabaseOptions {
  /**
   * Creates the folder of the file, before the file is created. Without it, the folder must exist.
   */
  readonly createFolder?: (() => Promise<void>) | undefined;
}

/**
 * The place of a database file. An empty file does not count as a database: somebody has only
 * reserved the name.
 */
export function sqliteSource({ createFolder, ...options }: SqliteSourceOptions): DatabaseSource {
  const { file } = options;
  return {
    location: `sqlite:${file}`,
    noticedWithinMs: POLL_MS,
    async open() {
      if (await hasContent(file)) return openSqliteDatabase(options);
      if (createFolder === undefined) assertCanBeDatabase(file, false);
      return undefined;
    },
    async create() {
      await createFolder?.();
      return openSqliteDatabase(options);
    },
    close: () => Promise.resolve(),
  };
}

async function hasContent(file: string): Promise<boolean> {
  try {
    return (await stat(file)).size > 0;
  } catch (error) {
    if (isAbsence(error)) return false;
    throw toMetacacheError(error, file);
  }
}
