import { statSync, type BigIntStats } from "node:fs";
import { dirname } from "node:path";
import { type DatabaseFault, DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";

/**
 * Which file stands at a path now: another one after it was replaced; `undefined` where there is none. Cost: 2 us. Throws
 * `E_DATABASE_UNAVAILABLE` if that cannot be found out, which is not the same as none.
 */
export function identifyFile(file: string): string | undefined {
  const stats = statOf(file);
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}

/** What the file and its write-ahead log take. */
export function bytesOnDisk(file: string): number {
  return [file, `${file}-wal`].reduce((sum, each) => sum + Number(statOf(each)?.size ?? 0), 0);
}

/**
 * Tells what SQLite would only call "unable to open". A file that does not exist is made, unless `readOnly`; its
 * folder is not: a mistyped path should not leave folders behind.
 */
export function assertCanBeDatabase(file: string, readOnly: boolean): void {
  const stats = statOf(file);
  if (stats?.isDirectory() === true) {
    throw new DatabaseUnavailableError("not-a-database", `${file} is a directory`, { remedy: "give the path of a database file" });
  }
  if (stats !== undefined) return;
  if (readOnly)
    throw new DatabaseUnavailableError("missing", `there is no database ${file}, and read-only it cannot be made`, {
      remedy: "check its path, or open it with the right to write",
    });
  const folder = dirname(file);
  if (statOf(folder)?.isDirectory() === true) return;
  throw new DatabaseUnavailableError("missing", `there is no directory ${folder} to hold the database ${file}`, {
    remedy: "make it first",
  });
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw fileFault(error, file);
  }
}

/** What the system says of a path that cannot be looked at, with what to do about it. */
export function fileFault(error: unknown, file: string): DatabaseUnavailableError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const [fault, remedy] = FILE_FAULTS[code] ?? ["io", "check its disk and its path, and try again"];
  return new DatabaseUnavailableError(fault, `the database ${file} cannot be looked at (${messageOf(error)})`, { remedy, cause: error });
}

const FILE_FAULTS: Readonly<Record<string, readonly [DatabaseFault, string]>> = {
  EACCES: ["denied", "give this user the right to search every folder of its path"],
  EPERM: ["denied", "give this user the right to search every folder of its path"],
  ERR_ACCESS_DENIED: ["denied", "let this process read and write the file and its folder (--allow-fs-read, --allow-fs-write)"],
  ELOOP: ["io", "a symbolic link of its path leads to itself: mend that link"],
  ENAMETOOLONG: ["io", "its path is too long for the file system: give a shorter one"],
  ESTALE: ["io", "the network's disk has lost the file: mount it again"],
  EMFILE: ["io", "the process has too many files open: close some, or raise the limit (ulimit -n)"],
  ENFILE: ["io", "the system has too many files open: close some"],
};
