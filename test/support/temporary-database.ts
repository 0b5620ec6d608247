import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, onTestFinished } from "vitest";
import type { MetadataDatabase } from "../../src/database/metadata-database.ts";
import { openSqliteDatabase, type SqliteDatabaseOptions } from "../../src/database/sqlite/open-sqlite-database.ts";

/** A new directory that goes when the test ends. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "metacache-test-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A new directory that goes when the tests of the file or group have ended. */
export function keptDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "metacache-test-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Opens a database that is closed when the test ends. */
export async function openForTest(file: string, options: Omit<SqliteDatabaseOptions, "file"> = {}): Promise<MetadataDatabase> {
  const database = await openSqliteDatabase({ ...options, file });
  onTestFinished(() => database.close());
  return database;
}

/** A connection of another program, which knows nothing of metacache. Closed when the test ends. */
export function foreignConnection(file: string, options: { readonly timeout?: number } = {}): DatabaseSync {
  const connection = new DatabaseSync(file, { timeout: 60_000, enableForeignKeyConstraints: false, ...options });
  onTestFinished(() => {
    if (connection.isOpen) connection.close();
  });
  return connection;
}
