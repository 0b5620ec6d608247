import { callHarmlessly } from "../../../base/call-harmlessly.ts";
import { messageOf } from "../../../base/errors.ts";
import type { SqliteFile } from "./sqlite-file.ts";

/** Half of what a change may take to be noticed; the benchmark has what looking this often costs an idle process. */
const POLL_MS = 50;

/**
 * Calls `onHint` within `POLL_MS` after a commit, whoever made it. By asking: a watch on the write-ahead log is quicker by some
 * milliseconds, and loses the file whenever the last connection closes. Returns how to stop. Whatever a look or `onHint` throws ends
 * neither the process nor the looking; only the end of `file` does.
 */
export function watchSqliteFile(file: SqliteFile, onHint: () => void): () => void {
  let cancel: (() => void) | undefined;
  let isStopped = false;
  let before: string | undefined;
  const look = (): void => {
    let now: string | undefined;
    try {
      now = file.changeMark();
    } catch {
      return; // The file is closed.
    }
    const hasChanged = now !== before;
    before = now;
    if (hasChanged)
      callHarmlessly(onHint, (error) => file.logger.warn(`a change of ${file.file} could not be passed on: ${messageOf(error)}`));
    schedule();
  };
  const schedule = (): void => {
    if (!isStopped) cancel = file.clock.schedule(POLL_MS, look);
  };
  schedule();
  return () => {
    isStopped = true;
    cancel?.();
  };
}
