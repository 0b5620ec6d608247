import { codeOf, ConfigError, type DatabaseFault, DatabaseUnavailableError, MetacacheError, messageOf } from "../../../base/errors.ts";
import { NOTHING_STORED, TABLES_MISSING } from "../../shared/fault-texts.ts";

/**
 * True if another transaction was in conflict, and this one was rolled back. It may be tried again.
 */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === "40001" || code === "40P01";
}

/**
 * True if a prepared statement is missing on this connection, or has another form: there is a
 * pooler in between, or the schema has changed. The name of the server's function shows it, because
 * that name does not depend on the language.
 */
export function isForeignStatement(error: unknown): boolean {
  const code = codeOf(error);
  return code === "26000" || code === "42P05" || (code === "0A000" && routineOf(error) === "RevalidateCachedQuery");
}

/**
 * True if a new connection could not write its copy of the catalog. On a full disk, the server says
 * so with the code of an internal error.
 */
function isCatalogUnwritten(error: unknown): boolean {
  return codeOf(error) === "XX000" && routineOf(error) === "write_item";
}

function routineOf(error: unknown): unknown {
  return error instanceof Error && "routine" in error ? error.routine : undefined;
}

/**
 * True if the connection failed, not the statement. Then nobody knows what the server did with the
 * last message.
 */
export function isConnectionLost(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return error instanceof Error && CONNECTION_MESSAGE.test(error.message);
  if (error instanceof MetacacheError || isOfFile(error)) return false;
  return SYSTEM_CALL.test(code) || code.startsWith("08") || LOST.includes(code);
}

/**
 * The server stops or starts, or takes no connections; or the connection or the transaction was
 * idle for too long.
 */
const LOST = ["57P01", "57P02", "57P03", "55000", "57P05", "25P03", "25P04"];

/** True if the call waited for the whole timeout. Do not retry then. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof MetacacheError) return isTimeout(error.cause);
  return codeOf(error) === "57014" || codeOf(error) === "ETIMEDOUT" || (codeOf(error) === undefined && /timeout/i.test(messageOf(error)));
}

/** Messages of `pg` that have no code. They are always in English. */
const CONNECTION_MESSAGE =
  /connection terminated|timeout (exceeded when trying to connect|expired)|query read timeout|not queryable|client was closed/i;
const SYSTEM_CALL = /^E(CONN|PIPE|HOST|NET|TIMEDOUT|NOTFOUND|AI_|NOENT|ACCES|PERM|ADDR|MFILE|NFILE)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

/**
 * Turns an error of PostgreSQL or its driver into an error of metacache, with the original as its
 * cause. Only programming errors pass unchanged: a TypeError and similar errors without a code.
 */
export function toMetacacheError(error: unknown, location: string): unknown {
  if (error instanceof MetacacheError) return error;
  const code = codeOf(error);
  if (code === undefined && (error instanceof TypeError || error instanceof ReferenceError || error instanceof SyntaxError)) return error;
  const what = `the database ${location}`;
  const file = fileError(error, location);
  if (file !== undefined) return file;
  const found = FAULTS.find(([test]) => test.test(isCatalogUnwritten(error) ? "53100" : (code ?? textOf(error))));
  if (found !== undefined) return fault(found[1], error, what, found[2], found[3]);
  if (isTimeout(error)) {
    const remedy = "check that its server is not overloaded, and that nothing holds a lock on its tables, then try again";
    return fault("unreachable", error, what, "did not answer in time", remedy);
  }
  if (isConnectionLost(error)) {
    return fault("unreachable", error, what, "cannot be reached", "check that its server runs and takes connections, then try again");
  }
  if (code !== undefined && SQLSTATE.test(code) && /^2[23]/.test(code)) {
    return new MetacacheError("E_RECORD", `${what} refused a record: ${messageOf(error)}`, { remedy: NOTHING_STORED, cause: error });
  }
  return fault("io", error, what, "could not be read or written", "see its server's log, and try again");
}

/**
 * Does the same for a failure while connecting. At that time nothing is locked and no statement is
 * slow, so the remedy differs.
 */
export function connectError(error: unknown, location: string): unknown {
  if (!(error instanceof MetacacheError) && isTimeout(error)) {
    const remedy = "check that PostgreSQL listens there, that its server is not overloaded, and that no firewall is in between";
    return fault("unreachable", error, `the database ${location}`, "did not answer in time", remedy);
  }
  if (codeOf(error) === "ERR_SOCKET_BAD_PORT") {
    return new ConfigError("database", [`the address of ${location} is refused: ${messageOf(error)}`], {
      remedy: "check the address, and its port in particular",
      cause: error,
    });
  }
  return isConnectionLost(error) ? error : toMetacacheError(error, location);
}

/**
 * Returns the error for a file that the address names and that cannot be read. `undefined` if
 * `error` is about something else.
 */
export function fileError(error: unknown, location: string): MetacacheError | undefined {
  if (!isOfFile(error)) return undefined;
  const path = "path" in error ? JSON.stringify(error.path) : "of TLS";
  const remedy = "check the paths in sslrootcert, sslcert and sslkey, and who may read the files";
  return fault("unreachable", error, `the database ${location} cannot be reached:`, `the file ${path} cannot be read`, remedy);
}

