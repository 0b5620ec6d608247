/**
 * The settings on which the meaning of our statements depends. Each session or transaction sets
 * them again, so that the defaults of the server, the database and the role do not matter:
 *
 * - `search_path`: without it, a table, function or operator of another schema could have the name
 *   of one of ours.
 * - `row_security`: if it is off, a row that a policy hides is an error. If it were on, the row
 *   would look absent (law 6).
 * - `statement_timeout`: our own, so that the server stops statements for which nobody waits any
 *   more.
 * - `standard_conforming_strings`: how the texts in a statement are read.
 *
 * A read-only default stays, because owners use it to close a database for writing. A write is then
 * refused with the fault "read-only".
 */
const SETTINGS: readonly (readonly [string, string])[] = [
  ["search_path", "pg_catalog, pg_temp"],
  ["row_security", "off"],
  ["standard_conforming_strings", "on"],
];
const TRANSACTION_DEFAULTS: readonly (readonly [string, string])[] = [
  ["default_transaction_isolation", "read committed"],
  ["default_transaction_deferrable", "off"],
  ["client_encoding", "UTF8"],
];

/** The server's own limits, in milliseconds. */
export interface ServerLimits {
  readonly lockMs: number;
  readonly statementMs: number;
  /**
   * How long a transaction may wait for its client, for example for a frozen client that holds a
   * lock.
   */
  readonly idleMs: number;
}

/**
 * Returns one statement that tells what a new connection is connected to. On a direct connection it
 * also sets what statements outside of transactions depend on. `client` is the number of the server
 * process from the server's first message. A pooler in between gives another number. There,
 * settings of a session would reach the sessions of other clients, and not always this one, so the
 * statement sets nothing.
 */
export function greeting(client: number, { statementMs }: ServerLimits): string {
  const set = [...SETTINGS, ...TRANSACTION_DEFAULTS, ["lock_timeout", "0"], ["statement_timeout", String(statementMs)]]
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', false)`)
    .join(", ");
  const isDirect = `pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) ${client}`;
  const shown = ["server_version_num", "server_version", "server_encoding"].map((name) => `pg_catalog.current_setting('${name}')`);
  return `SELECT ${isDirect}, ${shown.join(", ")}, CASE WHEN ${isDirect} THEN pg_catalog.concat(${set}) END`;
}

/** Begins a transaction that means the same on every session. */
export function begin(mode: "READ COMMITTED" | "REPEATABLE READ READ ONLY", limits: ServerLimits, version: number): string {
  return [
    `BEGIN ISOLATION LEVEL ${mode}`,
    `SET LOCAL lock_timeout = ${limits.lockMs}`,
    `SET LOCAL statement_timeout = ${limits.statementMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${limits.idleMs}`,
    // A default limit on whole transactions does not fit, because it does not depend on how much
    // there is to write.
    ...(version >= 170_000 ? ["SET LOCAL transaction_timeout = 0"] : []),
    ...SETTINGS.map(([name, value]) => `SET LOCAL ${name} = ${name === "search_path" ? value : `'${value}'`}`),
  ].join("; ");
}
