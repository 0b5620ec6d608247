/**
 * What the meaning of our statements depends on, said anew for each session or transaction, whatever the server, the database
 * or the role has as its default:
 *
 * - `search_path`: a table, function or operator of another schema that has the name of one of ours.
 * - `row_security`: off, a row that a policy hides is an error. On, it would look as if there were none (law 6).
 * - `statement_timeout`: ours, so that the server ends what nobody waits for any more.
 * - `standard_conforming_strings`: how the texts in a statement are read.
 *
 * A read-only default stays: it is how an owner closes a database for writing. A write is then refused with the fault "read-only".
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
  /** How long a transaction may wait for its client, as for one that is frozen while it holds a lock. */
  readonly idleMs: number;
}

/**
 * One statement that tells what a new connection is connected with and, on a connection of its own, sets what statements outside of
 * transactions depend on. `client` is the number of the process that the server named when it greeted. A pooler in between names another one: there, what
 * is set for a session reaches other clients' sessions, and not always the own one, so nothing is.
 */
export function greeting(client: number, { statementMs }: ServerLimits): string {
  const set = [...SETTINGS, ...TRANSACTION_DEFAULTS, ["lock_timeout", "0"], ["statement_timeout", String(statementMs)]]
    .map(([name, value]) => `pg_catalog.set_config('${name}', '${value}', false)`)
    .join(", ");
  const isDirect = `pg_catalog.pg_backend_pid() OPERATOR(pg_catalog.=) ${client}`;
  const shown = ["server_version_num", "server_version", "server_encoding"].map((name) => `pg_catalog.current_setting('${name}')`);
  return `SELECT ${isDirect}, ${shown.join(", ")}, CASE WHEN ${isDirect} THEN pg_catalog.concat(${set}) END`;
}

/** Begins a transaction that means what it says on whatever session it runs. */
export function begin(mode: "READ COMMITTED" | "REPEATABLE READ READ ONLY", limits: ServerLimits, version: number): string {
  return [
    `BEGIN ISOLATION LEVEL ${mode}`,
    `SET LOCAL lock_timeout = ${limits.lockMs}`,
    `SET LOCAL statement_timeout = ${limits.statementMs}`,
    `SET LOCAL idle_in_transaction_session_timeout = ${limits.idleMs}`,
    // A default limit on whole transactions knows nothing of how much there is to write.
    ...(version >= 170_000 ? ["SET LOCAL transaction_timeout = 0"] : []),
    ...SETTINGS.map(([name, value]) => `SET LOCAL ${name} = ${name === "search_path" ? value : `'${value}'`}`),
  ].join("; ");
}
