import { statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseUnavailableError } from "../../base/errors.ts";

/** Which file stands at a path now: another one after it was replaced; `undefined` where there is none. Cost: 2 us. */
export function identifyFile(file: string): string | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

/** What the file and its write-ahead log take. */
export function bytesOnDisk(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}

/**
 * Tells what SQLite would only call "unable to open". A file that does not exist is made, unless `readOnly`; its
 * folder is not: a mistyped path should not leave folders behind.
 */
export function assertCanBeDatabase(file: string, readOnly: boolean): void {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) {
    throw new DatabaseUnavailableError("not-a-database", `${file} is a directory: give the path of a database file`);
  }
  if (stats !== undefined) return;
  if (readOnly) throw new DatabaseUnavailableError("missing", `there is no database ${file}, and read-only it cannot be made`);
  const folder = dirname(file);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new DatabaseUnavailableError("missing", `there is no directory ${folder} to hold the database ${file}: make it first`);
}
