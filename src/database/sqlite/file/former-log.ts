import { renameSync, unlinkSync } from "node:fs";
import { DatabaseUnavailableError, messageOf } from "../../../base/errors.ts";
import { identifyFile } from "./file-identity.ts";

/** What SQLite keeps beside a database while it is in use. */
const SUFFIXES = ["-wal", "-shm"] as const;

/** Which files lay beside a database when it was opened, in the order of `SUFFIXES`. */
export type LogIdentity = readonly (string | undefined)[];

export function identifyLog(file: string): LogIdentity {
  return SUFFIXES.map((suffix) => identifyFile(`${file}${suffix}`));
}

/**
 * Takes away the log of the database that stood at `file` before another file was put in its place. SQLite leaves it there, and would play it
 * into the new file, which destroys it. A log that is not `former` belongs to the new file, and stays.
 *
 * Throws `E_DATABASE_UNAVAILABLE` if the log cannot be taken away: the new file must not be opened beside it.
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
        `the database ${file} was replaced by another file, and the former one's log ${path} still lies beside it (${messageOf(error)})`,
        { remedy: `delete ${path}`, cause: error },
      );
    }
  });
}

/** By another name first: another process may just have removed the former log, and the new file's be there by now. */
function remove(path: string, identity: string): void {
  const aside = `${path}-${crypto.randomUUID()}`;
  renameSync(path, aside);
  if (identifyFile(aside) === identity) unlinkSync(aside);
  else renameSync(aside, path);
}
