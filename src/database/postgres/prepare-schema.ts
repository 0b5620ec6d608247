import { DatabaseUnavailableError } from "../../base/errors.ts";
import { knownVersion } from "../schema/known-version.ts";
import type { Migration } from "../schema/migration.ts";
import { REMAKE } from "./connection/postgres-faults.ts";
import type { PostgresServer } from "./connection/postgres-server.ts";
import type { PostgresSession, Statement } from "./connection/postgres-session.ts";

/**
 * Reads the catalog tables, because `to_regclass` may return what was true before this transaction
 * waited for its turn.
 */
const LOOK: Statement = {
  name: "metacache_look",
  text: `SELECT count(*) > 0, count(attname) = 2
    FROM pg_namespace
    LEFT JOIN pg_class ON relnamespace = pg_namespace.oid AND relname = 'store'
    LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attname IN ('epoch', 'schema_version')
    WHERE nspname = 'metacache'`,
};
const VERSION: Statement = { name: "metacache_version", text: "SELECT schema_version FROM metacache.store" };
const MIGRATION_MS = 24 * 3_600_000;
/**
 * "meta" in ASCII: the key of the lock. Under it, one process at a time brings the schema up to
 * date.
 */
const LOCK_KEY = 0x6d657461;

/**
 * Brings the schema to the last of `migrations`. Creates the schema if there is none. Does
 * everything or nothing, in one process at a time. If the schema is up to date, only reads its
 * version. Throws `E_SCHEMA_TOO_NEW`, and the fault "not-a-database" if another program has a
 * schema of this name.
 */
export async function prepareSchema(server: PostgresServer, migrations: readonly Migration[]): Promise<void> {
  const { location } = server;
  const [[isThere, isOurs] = []] = await server.query(LOOK);
  if (isThere === true && isOurs !== true) {
    throw new DatabaseUnavailableError("not-a-database", `the schema metacache of the database ${location} belongs to another program`, {
      remedy: "give another database to metacache",
    });
  }
  if (isOurs === true && versionOf(await server.query(VERSION), migrations.length, location) === migrations.length) return;
  await server.write(async (session) => {
    await session.exec(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
    const version = await presentVersion(session, migrations.length, location);
    if (version === 0) await session.exec("CREATE SCHEMA metacache");
    // A migration may have to go through all rows.
    await session.exec("SET LOCAL statement_timeout = 0");
    for (const migration of migrations.slice(version)) await session.exec(migration.sql, MIGRATION_MS);
    await session.exec(`UPDATE metacache.store SET schema_version = ${migrations.length}`);
  });
}

/** True if there is a schema of this name, whatever program it belongs to. */
export async function hasSchema(server: PostgresServer): Promise<boolean> {
  const [[isThere] = []] = await server.query(LOOK);
  return isThere === true;
}

async function presentVersion(session: PostgresSession, known: number, location: string): Promise<number> {
  const [[, isOurs] = []] = await session.query(LOOK);
  return isOurs === true ? versionOf(await session.query(VERSION), known, location) : 0;
}

function versionOf([row]: readonly (readonly unknown[])[], known: number, location: string): number {
  return knownVersion(row?.[0], known, location, REMAKE);
}
