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
  const poll = (before: string | undefined): void => {
    cancel = file.clock.schedule(POLL_MS, () => {
      let now: string | undefined;
      try {
        now = file.changeMark();
      } catch (error) {
        if (isMetacacheError(error, "E_CLOSED")) return;
        throw error;
      }
      poll(now);
      if (now !== before) onHint();
    });
  };
  poll(undefined);
  return () => cancel?.();
}
