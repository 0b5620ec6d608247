import { type DatabaseFault, DatabaseUnavailableError, MetacacheError, messageOf, REPORT } from "../../../base/errors.ts";
import { NOTHING_STORED, TABLES_MISSING } from "../../shared/fault-texts.ts";
import { fileFault } from "./file-identity.ts";

/**
 * SQLite's primary result codes that have a meaning of their own here. All other codes are the
 * fault "io".
 */
const SQLITE_ERROR = 1;
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_PROTOCOL = 15;
const SQLITE_SCHEMA = 17;
const SQLITE_TOOBIG = 18;
const SQLITE_CONSTRAINT = 19;
const SQLITE_MISMATCH = 20;
const SQLITE_NOTADB = 26;

/**
 * Returns SQLite's primary result code if SQLite threw `error`. The other bits of the number are
 * details.
 */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}

/** True if another connection holds a lock. The call may be tried again. */
export function isLocked(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE_BUSY || code === SQLITE_LOCKED || code === SQLITE_PROTOCOL;
}

/** True if the file, or a file that SQLite would create beside it, cannot be written. */
export function isUnwritable(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE_PERM || code === SQLITE_READONLY || code === SQLITE_CANTOPEN;
}

/**
 * Turns an error of SQLite or its driver into an error of metacache, with the original as its
 * cause.
 */
export function toMetacacheError(error: unknown, file: string): MetacacheError {
  if (error instanceof MetacacheError) return error;
  const code = resultCode(error);
  const what = `the database ${file}`;
  switch (code) {
    case undefined:
      return fromDriver(error, file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return fault("locked", error, what, "is locked by another program", "try again when it has ended");
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return fault("read-only", error, what, "cannot be written", "let the current user write the file and its folder");
    case SQLITE_FULL:
      return fault("full", error, what, "has no space left on its disk", "free some space and try again; nothing of this was stored");
    case SQLITE_CANTOPEN:
      return fault("io", error, what, "cannot be opened", "check that the current user may read and write the file and its folder");
    case SQLITE_NOTADB:
      return fault(
        "not-a-database",
        error,
        what,
        "is not an SQLite database",
        "give another file, or create this one again with `metacache index --rebuild`",
      );
    case SQLITE_ERROR:
    case SQLITE_SCHEMA:
      return fault("corrupt", error, what, TABLES_MISSING, REMAKE);
    case SQLITE_CORRUPT:
      return fault("corrupt", error, what, "is damaged", REMAKE);
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return new MetacacheError("E_RECORD", `${what} refused a record: ${messageOf(error)}`, {
        remedy: NOTHING_STORED,
        cause: error,
      });
    default:
      return fault("io", error, what, "could not be read or written", "check its disk and try again");
  }
}

export const REMAKE = "restore it from a backup, or create it again with `metacache index --rebuild`";

function fromDriver(error: unknown, file: string): MetacacheError {
  const what = `the database ${file}`;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  // An integer beyond 2^53. metacache only stores smaller ones.
  if (code === "ERR_OUT_OF_RANGE") return fault("corrupt", error, what, "contains an impossible number", REMAKE);
  // The connection was closed while it was in use, because the database was closed or its file was
  // replaced.
  if (code === "ERR_INVALID_STATE") return fault("closed", error, what, "was closed or replaced while it was read", "try again");
  if (typeof code === "string") return fileFault(error, file);
  return new MetacacheError("E_INVARIANT", `${what} could not be used: ${messageOf(error)}`, {
    remedy: REPORT,
    cause: error,
  });
}

function fault(name: DatabaseFault, cause: unknown, what: string, why: string, remedy: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(name, `${what} ${why} (${messageOf(cause)})`, { remedy, cause });
}
