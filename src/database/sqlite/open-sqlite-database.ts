import { resolve } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { ConfigError, messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/logger.ts";
import { describe } from "../../base/validation.ts";
import type { MetadataDatabase } from "../metadata-database.ts";
import { readOpenOptions } from "../location/open-options.ts";
import { SqliteDatabase } from "./sqlite-database.ts";
import { SqliteFile } from "./file/sqlite-file.ts";

/** Which file to open, and how. */
export interface SqliteDatabaseOptions {
  /** The database file. It is created if it does not exist, but its folder must exist. */
  readonly file: string;
  /** If true, nothing is written, not even a newer schema. Default: false. */
  readonly readOnly?: boolean | undefined;
  /**
   * How long to wait for other programs' transactions, without blocking the event loop. `Infinity`
   * means 25 days. Default: 10,000.
   */
  readonly busyTimeoutMs?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens a database in an SQLite file, and brings its schema up to date. Any number of processes may
 * do so at the same time.
 *
 * Throws `E_CONFIG` for an unusable option, `E_SCHEMA_TOO_NEW`, and `E_DATABASE_UNAVAILABLE` with
 * the fault "missing" (the folder does not exist, or, read-only, the file does not exist),
 * "not-a-database" (something else is there, and stays untouched), "locked", "read-only",
 * "corrupt", "full" or "io".
 */
export async function openSqliteDatabase(options: SqliteDatabaseOptions): Promise<MetadataDatabase> {
  const read = readOpenOptions("openSqliteDatabase", options, (problems, given) => ({
    file: problems.text("file", given["file"]),
    readOnly: given["readOnly"] === undefined ? false : problems.truth("readOnly", given["readOnly"]),
    busyTimeoutMs:
      given["busyTimeoutMs"] === undefined ? DEFAULT_BUSY_TIMEOUT_MS : problems.milliseconds("busyTimeoutMs", given["busyTimeoutMs"]),
  }));
  const file = await SqliteFile.open({ ...read, file: absolutePath(read.file) });
  return new SqliteDatabase(file);
}

function absolutePath(file: string): string {
  if (file === "") throw new ConfigError("openSqliteDatabase", ["file must not be empty"], { remedy: "give the path of a database file" });
  try {
    return resolve(file);
  } catch (error) {
    throw new ConfigError(
      "openSqliteDatabase",
      [`file ${describe(file)} is relative to a working directory that no longer exists: ${messageOf(error)}`],
      {
        remedy: "give an absolute path",
        cause: error,
      },
    );
  }
}
