import { resolve } from "node:path";
import { type Clock, systemClock } from "../../base/clock.ts";
import { type Logger, silentLogger } from "../../base/logger.ts";
import type { MetadataDatabase } from "../metadata-database.ts";
import { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteFile } from "./sqlite-file.ts";

export interface SqliteDatabaseOptions {
  /** Made if it does not exist; its folder must. */
  readonly file: string;
  /** Nothing is written, not even a newer schema. Default: false. */
  readonly readOnly?: boolean | undefined;
  /** How long to wait for other programs' transactions, without holding up the event loop. Default: 10,000. */
  readonly busyTimeoutMs?: number | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens a database in an SQLite file and brings its schema up to date; any number of processes may do so at once.
 *
 * Throws `E_SCHEMA_TOO_NEW`, and `E_DATABASE_UNAVAILABLE` with the fault "missing" (no folder, or read-only no
 * file), "not-a-database" (something else is there; it stays untouched), "locked", "read-only", "corrupt", "full" or "io".
 */
export async function openSqliteDatabase(options: SqliteDatabaseOptions): Promise<MetadataDatabase> {
  const file = await SqliteFile.open({
    file: resolve(options.file),
    readOnly: options.readOnly ?? false,
    busyTimeoutMs: options.busyTimeoutMs ?? DEFAULT_BUSY_TIMEOUT_MS,
    clock: options.clock ?? systemClock,
    logger: options.logger ?? silentLogger,
  });
  return new SqliteDatabase(file);
}
