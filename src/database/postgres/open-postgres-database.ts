import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/logger.ts";
import { describe, type Problems } from "../../base/validation.ts";
import type { DatabaseSource } from "../location/database-source.ts";
import type { MetadataDatabase } from "../metadata-database.ts";
import { MIGRATIONS } from "./migrations/migrations.ts";
import { readOpenOptions } from "../location/open-options.ts";
import { PostgresDatabase } from "./postgres-database.ts";
import { loadPostgresDriver } from "./connection/postgres-driver.ts";
import { postgresLocation } from "../location/postgres-location.ts";
import { PostgresServer } from "./connection/postgres-server.ts";
import { hasSchema, prepareSchema } from "./prepare-schema.ts";

/** How to reach a PostgreSQL server. */
export interface PostgresDatabaseOptions {
  /**
   * `postgres://user:password@host:port/database`, with the parameters of libpq: `sslmode`,
   * `sslrootcert`, `sslcert` and `sslkey` (paths of files) for TLS, `host` for the folder of a Unix
   * socket. Missing parts come from `PGUSER`, `PGPASSWORD` and similar variables.
   */
  readonly url: string;
  /**
   * How many milliseconds to wait for a connection, for a lock, and for an answer, from 1. Default:
   * 10,000.
   */
  readonly timeoutMs?: number | undefined;
  /** For tests. Default: `systemClock`. */
  readonly clock?: Clock | undefined;
  /** Default: nothing is logged. */
  readonly logger?: Logger | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;
/** The longest time that timers and the server can count, with a margin for what is added. */
const LONGEST_TIMEOUT_MS = 2_000_000_000;
/** How often to look for a schema that another program may create. */
const POLL_MS = 1_000;

/**
 * Opens an existing database on a PostgreSQL server (13 or later), and brings its schema
 * `metacache` up to date. Any number of processes may do so at the same time. Needs the package
 * `pg`.
 *
 * Throws `E_CONFIG` for an invalid URL or without `pg`, `E_SCHEMA_TOO_NEW`, and
 * `E_DATABASE_UNAVAILABLE` with the fault "unreachable", "denied", "missing", "not-a-database",
 * "locked", "read-only", "corrupt", "full" or "io". No message shows a password.
 */
export async function openPostgresDatabase(options: PostgresDatabaseOptions): Promise<MetadataDatabase> {
  const source = await postgresSource(options);
  try {
    return await source.create();
  } catch (error) {
    await source.close();
    throw error;
  }
}

/**
 * Returns the place of a database. Looking there for metacache's schema does not create it. Throws
 * the errors of `openPostgresDatabase`.
 */
export async function postgresSource(options: PostgresDatabaseOptions): Promise<DatabaseSource> {
  const { url, timeoutMs, clock, logger } = readOpenOptions("openPostgresDatabase", options, (problems, given) => ({
    url: problems.text("url", given["url"]),
    timeoutMs: given["timeoutMs"] === undefined ? DEFAULT_TIMEOUT_MS : readTimeout(problems, given["timeoutMs"]),
  }));
  const location = postgresLocation(url);
  const server = new PostgresServer(await loadPostgresDriver(), { url, location, timeoutMs, clock, logger });
  const create = async (): Promise<MetadataDatabase> => {
    await prepareSchema(server, MIGRATIONS);
    return new PostgresDatabase(server);
  };
  return {
    location,
    noticedWithinMs: POLL_MS,
    open: async () => ((await hasSchema(server)) ? create() : undefined),
    create,
    close: () => server.close(),
  };
}

/**
 * Reads a whole number of milliseconds. It must not be 0, which means no limit to the server and
 * the driver.
 */
function readTimeout(problems: Problems, value: unknown): number {
  if (typeof value === "number" && value >= 1) return Math.min(Math.ceil(value), LONGEST_TIMEOUT_MS);
  problems.add("timeoutMs", `must be a number from 1, not ${describe(value)}`);
  return DEFAULT_TIMEOUT_MS;
}
