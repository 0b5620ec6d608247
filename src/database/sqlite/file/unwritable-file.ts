import { accessSync, constants, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { codeOf, DatabaseUnavailableError } from "../../../base/errors.ts";
import { fileFault } from "./file-identity.ts";
import { isUnwritable } from "./sqlite-faults.ts";

// SQLite keeps what readers of a write-ahead log share in a file beside the database, which it must create. On a read-only medium, and in
// another user's folder, it cannot: then the file is opened as one that nobody changes (`immutable=1`), without locks and without a log. That
// is right as long as it has no log and is not written to, and both are looked at again with every read.

/** Whether opening a database failed only because this user may not write beside it, and its content is all in the file itself. */
export function canBeReadAsItLies(file: string, error: unknown): boolean {
  if (!isUnwritable(error) || isWritable(dirname(file))) return false;
  if (!hasLog(file)) return true;
  const remedy = "let its owner run any command of metacache's on it, which takes the log in, or copy both files to a folder of yours";
  const message = `the database ${file} has changes in its log ${file}-wal, which cannot be read without the right to write to its folder`;
  throw new DatabaseUnavailableError("read-only", message, { remedy, cause: error });
}

/** The file by URL, with the promise that nobody changes it. */
export function unchangingUrl(file: string): URL {
  const url = pathToFileURL(file);
  url.searchParams.set("immutable", "1");
  return url;
}

/** Another text after the file was replaced or written, and while there is a log; `undefined` if there is no file. Cost: two `stat`. */
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
  const message = `the database ${file} was written while this user, who may not write to its folder, read it`;
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
    // A folder that cannot be looked at for now is not one that may not be written to.
    if (["EACCES", "EPERM", "EROFS"].includes(codeOf(error) ?? "")) return false;
    throw fileFault(error, folder);
  }
}
