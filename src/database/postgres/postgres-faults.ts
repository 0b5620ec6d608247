import { type DatabaseFault, DatabaseUnavailableError, MetacacheError, messageOf } from "../../base/errors.ts";

/** PostgreSQL's SQLSTATE, or the code of a failed system call; `undefined` where `error` has neither. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return undefined;
  return error.code;
}

/** Another transaction stood in the way, and this one was undone: it may be made again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/** A prepared statement that this connection should have and has not, or has in another form: a pooler stands in between, or the schema has changed. */
export function isForeignStatement(error: unknown): boolean {
  const code = codeOf(error);
  return code === "26000" || code === "42P05" || (code === "0A000" && messageOf(error).includes("cached plan"));
}

/** Whether the connection, not the statement, has failed: what the server did with what was sent last is not known. */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && CONNECTION_MESSAGE.test(error.message);
  return SYSTEM_CALL.test(code) || code.startsWith("08") || LOST.includes(code);
}

/** The server ends or begins, or is asked to take no connections; the connection was idle for too long. */
const LOST = ["57P01", "57P02", "57P03", "55000", "57P05", "25P03"];

/** Whoever has waited for so long is not made to wait once more. */
export function isTimeout(error: unknown): boolean {
  return codeOf(error) === undefined && /timeout/i.test(messageOf(error));
}

/** What `pg` says without a code. */
const CONNECTION_MESSAGE =
  /connection terminated|timeout (exceeded when trying to connect|expired)|query read timeout|not queryable|client was closed/i;
const SYSTEM_CALL = /^E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_|NOENT|ACCES)/;

/** Turns what PostgreSQL or its driver threw into metacache's terms, with the original as its cause; others pass as they are. */
export function toMetacacheError(error: unknown, location: string): unknown {
  if (error instanceof MetacacheError) return error;
  const what = `the database ${location}`;
  const found = FAULTS.find(([code]) => code.test(codeOf(error) ?? ""));
  if (found !== undefined) return fault(found[1], error, what, found[2], found[3]);
  if (isTimeout(error)) {
    const remedy = "check that its server is not overloaded, and that nothing holds a lock on its tables, then try again";
    return fault("unreachable", error, what, "did not answer in time", remedy);
  }
  if (isConnectionLost(error)) {
    return fault("unreachable", error, what, "cannot be reached", "check that its server runs and takes connections, then try again");
  }
  const code = codeOf(error);
  if (code === undefined || !SQLSTATE.test(code)) return error;
  if (/^2[23]/.test(code)) {
    const message = `${what} refused a record: ${messageOf(error)}; nothing of this write was stored`;
    return new MetacacheError("E_RECORD", message, { cause: error });
  }
  return fault("io", error, what, "could not be read or written", "see its server's log, and try again");
}

const SQLSTATE = /^[0-9A-Z]{5}$/;

/** By the beginning of the SQLSTATE: the fault, what it means and what to do. */
const FAULTS: readonly (readonly [RegExp, DatabaseFault, string, string])[] = [
  [
    /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH)/,
    "unreachable",
    "has shown no certificate that can be trusted",
    "name the authority that has signed it in sslrootcert, and the host as the certificate has it",
  ],
  [/^28/, "denied", "refused the user", "check the user, the password and the server's pg_hba.conf"],
  [/^42501/, "denied", "does not give this user the right to do this", "grant it, or give another user"],
  [/^3D000/, "missing", "does not exist on its server", "create it, or name another one"],
  [
    /^3F000|^42P01|^42703|^42883/,
    "corrupt",
    "has not the tables that it should",
    "restore it from a backup, or drop the schema metacache and index again",
  ],
  [/^XX00[12]/, "corrupt", "is damaged", "restore it from a backup, or drop the schema metacache and index again"],
  [/^53100/, "full", "has no room left on its disk", "free some space and try again; nothing of this was stored"],
  [/^53300/, "unreachable", "has no connection to spare", "raise its max_connections, or put a pooler before it"],
  [/^25006/, "read-only", "cannot be written", "connect to the primary server, with a user who may write"],
  [/^55P03|^40/, "locked", "is locked by another program", "end whatever holds a transaction on it open, then try again"],
];

function fault(name: DatabaseFault, cause: unknown, what: string, why: string, remedy: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(name, `${what} ${why} (${messageOf(cause)}): ${remedy}`, { cause });
}
