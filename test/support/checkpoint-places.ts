import { join } from "node:path";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import type { Logger } from "../../src/base/logger.ts";
import type { IndexUpkeep } from "../../src/cache/index-upkeep.ts";
import { MetadataCache } from "../../src/cache/metadata-cache.ts";
import type { MetadataDatabase, ProjectStore } from "../../src/database/metadata-database.ts";
import { TestPostgresServer, withClient } from "../../testing/postgres-server.ts";
import { MemoryDatabase } from "./memory-database.ts";
import { TINY } from "./opened-cache.ts";
import { openPostgresForTest } from "./postgres-connection.ts";
import { foreignConnection, openForTest, temporaryDirectory } from "./temporary-database.ts";
import { WITHOUT_TIMERS } from "./without-timers.ts";

/**
 * So few changes become an image, and are worth a checkpoint, that all of it happens all the time.
 */
export const OFTEN: IndexUpkeep = {
  maxRecent: 4,
  checkpoints: { leastRecords: 1, leastChanges: 1, changedShare: 0, mostChanges: 1 },
};

/** A new database of one kind. */
export interface Place {
  open(): Promise<MetadataDatabase>;
  /**
   * Statements of another program; `undefined` if the database has no SQL. Tables are named as
   * PostgreSQL does: `metacache.file`.
   */
  readonly sql: ((statement: string) => Promise<void>) | undefined;
}

export async function memoryPlace(): Promise<Place> {
  const database = new MemoryDatabase();
  return { open: () => Promise.resolve(database), sql: undefined };
}

export async function sqlitePlace(): Promise<Place> {
  const file = join(temporaryDirectory(), "metadata.db");
  const sql = async (statement: string): Promise<void> => foreignConnection(file).exec(statement.replaceAll("metacache.", ""));
  return { open: () => openForTest(file), sql };
}

export async function postgresPlace(server: TestPostgresServer): Promise<Place> {
  const url = await server.createDatabase();
  const sql = async (statement: string): Promise<void> => void (await withClient(url, (client) => client.query(statement)));
  return { open: () => openPostgresForTest(url), sql };
}

/** All kinds of databases, by their names. Starts a PostgreSQL server for the tests of the file. */
export function allPlaces(): [name: string, make: () => Promise<Place>][] {
  let server: TestPostgresServer;
  beforeAll(async () => {
    server = await TestPostgresServer.start();
  });
  afterAll(() => server.stop());
  return [
    ["the memory database", memoryPlace],
    ["SQLite", sqlitePlace],
    ["PostgreSQL", () => postgresPlace(server)],
  ];
}

export interface Opened {
  readonly cache: MetadataCache;
  /** How many times all rows were read until the cache was open. */
  readonly scans: number;
}

/** Opens a cache that follows nothing by itself. */
export async function openCounted(store: ProjectStore, upkeep: IndexUpkeep | undefined = OFTEN, logger?: Logger): Promise<Opened> {
  let scans = 0;
  const scan = store.scan.bind(store);
  store.scan = (...given) => {
    scans++;
    return scan(...given);
  };
  const cache = await MetadataCache.open(store, TINY, { clock: WITHOUT_TIMERS, upkeep, logger });
  onTestFinished(() => cache.shutdown());
  store.scan = scan;
  return { cache, scans };
}
