import { isMetacacheError } from "../../base/errors.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/** Half of what a change may take to be noticed; the benchmark has what looking this often costs an idle process. */
const POLL_MS = 50;

/**
 * Calls `onHint` within `POLL_MS` after a commit, whoever made it. By asking: a watch on the write-ahead log is quicker by some
 * milliseconds, and loses the file whenever the last connection closes. Returns how to stop.
 */
export function watchSqliteFile(file: SqliteFile, onHint: () => void): () => void {
  let cancel: (() => void) | undefined;
  const look = (): string | undefined => {
    try {
      return file.changeMark();
    } catch (error) {
      if (isMetacacheError(error, "E_CLOSED")) return undefined;
      throw error;
    }
  };
  const poll = (before: string): void => {
    cancel = file.clock.schedule(POLL_MS, () => {
      const now = look();
      if (now === undefined) return;
      poll(now);
      if (now !== before) onHint();
    });
  };
  poll(look() ?? "");
  return () => cancel?.();
}