function isOfFile(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error && (error.syscall === "open" || error.syscall === "read") && "errno" in error
    ? !/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/.test(codeOf(error) ?? "")
    : false;
}

/** Returns the error for data that `pg` does not understand as an answer. */
export function garbageError(error: unknown, location: string): MetacacheError {
  const what = `the database ${location}`;
  if (/authentication/i.test(messageOf(error))) return fault("denied", error, what, UNKNOWN_SIGN_IN[0], UNKNOWN_SIGN_IN[1]);
  return fault("not-a-database", error, what, NO_POSTGRES[0], NO_POSTGRES[1]);
}

const UNKNOWN_SIGN_IN = [
  "demands a sign-in method that the package pg does not know",
  "allow this user scram-sha-256, or a client certificate, in the server's pg_hba.conf",
] as const;
const NO_POSTGRES = [
  "does not speak the protocol of PostgreSQL",
  "check the host and the port, and that no other program is in between",
] as const;

/** What to do about a database whose content cannot be trusted. */
export const REMAKE = "restore it from a backup, or drop the schema metacache and index again";

/**
 * By the start of the code or, if there is none, of the message: the fault, what it means and what
 * to do.
 */
const FAULTS: readonly (readonly [RegExp, DatabaseFault, string, string])[] = [
  [
    /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|ERR_TLS|HOSTNAME_MISMATCH)/,
    "unreachable",
    "has no certificate that can be trusted",
    "name the authority that signed it in sslrootcert, and write the host as in the certificate",
  ],
  [
    /^(ERR_SSL|ERR_OSSL|ERR_CRYPTO|EPROTO)/,
    "unreachable",
    "cannot be reached by TLS",
    "check that sslrootcert, sslcert and sslkey are PEM files that belong together, and which versions of TLS the server supports",
  ],
  [
    /^The server does not support SSL/,
    "unreachable",
    "offers no TLS, but the address demands it",
    "turn ssl on in the server's settings, or give sslmode=disable if the network in between is trusted",
  ],
  [/^There was an error establishing an SSL/, "not-a-database", ...NO_POSTGRES],
  [/^(received invalid response|Received unexpected)/, "not-a-database", ...NO_POSTGRES],
  [
    /^SASL: .*client password must be/,
    "denied",
    "demands a password, but none was given",
    "give it in the address, in PGPASSWORD, or in a password file",
  ],
  [/^(SASL: (Only mechanism|Mechanism)|Unknown authentication)/, "denied", ...UNKNOWN_SIGN_IN],
  [
    /^SASL:/,
    "denied",
    "could not prove that it knows the password",
    "check that it is the right server, and that nothing changes what is sent in between",
  ],
  [/^(ENOTFOUND|EAI_)/, "unreachable", "is on a host whose name cannot be found", "check the host's name, and that names can be resolved"],
  [
    /^(EMFILE|ENFILE)/,
    "unreachable",
    "cannot be reached, because this process cannot open more files",
    "raise the limit on open files (ulimit -n)",
  ],
  [/^28/, "denied", "refused the user", "check the user, the password and the server's pg_hba.conf"],
  [/^42501/, "denied", "does not give this user the right to do this", "grant it, or give another user"],
  [/^3D000/, "missing", "does not exist on its server", "create it, or give another one"],
  [/^3F000|^42P01|^42703|^42883/, "corrupt", TABLES_MISSING, "restore it from a backup, or drop the schema metacache and index again"],
  [/^XX00[12]/, "corrupt", "is damaged", REMAKE],
  [/^53100/, "full", "has no space left on its disk", "free some space and try again; nothing of this was stored"],
  [/^53200/, "io", "is on a server that has no memory left", "give the server more memory, or lower its work_mem, then try again"],
  [/^53300/, "unreachable", "has no free connection", "raise its max_connections, or use a pooler"],
  [
    /^57P03/,
    "unreachable",
    "cannot be reached, because its server does not accept connections yet",
    "wait until the server has started, then try again",
  ],
  [/^25P0[34]/, "unreachable", "ended the connection, because its transaction was idle for too long", "try again"],
  [
    /^25006/,
    "read-only",
    "cannot be written",
    "connect to the primary server, with a user who may write and for whom default_transaction_read_only is off",
  ],
  [/^55P03|^40/, "locked", "is locked by another program", "end the program that holds a transaction on it open, then try again"],
  [
    /^57014/,
    "unreachable",
    "did not answer in time",
    "check that its server is not overloaded, that nothing holds a lock on its tables, and that nobody cancels its statements, then try again",
  ],
];

function fault(name: DatabaseFault, cause: unknown, what: string, why: string, remedy: string): DatabaseUnavailableError {
  return new DatabaseUnavailableError(name, `${what} ${why} (${textOf(cause)})`, { remedy, cause });
}

/**
 * Returns the message in one line. An error that holds several, for example one for each address of
 * a host, has no message of its own.
 */
function textOf(error: unknown): string {
  const text = error instanceof AggregateError && error.message === "" ? error.errors.map(messageOf).join(", ") : messageOf(error);
  return text.replaceAll(/\s+/g, " ").trim();
}
