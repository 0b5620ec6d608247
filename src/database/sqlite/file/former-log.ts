import { renameSync, unlinkSync } from "node:fs";
import { DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";
import { identifyFile } from "./file-identity.ts";

/** The files that SQLite keeps beside a database while it is in use. */
const SUFFIXES = ["-wal", "-shm"] as const;

/** Which of these files were beside a database when it was opened, in the order of `SUFFIXES`. */
export type LogIdentity = readonly (string | undefined)[];

export function identifyLog(file: string): LogIdentity {
  return SUFFIXES.map((suffix) => identifyFile(`${file}${suffix}`));
}

/**
 * Removes the log of the database that was at `file` before another file replaced it. SQLite leaves
 * the log there, and would apply it to the new file and destroy it. A log other than `former`
 * belongs to the new file, and stays.
 *
 * Throws `E_DATABASE_UNAVAILABLE` if the log cannot be removed: then nobody may open the new file.
 */
export function removeFormerLog(file: string, former: LogIdentity): void {
  SUFFIXES.forEach((suffix, index) => {
    const path = `${file}${suffix}`;
    const identity = former[index];
    if (identity === undefined || identifyFile(path) !== identity) return;
    try {
      remove(path, identity);
    } catch (error) {
      throw new DatabaseUnavailableError(
        "io",
        `the database ${file} was replaced by another file, but the log ${path} of the former one is still beside it (${messageOf(error)})`,
        { remedy: `delete ${path}`, cause: error },
      );
    }
  });
}

/**
 * Renames the log first: another process may have just removed the former log, and the new file may
 * already have its own.
 */
function remove(path: string, identity: string): void {
  const aside = `${path}-${crypto.randomUUID()}`;
  renameSync(path, aside);
  if (identifyFile(aside) === identity) unlinkSync(aside);
  else renameSync(aside, path);
}
