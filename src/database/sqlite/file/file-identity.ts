import { statSync, type BigIntStats } from "node:fs";
import { dirname } from "node:path";
import { type DatabaseFault, DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";

/**
 * Returns which file is at a path now. A replaced file has another identity. Returns `undefined` if
 * there is none. Costs 2 us. Throws `E_DATABASE_UNAVAILABLE` if the identity cannot be read, which
 * does not mean that there is no file.
 */
export function identifyFile(file: string): string | undefined {
  const stats = statOf(file);
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

/** Returns the size of the file and its write-ahead log. */
export function bytesOnDisk(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + Number(statOf(each)?.size ?? 0), 0);
}

/**
 * Reports problems that SQLite would only call "unable to open". If the file does not exist, SQLite
 * creates it, except with `readOnly`. Its folder is never created, so that a mistyped path does not
 * leave folders behind.
 */
export function assertCanBeDatabase(file: string, readOnly: boolean): void {
  const stats = statOf(file);
  if (stats?.isDirectory() === true) {
    throw new DatabaseUnavailableError("not-a-database", `${file} is a directory`, { remedy: "give the path of a database file" });
  }
  if (stats !== undefined) return;
  if (readOnly)
    throw new DatabaseUnavailableError("missing", `there is no database ${file}, and it cannot be created read-only`, {
      remedy: "check its path, or open it with the right to write",
    });
  const folder = dirname(file);
  if (statOf(folder)?.isDirectory() === true) return;
  throw new DatabaseUnavailableError("missing", `there is no directory ${folder} to hold the database ${file}`, {
    remedy: "create it first",
  });
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw fileFault(error, file);
  }
}

/** Returns the system's error for a path that cannot be read, with a remedy. */
export function fileFault(error: unknown, file: string): DatabaseUnavailableError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const [fault, remedy] = FILE_FAULTS[code] ?? ["io", "check its disk and its path, and try again"];
  return new DatabaseUnavailableError(fault, `the database ${file} cannot be accessed (${messageOf(error)})`, { remedy, cause: error });
}

const FILE_FAULTS: Readonly<Record<string, readonly [DatabaseFault, string]>> = {
  EACCES: ["denied", "let the current user search every folder of its path"],
  EPERM: ["denied", "let the current user search every folder of its path"],
  ERR_ACCESS_DENIED: ["denied", "let this process read and write the file and its folder (--allow-fs-read, --allow-fs-write)"],
  ELOOP: ["io", "a symbolic link in its path leads to itself: correct that link"],
  ENAMETOOLONG: ["io", "its path is too long for the file system: give a shorter one"],
  ESTALE: ["io", "the network disk has lost the file: mount it again"],
  EMFILE: ["io", "the process has too many files open: close some, or raise the limit (ulimit -n)"],
  ENFILE: ["io", "the system has too many files open: close some"],
};
