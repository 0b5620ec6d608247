import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { codeOf, DatabaseUnavailableError } from "../../../base/errors.ts";
import { fileFault } from "./file-identity.ts";
import { isUnwritable } from "./sqlite-faults.ts";

// Readers of a write-ahead log share a file beside the database, and SQLite must create it. On a
// read-only medium, or in another user's folder, SQLite cannot create it. Then the database is
// opened as a file that nobody changes (`immutable=1`), without locks and without a log. That is
// right as long as the file has no log and nobody writes it. Each read checks both again.

/**
 * True if opening failed only because this user cannot write beside the file, and the file itself
 * has all content.
 */
export function canBeReadAsImmutable(file: string, error: unknown): boolean {
  if (!isUnwritable(error) || isWritable(dirname(file))) return false;
  if (!hasLog(file)) return true;
  const remedy =
    "ask its owner to run any metacache command on it, which moves the log into the file, or copy both files to your own folder";
  const message = `the database ${file} has changes in its log ${file}-wal, which can only be read with the right to write to its folder`;
  throw new DatabaseUnavailableError("read-only", message, { remedy, cause: error });
}

/** Returns the file as a URL that tells SQLite that nobody changes it. */
export function immutableUrl(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set("immutable", "1");
  return url;
}

/**
 * Returns another text after the file was replaced or written, and while it has a log. `undefined`
 * if there is no file. Costs two `stat`.
 */
export function identifyContent(file: string): string | undefined {
  try {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    return `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}${hasLog(file) ? ":log" : ""}`;
  } catch (error) {
    throw fileFault(error, file);
  }
}

export function changedMeanwhileError(file: string): DatabaseUnavailableError {
  const message = `the database ${file} was written while it was being read by a user who cannot write to its folder`;
  return new DatabaseUnavailableError("closed", message, { remedy: "try again" });
}

function hasLog(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch (error) {
    // If the folder cannot be checked now, that does not mean that it is not writable.
    if (["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) return false;
    throw fileFault(error, folder);
  }
}
