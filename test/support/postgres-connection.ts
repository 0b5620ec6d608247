import pg from "pg";
import { onTestFinished } from "vitest";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import { openPostgresDatabase, type PostgresDatabaseOptions } from "../../src/database/postgres/open-postgres-database.ts";

/** Opens a database that is closed when the test ends. */
export async function openPostgresForTest(url: string, options: Omit<PostgresDatabaseOptions, "url"> = {}): Promise<MetadataDatabase> {
  const database = await openPostgresDatabase({ ...options, url });
  onTestFinished(() => database.close());
  return database;
}

/** A connection of another program, which knows nothing of metacache. Closed when the test ends. */
export async function foreignClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}
