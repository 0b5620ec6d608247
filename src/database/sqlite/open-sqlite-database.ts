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
  /** Made if it does not exist; its folder must. */
  readonly file: string;
  /** Nothing is written, not even a newer schema. Default: false. */
  readonly readOnly?: boolean | undefined;
  /** How long to wait for other programs' transactions, without holding up the event loop; `Infinity` for 25 days. Default: 10,000. */
  readonly busyTimeoutMs?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

const DEFAULT_BUSY_TIMEOUT_MS = 10_000;

/**
 * Opens a database in an SQLite file and brings its schema up to date; any number of processes may do so at once.
 *
 * Throws `E_CONFIG` for an option that is no use, `E_SCHEMA_TOO_NEW`, and `E_DATABASE_UNAVAILABLE` with the fault "missing" (no folder, or read-only no
 * file), "not-a-database" (something else is there; it stays untouched), "locked", "read-only", "corrupt", "full" or "io".
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
      [`file ${describe(file)} is relative to a working directory that is gone: ${messageOf(error)}`],
      {
        remedy: "give an absolute path",
        cause: error,
      },
    );
  }
}
